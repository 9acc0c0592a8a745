"use client";
import { useRouter } from "next/navigation";
import { type ComponentType, useEffect, useState } from "react";
import { onDemand } from "#components/on-demand";
import type { Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";
import { KeyHint } from "../key-hint";
import { leave } from "../leaving";
import { type Command, useCommands, useShortcutListener } from "../use-shortcuts";
import { FrameIcon } from "./frame-icon";
import type { OverlayName } from "./overlays";

let open: ((overlay: OverlayName) => void) | null = null;

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
      data-tip={label}
      data-tip-side="end"
      onClick={openCommandPalette}
    >
      <FrameIcon name="search" />
      {showsLabel && (
        <>
          <span data-tip-label="">{label}</span>
          <KeyHint keys="ctrl+k" />
        </>
      )}
    </button>
  );
}

type Overlays = ComponentType<{ open: OverlayName | null; onOpenChange: (open: boolean) => void }>;

/** Listens for keys, and holds the palette and the list of shortcuts, whose code comes with their first use. */
export function Commands({
  locale,
  mayCreateOrder,
  words,
}: {
  locale: Locale;
  mayCreateOrder: boolean;
  words: Record<"search" | "shortcuts" | "newOrder" | "goOrders" | "goTransactions" | "goHolds" | "goSettings", string>;
}) {
  const router = useRouter();
  const [overlay, setOverlay] = useState<OverlayName | null>(null);
  const [loaded, setLoaded] = useState<{ locale: Locale; Overlays: Overlays } | null>(null);
  useShortcutListener();
  useEffect(() => {
    open = (next) => {
      setLoaded((earlier) =>
        earlier?.locale === locale
          ? earlier
          : {
              locale,
              Overlays: onDemand(async () => (await (await import("./overlays")).loadOverlays(locale)).default),
            },
      );
      setOverlay(next);
    };
    return () => {
      open = null;
    };
  }, [locale]);

  const go = (id: string, keys: string, label: string, href: string): Command => ({
    id,
    keys,
    label,
    disabledReason: null,
    run: () => leave(() => router.push(href)),
  });
  useCommands(
    [
      { id: "palette", keys: "ctrl+k", label: words.search, disabledReason: null, run: openCommandPalette },
      { id: "palette-alt", keys: "alt+q", label: words.search, disabledReason: null, run: openCommandPalette },
      { id: "sheet", keys: "?", label: words.shortcuts, disabledReason: null, run: openShortcutSheet },
      ...(mayCreateOrder ? [go("new-order", "c", words.newOrder, pages.newOrder())] : []),
      go("go-orders", "g o", words.goOrders, pages.orders()),
      go("go-transactions", "g t", words.goTransactions, pages.transactions()),
      go("go-holds", "g h", words.goHolds, pages.holds()),
      go("go-settings", "g s", words.goSettings, pages.settings()),
    ],
    "anywhere",
  );
  return loaded && <loaded.Overlays open={overlay} onOpenChange={(isOpen) => !isOpen && setOverlay(null)} />;
}
