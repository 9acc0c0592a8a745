"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { focusRow, useFreshRows } from "#components/list-rows";
import { useCommands } from "#components/use-shortcuts";

const links = () => [...document.querySelectorAll<HTMLAnchorElement>("#transactions tbody a")];

/**
 * What script adds to the list: keys, opening a row without a page load, and reading the rows again now and then. The rows are
 * the server's HTML and are never rendered here.
 */
export function TransactionListTools({ words }: { words: Record<"search" | "next" | "previous", string> }) {
  const router = useRouter();

  useFreshRows();

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

  const command = (id: keyof typeof words, keys: string, run: () => void) => ({
    id: `transactions-${id}`,
    label: words[id],
    keys,
    disabledReason: null,
    run,
  });
  useCommands([
    command("search", "/", () => document.querySelector<HTMLInputElement>("#order-search")?.select()),
    command("next", "j", () => focusRow(links(), 1)),
    command("previous", "k", () => focusRow(links(), -1)),
  ]);
  return null;
}
