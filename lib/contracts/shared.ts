import { z } from "zod";
import { type IdPrefix, isId, type makeId } from "#lib/domain/ids";
import { CURRENCIES, type Currency, MAX_AMOUNT_MINOR } from "#lib/domain/money";
import { parsePercent, parseQuantity } from "#lib/domain/order-line";

/**
 * Text that PostgreSQL and a page can hold: no control characters but tab and newline, no lone surrogates, no
 * bidirectional overrides (they make a name read as another); trimmed and stored as NFC.
 */
export function text(max: number, min = 0) {
  return z
    .string()
    .max(max, { error: "too_long" })
    .refine((value) => value.isWellFormed() && !FORBIDDEN.test(value), { error: "forbidden_characters" })
    .transform((value) => value.normalize("NFC").trim())
    .refine((value) => value.length >= min, { error: min === 1 ? "required" : "too_short" });
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** A text that may be left out (undefined: in a change, it stays as it is); null and empty text both mean none. */
export const optionalText = (max: number) =>
  text(max)
    .nullable()
    .transform((value) => value || null)
    .optional();

export const id = <P extends IdPrefix>(prefix: P) =>
  z
    .string()
    .refine((value) => isId(prefix, value), { error: "unknown_id" })
    .transform((value) => value as ReturnType<typeof makeId<P>>);

export const currency = z.enum(CURRENCIES as [Currency, ...Currency[]], { error: "unknown_currency" });

/** `{ amount: 149950, currency: "UAH" }`: whole minor units. */
export const moneyInput = z.strictObject({
  amount: z
    .number({ error: "not_whole_minor_units" })
    .int({ error: "not_whole_minor_units" })
    .min(0, { error: "negative" })
    .max(Number(MAX_AMOUNT_MINOR), { error: "too_large" }),
  currency,
});

export const moneyOutput = z.object({ amount: z.int(), currency });

/** Decimal text with up to three decimals, greater than zero: `"2"`, `"0.125"`. */
export const quantityText = z
  .string()
  .max(16)
  .refine((value) => parseQuantity(value) !== null, { error: "bad_quantity" });

/** Decimal text 0–100 with up to two decimals: `"20"`, `"33.33"`. */
export const percentText = z
  .string()
  .max(8)
  .refine((value) => parsePercent(value) !== null, { error: "bad_percent" });

/** Lists: 40 rows unless told, 500 at most, keyset cursor. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int({ error: "bad_limit" })
    .min(1, { error: "bad_limit" })
    .max(500, { error: "bad_limit" })
    .default(40),
  cursor: z.string().max(400).optional(),
};

export type Page<Row> = { rows: Row[]; nextCursor: string | null };
export const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({ rows: z.array(row), nextCursor: z.string().nullable() });

/** Instants travel as ISO 8601 UTC text. */
export const instant = z.iso.datetime();
export const email = z
  .string()
  .max(254)
  .trim()
  .toLowerCase()
  .pipe(z.email({ error: "bad_email" }));
export const phone = z
  .string()
  .max(32)
  .transform((value) => value.replace(/[\s()-]/g, ""))
  .refine((value) => /^\+?\d{7,15}$/.test(value), { error: "bad_phone" });
/** A calendar date without a time, as the company's zone sees it: `2026-11-20`, years 2000–2100. */
export const calendarDate = z.iso
  .date({ error: "bad_date" })
  .refine((value) => value >= "2000-01-01" && value < "2101-01-01", {
    error: "bad_date",
  });
export const language = z.enum(["en", "uk"]);
