"use client";
import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { pages } from "#lib/paths";
import { KeyHint } from "../key-hint";
import { type Command, useCommands, useShortcutListener } from "../use-shortcuts";

const CommandPalette = dynamic(() => import("../command-palette").then((module) => module.CommandPalette), {
  ssr: false,
});
const ShortcutSheet = dynamic(() => import("../shortcut-sheet").then((module) => module.ShortcutSheet), {
  ssr: false,
});

type Overlay = "palette" | "sheet";
let open: ((overlay: Overlay) => void) | null = null;

export const openCommandPalette = (): void => open?.("palette");
export const openShortcutSheet = (): void => open?.("sheet");

/** The search field of the sidebar and the magnifier of the bar: both open the palette. */
export function CommandOpener({
  label,
  className,
  showsLabel = false,
}: {
  label: string;
  className: string;
  showsLabel?: boolean;
}) {
  return (
    <button
      type="button"
      className={className}
      aria-label={showsLabel ? undefined : label}
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K"
      onClick={openCommandPalette}
    >
      <Search className="icon" aria-hidden="true" />
      {showsLabel && (
        <>
          <span>{label}</span>
          <KeyHint keys="ctrl+k" />
        </>
      )}
    </button>
  );
}

/** Listens for keys, and holds the palette and the list of shortcuts, whose code comes with their first use. */
export function Commands({
  mayCreateOrder,
  words,
}: {
  mayCreateOrder: boolean;
  words: Record<"palette" | "sheet" | "newOrder" | "goOrders" | "goTransactions" | "goSettings", string>;
}) {
  const router = useRouter();
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [loaded, setLoaded] = useState<readonly Overlay[]>([]);
  useShortcutListener();
  useEffect(() => {
    open = (next) => {
      setLoaded((earlier) => (earlier.includes(next) ? earlier : [...earlier, next]));
      setOverlay(next);
    };
    return () => {
      open = null;
    };
  }, []);

  const go = (id: string, keys: string, label: string, href: string): Command => ({
    id,
    keys,
    label,
    disabledReason: null,
    run: () => router.push(href),
  });
  useCommands(
    [
      { id: "palette", keys: "ctrl+k", label: words.palette, disabledReason: null, run: openCommandPalette },
      { id: "palette-alt", keys: "alt+q", label: words.palette, disabledReason: null, run: openCommandPalette },
      { id: "sheet", keys: "?", label: words.sheet, disabledReason: null, run: openShortcutSheet },
      ...(mayCreateOrder ? [go("new-order", "c", words.newOrder, pages.newOrder())] : []),
      go("go-orders", "g o", words.goOrders, pages.orders()),
      go("go-transactions", "g t", words.goTransactions, pages.transactions()),
      go("go-settings", "g s", words.goSettings, pages.settings()),
    ],
    "anywhere",
  );

  const props = (name: Overlay) => ({
    isOpen: overlay === name,
    onOpenChange: (isOpen: boolean) => setOverlay(isOpen ? name : null),
  });
  return (
    <>
      {loaded.includes("palette") && <CommandPalette {...props("palette")} />}
      {loaded.includes("sheet") && <ShortcutSheet {...props("sheet")} />}
    </>
  );
}
