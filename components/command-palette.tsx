"use client";
import { Modal } from "@heroui/react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { type OrderListRow, orderListPage } from "#lib/contracts/orders";
import { formatMoneyView } from "#lib/format";
import { api, pages } from "#lib/paths";
import { announce } from "./announcer";
import { KeyHint } from "./key-hint";
import { leave } from "./leaving";
import { type Command, commandsNow } from "./use-shortcuts";

type Row = Command & { detail?: string };
type Group = { title: string; rows: Row[] };

const SEARCH_AFTER_MS = 200;

/**
 * Search or act: what can be done on this page first, then where to go, then orders that match. A command that cannot be done
 * stays listed with its reason.
 */
export function CommandPalette({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Modal.Backdrop isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal.Container size="lg" placement="top">
        <Modal.Dialog aria-label={useTranslations("palette")("title")} className="palette">
          <Palette close={() => onOpenChange(false)} />
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

function Palette({ close }: { close: () => void }) {
  const t = useTranslations("palette");
  const router = useRouter();
  const locale = useLocale();
  const id = useId();
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  // Read once: what the page offered when the palette was opened, not what the palette itself makes of it.
  const [commands] = useState(() => commandsNow().filter((command) => !command.id.startsWith("palette")));
  const { orders, state } = useOrderSearch(query);
  const list = useRef<HTMLDivElement>(null);

  const matches = (command: Command) =>
    query
      .toLocaleLowerCase(locale)
      .split(/\s+/)
      .every((word) => command.label.toLocaleLowerCase(locale).includes(word));
  const found = commands.filter(matches);
  const groups: Group[] = [
    { title: t("here"), rows: found.filter((command) => command.scope === "page") },
    { title: t("goTo"), rows: found.filter((command) => command.scope === "anywhere") },
    {
      title: t("orders"),
      rows: orders.map((order) => ({
        id: order.id,
        label: `${order.number} ${order.customerName}`,
        detail: formatMoneyView(order.total, locale),
        disabledReason: null,
        run: () => leave(() => router.push(pages.order(order.id))),
      })),
    },
  ].filter((group) => group.rows.length > 0);
  const rows = groups.flatMap((group) => group.rows);
  const current = Math.min(active, rows.length - 1);

  const run = (row: Row | undefined) => {
    if (!row) return;
    if (row.disabledReason !== null) return announce(row.disabledReason, "assertive");
    close();
    // After the palette has given the focus back, so that a dialog of the command can take it.
    setTimeout(row.run, 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") run(rows[current]);
    else if (event.key === "ArrowDown") setActive((current + 1) % Math.max(1, rows.length));
    else if (event.key === "ArrowUp") setActive((current - 1 + rows.length) % Math.max(1, rows.length));
    else if (event.key === "Home" && query === "") setActive(0);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    list.current?.querySelector(`[data-row="${current}"]`)?.scrollIntoView({ block: "nearest" });
  }, [current]);

  return (
    <>
      <input
        className="palette-input"
        // biome-ignore lint/a11y/noAutofocus: the person asked for this field
        autoFocus
        type="text"
        role="combobox"
        aria-label={t("title")}
        aria-expanded={rows.length > 0}
        aria-controls={`${id}list`}
        aria-activedescendant={rows.length > 0 ? `${id}row${current}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder={t("placeholder")}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" id={`${id}list`} role="listbox" aria-label={t("title")} ref={list}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options inside a listbox is no fieldset
          <div key={group.title} role="group" aria-label={group.title}>
            <p className="palette-group" aria-hidden="true">
              {group.title}
            </p>
            {group.rows.map((row) => {
              const index = rows.indexOf(row);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox
                <div
                  key={row.id}
                  id={`${id}row${index}`}
                  className="palette-row"
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === current}
                  aria-disabled={row.disabledReason !== null || undefined}
                  data-row={index}
                  onPointerMove={() => index !== current && setActive(index)}
                  onClick={() => run(row)}
                >
                  <span>
                    {row.label}
                    {row.disabledReason !== null && <small>{row.disabledReason}</small>}
                  </span>
                  {row.detail && <span className="num">{row.detail}</span>}
                  {row.keys && <KeyHint keys={row.keys} />}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className="palette-note" role="status">
        {state === "failed"
          ? t("searchFailed")
          : rows.length === 0 && (state === "searching" ? t("searching") : t("nothing", { query }))}
      </p>
    </>
  );
}

/** Orders that match, a moment after typing stops. Two characters at least: one matches half of everything. */
function useOrderSearch(query: string): { orders: OrderListRow[]; state: "idle" | "searching" | "failed" } {
  const [result, setResult] = useState<{ for: string; orders: OrderListRow[]; failed: boolean }>({
    for: "",
    orders: [],
    failed: false,
  });
  const wanted = query.trim().length >= 2 ? query.trim() : "";
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const answer = await fetch(api.orders({ q: wanted, limit: 8 }), { signal: abort.signal });
        const page = orderListPage.safeParse(answer.ok ? await answer.json() : null);
        setResult({ for: wanted, orders: page.success ? page.data.rows : [], failed: !page.success });
      } catch {
        if (!abort.signal.aborted) setResult({ for: wanted, orders: [], failed: true });
      }
    }, SEARCH_AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [wanted]);
  if (!wanted) return { orders: [], state: "idle" };
  if (result.for !== wanted) return { orders: result.orders, state: "searching" };
  return { orders: result.orders, state: result.failed ? "failed" : "idle" };
}
