import { divideHalfUp } from "./money.ts";

/** The arithmetic of one line. Quantity in thousandths, discount and VAT in basis points, price in minor units. */
export type LineAmounts = {
  quantityMilli: bigint;
  unitPriceMinor: bigint;
  discountBasisPoints: number;
  vatBasisPoints: number;
};
export type LineTotals = { netMinor: bigint; vatMinor: bigint; totalMinor: bigint };

/** The most one line can hold: 1 000 000 pieces. */
export const MAX_QUANTITY_MILLI = 1_000_000_000n;

/** Reads `2`, `0.5`, `1,125`; null for more than three decimals, zero, signs, exponents. */
export function parseQuantity(text: string): bigint | null {
  const match = /^(\d{1,7})(?:[.,](\d{1,3}))?$/.exec(text.trim().replace(/[\u00a0 ](?=\d{3})/g, ""));
  if (!match) return null;
  const milli = BigInt((match[1] ?? "") + (match[2] ?? "").padEnd(3, "0"));
  return milli > 0n && milli <= MAX_QUANTITY_MILLI ? milli : null;
}

/** Reads `5`, `7.5`, `33,33` percent into basis points; null outside 0–100 or with more than two decimals. */
export function parsePercent(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const points = Number((match[1] ?? "") + (match[2] ?? "").padEnd(2, "0"));
  return points <= 10_000 ? points : null;
}

/**
 * A line's net, VAT and gross. The line's value is rounded half up once; VAT is rounded once on that value, and the
 * third number is the difference, so net + VAT = total to the minor unit in both modes.
 */
export function lineTotals(line: LineAmounts, pricesIncludeVat: boolean): LineTotals {
  const value = divideHalfUp(
    line.quantityMilli * line.unitPriceMinor * BigInt(10_000 - line.discountBasisPoints),
    10_000_000n,
  );
  const vat = BigInt(line.vatBasisPoints);
  if (pricesIncludeVat) {
    const vatMinor = divideHalfUp(value * vat, 10_000n + vat);
    return { netMinor: value - vatMinor, vatMinor, totalMinor: value };
  }
  const vatMinor = divideHalfUp(value * vat, 10_000n);
  return { netMinor: value, vatMinor, totalMinor: value + vatMinor };
}

/** Totals of a document: the sum of its lines, nothing rounded again. */
export function documentTotals(lines: readonly LineTotals[]): LineTotals {
  return lines.reduce(
    (sum, line) => ({
      netMinor: sum.netMinor + line.netMinor,
      vatMinor: sum.vatMinor + line.vatMinor,
      totalMinor: sum.totalMinor + line.totalMinor,
    }),
    { netMinor: 0n, vatMinor: 0n, totalMinor: 0n },
  );
}

/**
 * What an invoice of part of a line asks for: the rounded share of everything invoiced so far less what was invoiced before,
 * so that partial invoices always add up to the line's total, and the VAT in them to the line's VAT.
 */
export function invoicedShare(
  line: { quantityMilli: bigint; doneMilli: bigint; totalMinor: bigint; vatMinor: bigint },
  quantityMilli: bigint,
): { totalMinor: bigint; vatMinor: bigint } {
  const totalAt = (milli: bigint) => divideHalfUp(line.totalMinor * milli, line.quantityMilli);
  // Of the sum, not of the quantity: the VAT in a share is then never more than the share.
  const vatAt = (milli: bigint) =>
    line.totalMinor === 0n ? 0n : divideHalfUp(line.vatMinor * totalAt(milli), line.totalMinor);
  const after = line.doneMilli + quantityMilli;
  return {
    totalMinor: totalAt(after) - totalAt(line.doneMilli),
    vatMinor: vatAt(after) - vatAt(line.doneMilli),
  };
}
