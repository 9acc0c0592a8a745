"use client";
import { GripVertical, Trash2 } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { memo, type RefObject } from "react";
import { LINE_FIELDS, type LineDraft, type LineField, withItem } from "#lib/api/order-draft";
import { type Currency, parseAmount } from "#lib/domain/money";
import { parsePercent, parseQuantity } from "#lib/domain/order-line";
import { currencySign, formatBareMoney, formatPercentNumber, formatQuantity } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import { ItemCell } from "./item-cell";

export type LineHandlers = {
  change: (key: string, next: Partial<LineDraft>) => void;
  leave: (key: string, field: LineField) => void;
  focus: (key: string, field: LineField) => void;
  remove: (key: string) => void;
  drag: { start: (key: string) => void; over: (key: string) => void; end: () => void };
};

type RowProps = {
  line: LineDraft;
  number: number;
  /** The empty line at the end: nothing to move or delete. */
  isLast: boolean;
  isDragged: boolean;
  currency: Currency;
  total: string;
  /** In the order of LINE_FIELDS. */
  errors: readonly (string | null)[];
  handlers: RefObject<LineHandlers>;
};

/** Numbers are written as people of this language write them once their cell is left; what cannot be read stays as it is. */
function tidied(field: LineField, text: string, currency: Currency, locale: Locale): string {
  if (text.trim() === "") return "";
  if (field === "quantity") {
    const quantity = parseQuantity(text);
    return quantity === null ? text : formatQuantity(quantity, locale);
  }
  if (field === "price") {
    const price = parseAmount(text, currency);
    return price === null ? text : formatBareMoney(price, currency, locale);
  }
  const percent = parsePercent(text);
  return percent === null ? text : formatPercentNumber(percent, locale);
}

function Row({ line, number, isLast, isDragged, currency, total, errors, handlers }: RowProps) {
  const t = useTranslations("orderForm.lines");
  const locale = useLocale();
  const { key } = line;
  const label = (field: LineField): string =>
    field === "sku"
      ? t("item")
      : field === "price"
        ? t("price", { currency: currencySign(currency) })
        : t(field as "quantity");
  const errorOf = (field: LineField) => errors[LINE_FIELDS.indexOf(field)] ?? null;
  const about = (field: LineField) => ({
    "data-field": field,
    "aria-label": t("cell", { field: label(field), line: number }),
    "aria-invalid": errorOf(field) ? (true as const) : undefined,
    "aria-describedby": errorOf(field) ? `${key}-${field}` : undefined,
  });
  const figure = (field: "quantity" | "price" | "discount" | "vat") => (
    <td className="grid-figure" data-label={label(field)}>
      <input
        {...about(field)}
        className="cell"
        inputMode="decimal"
        autoComplete="off"
        maxLength={20}
        placeholder={field === "discount" && !isLast ? "0" : undefined}
        value={line[field]}
        onChange={(event) => handlers.current.change(key, { [field]: event.target.value })}
        onFocus={(event) => event.target.select()}
        onBlur={() => {
          const text = tidied(field, line[field], currency, locale);
          if (text !== line[field]) handlers.current.change(key, { [field]: text });
          // What is missing is told when somebody saves; what is wrong, when the cell is left.
          if (text.trim()) handlers.current.leave(key, field);
        }}
      />
    </td>
  );
  const wrong = LINE_FIELDS.filter((field) => errorOf(field) !== null);
  return (
    <>
      <tr
        data-line={key}
        className={isDragged ? "is-dragged" : isLast ? "is-last" : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          handlers.current.drag.over(key);
        }}
      >
        <td className="grid-grip">
          {!isLast && (
            // biome-ignore lint/a11y/noStaticElementInteractions: dragging is for pointers; Alt with an arrow does the same
            <span
              className="grip"
              draggable
              data-tip={t("move", { line: number })}
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = "move";
                handlers.current.drag.start(key);
              }}
              onDragEnd={() => handlers.current.drag.end()}
            >
              <GripVertical className="icon" aria-hidden="true" />
            </span>
          )}
        </td>
        <td className="grid-item" data-label={label("sku")}>
          <ItemCell
            about={about("sku")}
            line={line}
            placeholder={isLast ? t("add") : t("freeText")}
            onType={(sku) => handlers.current.change(key, { sku, itemId: null })}
            onPick={(item) => {
              const { key: _same, ...filled } = withItem(line, item, locale);
              handlers.current.change(key, filled);
              requestAnimationFrame(() => handlers.current.focus(key, "quantity"));
            }}
            onFreeText={(description) => handlers.current.change(key, { sku: "", description, itemId: null })}
          />
        </td>
        <td className="grid-description" data-label={label("description")}>
          <input
            {...about("description")}
            className="cell"
            autoComplete="off"
            maxLength={500}
            value={line.description}
            onChange={(event) => handlers.current.change(key, { description: event.target.value })}
          />
        </td>
        {figure("quantity")}
        {figure("price")}
        {figure("discount")}
        {figure("vat")}
        <td className="grid-total num" data-label={t("total", { currency: currencySign(currency) })}>
          {total}
        </td>
        <td className="grid-delete">
          {!isLast && (
            <button
              type="button"
              className="button button--ghost button--icon-only button--sm"
              aria-label={t("delete", { line: number })}
              data-tip={t("delete", { line: number })}
              onClick={() => handlers.current.remove(key)}
            >
              <Trash2 aria-hidden="true" />
            </button>
          )}
        </td>
      </tr>
      {wrong.length > 0 && (
        <tr className="grid-errors">
          <td />
          <td colSpan={8}>
            {wrong.map((field) => (
              <span key={field} id={`${key}-${field}`} className="field-error" data-visible="true">
                {label(field)}: {errorOf(field)}
              </span>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

/** A long order is not drawn again for every letter typed into one of its lines. */
export const LineRow = memo(
  Row,
  (before, after) =>
    before.line === after.line &&
    before.number === after.number &&
    before.isLast === after.isLast &&
    before.isDragged === after.isDragged &&
    before.currency === after.currency &&
    before.total === after.total &&
    before.errors.join("\n") === after.errors.join("\n"),
);
