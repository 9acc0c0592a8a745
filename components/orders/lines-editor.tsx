"use client";
import { Plus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { announce } from "#components/announcer";
import { isBlank, LINE_FIELDS, type LineDraft, type LineField, lineError } from "#lib/api/order-draft";
import { currencySign, formatBareMoney } from "#lib/format";
import { type LineHandlers, LineRow } from "./line-row";
import type { OrderDraftState } from "./use-order-draft";

/**
 * The lines as a grid in which the cell is the input. Tab goes to the next cell, Enter and the arrows to the next line, Alt with
 * an arrow moves the line, Ctrl Del deletes it. The last line is always empty: that is where the next item is typed.
 */
export function LinesEditor({ form }: { form: OrderDraftState }) {
  const t = useTranslations("orderForm.lines");
  const locale = useLocale();
  const grid = useRef<HTMLTableElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const { draft, totals } = form;
  const { lines } = draft;
  const currency = currencySign(draft.currency);

  const focus = (key: string, field: LineField) =>
    grid.current?.querySelector<HTMLInputElement>(`tr[data-line="${key}"] [data-field="${field}"]`)?.focus();
  // A line that moves takes the focus off its cell; it is put back once the grid is drawn anew.
  const wanted = useRef<{ key: string; field: LineField } | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    focus(wanted.current.key, wanted.current.field);
    wanted.current = null;
  });

  const indexOf = (key: string) => lines.findIndex((line) => line.key === key);
  const move = (key: string, to: number, field: LineField | null) => {
    const from = indexOf(key);
    // Nothing moves behind the empty line at the end.
    if (from === -1 || to < 0 || to > lines.length - 2 || from === to) return;
    const next = lines.toSpliced(from, 1).toSpliced(to, 0, lines[from] as LineDraft);
    if (field) wanted.current = { key, field };
    form.setLines(next);
    announce(t("moved", { line: to + 1 }));
  };
  const remove = (key: string) => {
    const from = indexOf(key);
    const rest = lines.filter((line) => line.key !== key);
    const neighbour = rest[Math.min(from, rest.length - 1)];
    if (neighbour) wanted.current = { key: neighbour.key, field: "sku" };
    form.setLines(rest);
    announce(t("deleted"));
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLTableElement>) => {
    if (event.defaultPrevented || !(event.target instanceof HTMLInputElement)) return;
    const field = LINE_FIELDS.find((name) => name === (event.target as HTMLInputElement).dataset.field);
    const key = event.target.closest("tr")?.dataset.line;
    if (!field || !key) return;
    const at = indexOf(key);
    const go = (to: number) => {
      const line = lines[to];
      if (!line) return;
      event.preventDefault();
      focus(line.key, isBlank(line) ? "sku" : field);
    };
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(key, at + (event.key === "ArrowUp" ? -1 : 1), field);
    } else if ((event.ctrlKey || event.metaKey) && event.key === "Delete") {
      event.preventDefault();
      remove(key);
    } else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "Enter" || event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
  };

  const handlers = useRef<LineHandlers>({} as LineHandlers);
  handlers.current = {
    change: form.changeLine,
    leave: (key, field) => form.leave(lineError(key, field)),
    focus,
    remove,
    drag: {
      start: setDragged,
      over: (key) => dragged && dragged !== key && move(dragged, indexOf(key), null),
      end: () => setDragged(null),
    },
  };

  const freeText = () => {
    const last = lines.at(-1);
    if (last) focus(last.key, "description");
  };
  const wrong = form.errorOf("lines");
  return (
    <section className="lines-editor" aria-label={t("title")}>
      <table className="grid-table" ref={grid} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t("item")}</th>
            <th scope="col" className="wide">
              {t("description")}
            </th>
            <th scope="col" className="end">
              {t("quantity")}
            </th>
            <th scope="col" className="end">
              {t("price", { currency })}
            </th>
            <th scope="col" className="end">
              {t("discount")}
            </th>
            <th scope="col" className="end">
              {t("vat")}
            </th>
            <th scope="col" className="end">
              {t("total", { currency })}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => {
            const total = totals.ofLine.get(line.key);
            return (
              <LineRow
                key={line.key}
                line={line}
                number={index + 1}
                isLast={index === lines.length - 1}
                isDragged={dragged === line.key}
                currency={draft.currency}
                total={total && !isBlank(line) ? formatBareMoney(total.totalMinor, draft.currency, locale) : ""}
                errors={LINE_FIELDS.map((field) => form.errorOf(lineError(line.key, field)))}
                handlers={handlers}
              />
            );
          })}
        </tbody>
      </table>
      {wrong && (
        <p className="field-error lines-error" data-visible="true" role="alert">
          {wrong}
        </p>
      )}
      <div className="lines-foot">
        <button type="button" className="button button--ghost button--sm" onClick={freeText}>
          <Plus aria-hidden="true" />
          {t("addFreeText")}
        </button>
        <p className="lines-keys" aria-hidden="true">
          {t("keys")}
        </p>
      </div>
    </section>
  );
}
