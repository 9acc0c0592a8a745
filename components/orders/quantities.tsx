import type { OrderView } from "#lib/contracts/orders";
import { parseQuantity } from "#lib/domain/order-line";
import { formatQuantity } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";

/** One line of the ship or invoice dialog: how much is left, in thousandths, and what the person typed. */
export type QuantityRow = { lineId: string; label: string; unit: string; leftMilli: bigint };

const milli = (text: string) => parseQuantity(text) ?? 0n;
/** Decimal text as the API takes it: `1200.5`. */
const wire = (quantityMilli: bigint): string => {
  const text = quantityMilli.toString().padStart(4, "0");
  const fraction = text.slice(-3).replace(/0+$/, "");
  return fraction ? `${text.slice(0, -3)}.${fraction}` : text.slice(0, -3);
};

/** The lines of which something is left, in the order of the document. */
export function rowsLeft(order: OrderView, kind: "ship" | "invoice"): QuantityRow[] {
  return order.lines.flatMap((line) => {
    const done = kind === "ship" ? line.shippedQuantity : line.invoicedQuantity;
    const leftMilli = milli(line.quantity) - milli(done);
    return leftMilli > 0n ? [{ lineId: line.id, label: line.description, unit: line.unit ?? "", leftMilli }] : [];
  });
}

export const everything = (rows: readonly QuantityRow[], locale: Locale): Record<string, string> =>
  Object.fromEntries(rows.map(({ lineId, leftMilli }) => [lineId, formatQuantity(leftMilli, locale)]));

export type Quantities = {
  lines: { lineId: string; quantity: string }[];
  errors: Record<string, string>;
  all: boolean;
};

/** Reads what was typed. An empty cell and a zero mean "not now". */
export function readQuantities(rows: readonly QuantityRow[], typed: Readonly<Record<string, string>>): Quantities {
  const lines: Quantities["lines"] = [];
  const errors: Quantities["errors"] = {};
  let all = true;
  for (const { lineId, leftMilli } of rows) {
    const text = (typed[lineId] ?? "").trim();
    if (/^0*(?:[.,]0*)?$/.test(text)) {
      all = false;
      continue;
    }
    const wanted = parseQuantity(text);
    if (wanted === null) errors[lineId] = "bad_quantity";
    else if (wanted > leftMilli) errors[lineId] = "too_much";
    else lines.push({ lineId, quantity: wire(wanted) });
    if (wanted !== leftMilli) all = false;
  }
  return { lines, errors, all };
}
