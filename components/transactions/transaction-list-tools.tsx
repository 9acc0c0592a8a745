"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { useCommands } from "#components/use-shortcuts";

/** How often the rows are read again while somebody looks at them. */
const REFRESH_MS = 20_000;

const links = () => [...document.querySelectorAll<HTMLAnchorElement>("#transactions tbody a")];

/**
 * What script adds to the list: keys, opening a row without a page load, and reading the rows again now and then. The rows are
 * the server's HTML and are never rendered here.
 */
export function TransactionListTools({ words }: { words: Record<"search" | "next" | "previous", string> }) {
  const router = useRouter();

  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === "visible") router.refresh();
    };
    const timer = setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", refresh);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refresh);
    };
  }, [router]);

  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("#transactions a") : null;
      if (!link) return;
      event.preventDefault();
      router.push(link.pathname);
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, [router]);

  const move = (step: 1 | -1) => {
    const all = links();
    const here = all.indexOf(document.activeElement as HTMLAnchorElement);
    const next = all[here === -1 ? (step === 1 ? 0 : all.length - 1) : here + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const command = (id: keyof typeof words, keys: string, run: () => void) => ({
    id: `transactions-${id}`,
    label: words[id],
    keys,
    disabledReason: null,
    run,
  });
  useCommands([
    command("search", "/", () => document.querySelector<HTMLInputElement>("#order-search")?.select()),
    command("next", "j", () => move(1)),
    command("previous", "k", () => move(-1)),
  ]);
  return null;
}
