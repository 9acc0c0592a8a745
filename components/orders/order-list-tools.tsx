"use client";
import { useRouter } from "next/navigation";
import type { Messages } from "next-intl";
import { useEffect, useState } from "react";
import { focusRow, useFreshRows } from "#components/list-rows";
import { onDemand } from "#components/on-demand";
import { pageZone } from "#components/page-zone";
import { useCommands } from "#components/use-shortcuts";
import { rememberList } from "./list-memory";

const BulkBar = onDemand(() => import("./bulk-bar").then((module) => module.BulkBar));

export type Picked = { id: string; number: string };

const list = () => document.getElementById("orders");
const links = () => [...(list()?.querySelectorAll<HTMLAnchorElement>("tbody a") ?? [])];
const boxes = () => [...(list()?.querySelectorAll<HTMLInputElement>("tbody .check") ?? [])];
const rowOf = (node: Element | null) => node?.closest("tr");

const picked = (): Picked[] =>
  boxes()
    .filter((box) => box.checked)
    .flatMap((box) => rowOf(box)?.querySelector("a") ?? [])
    .map((link) => ({ id: link.pathname.split("/").at(-1) ?? "", number: link.textContent ?? "" }));

/**
 * What script adds to the list: keys, opening a row by a click anywhere on it, selection with its bar, and reading the rows
 * again now and then. The rows themselves are the server's HTML and are never rendered here.
 */
export function OrderListTools({
  words,
  views,
  bulk,
}: {
  words: Record<"search" | "next" | "previous" | "select", string>;
  /** Names of the views, in their order on the screen: the figure keys. */
  views: readonly string[];
  bulk: Messages["ordersBulk"];
}) {
  const router = useRouter();
  const [selection, setSelection] = useState<readonly Picked[]>([]);

  useFreshRows();

  useEffect(() => {
    const root = list();
    if (!root) return;
    const onChange = (event: Event) => {
      const box = event.target as HTMLInputElement;
      if (!box.matches(".check")) return;
      if (box.id === "select-all") for (const one of boxes()) one.checked = box.checked;
      setSelection(picked());
    };
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const target = event.target as Element;
      const row = rowOf(target);
      const link = row?.querySelector<HTMLAnchorElement>("a");
      if (!row?.closest("tbody") || !link || target.closest("input, label, button")) return;
      // Somebody marking text to copy it does not want to leave.
      if (!target.closest("a") && window.getSelection()?.toString()) return;
      event.preventDefault();
      rememberList(links().map((one) => one.pathname));
      router.push(link.pathname);
    };
    // The whole truth about a deadline is written when somebody points at it, not into every row.
    const onPointerOver = (event: Event) => {
      const time = event.target instanceof HTMLTimeElement ? event.target : null;
      if (!time || time.dataset.tip) return;
      const { lang } = document.documentElement;
      const form = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeStyle: "long", timeZone: pageZone() });
      time.dataset.tip = form.format(Date.parse(time.dateTime));
    };
    root.addEventListener("change", onChange);
    root.addEventListener("click", onClick);
    root.addEventListener("pointerover", onPointerOver);
    return () => {
      root.removeEventListener("pointerover", onPointerOver);
      root.removeEventListener("change", onChange);
      root.removeEventListener("click", onClick);
    };
  }, [router]);

  // Fresh rows may lack some that were selected; the server's words are new with every reading.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `views` stands for "the page was read again"
  useEffect(() => setSelection((before) => (before.length > 0 ? picked() : before)), [views]);

  // The head's box says how much of the page is selected.
  useEffect(() => {
    const all = list()?.querySelector<HTMLInputElement>("#select-all");
    if (!all) return;
    const total = boxes().length;
    all.checked = total > 0 && selection.length === total;
    all.indeterminate = selection.length > 0 && selection.length < total;
  }, [selection]);

  const here = () => rowOf(document.activeElement);
  const command = (id: keyof typeof words, keys: string, run: () => void) => ({
    id: `orders-${id}`,
    label: words[id],
    keys,
    disabledReason: null,
    run,
  });
  useCommands([
    command("search", "/", () => document.querySelector<HTMLInputElement>("#order-search")?.select()),
    command("next", "j", () => focusRow(links(), 1)),
    command("previous", "k", () => focusRow(links(), -1)),
    command("select", "x", () => here()?.querySelector<HTMLInputElement>(".check")?.click()),
    ...views.slice(0, 9).map((label, index) => ({
      id: `orders-view-${index + 1}`,
      label,
      keys: String(index + 1),
      disabledReason: null,
      run: () => list()?.querySelectorAll<HTMLAnchorElement>(".orders-views a")[index]?.click(),
    })),
  ]);

  const clear = () => {
    for (const box of boxes()) box.checked = false;
    setSelection([]);
  };
  return selection.length > 0 && <BulkBar sentences={bulk} selection={selection} onClear={clear} />;
}
