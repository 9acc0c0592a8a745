import { type SQL, sql } from "drizzle-orm";
import { parseAmount } from "#lib/domain/money";

/** What a person typed into a search field, made out. */
export type Search = {
  words: Word[];
  /** It reads as an amount: minor units. */
  amountMinor: bigint | null;
  /** It reads as an order number, whole or begun. */
  orderNumber: { exact: string | null; begins: SQL | null } | null;
};
/** Up to two letters ask for words that begin so; more are found anywhere. Trigrams answer both. */
type Word = { text: string; begins: boolean };

/** Parts that folding drops (drizzle/0002_search.sql): they do not count when letters are counted. */
const DROPPED = /[ьъ'’ʼ`]/giu;

/** Null when nothing was typed. */
export function readSearch(text: string | undefined): Search | null {
  const typed = text?.normalize("NFC").trim() ?? "";
  if (typed === "") return null;
  const words = typed
    .split(/[^\p{L}\p{M}\p{N}@.'’ʼ`-]+/u)
    .map((word) => ({ text: word, letters: word.replace(DROPPED, "").length }))
    .filter(({ letters }) => letters > 0)
    .slice(0, 8)
    .map(({ text: word, letters }) => ({ text: word, begins: letters < 3 }));
  const number = /^(?:so-?)?(\d{0,9})$/i.exec(typed);
  const digits = number?.[1] ?? "";
  return {
    words,
    amountMinor: parseAmount(typed, "UAH"),
    orderNumber: number && {
      exact: digits === "" ? null : `SO-${digits.padStart(6, "0")}`,
      begins: /^so/i.test(typed) ? beginsWith(` so-${digits}`) : null,
    },
  };
}

/**
 * The folded text begins so, as a range of the prefix index: a pattern would only become one while its value is known to
 * the planner. Its last character is a digit or the hyphen, so the next character is what the range ends before.
 */
function beginsWith(prefix: string): SQL {
  const next = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return sql`(search_text ~>=~ ${prefix} and search_text ~<~ ${next})`;
}

/**
 * Every word is in a text that was folded by the database; false without words. Each pattern is made by a query of its own,
 * which runs once; as an expression it would be folded anew for every row that is looked at.
 */
export function hasWords(foldedText: SQL, { words }: Search): SQL {
  if (words.length === 0) return sql`false`;
  const conditions = words.map(
    ({ text, begins }) => sql`${foldedText} like (select ${begins ? "% " : "%"} || btrim(search_fold(${text})) || '%')`,
  );
  return sql`(${sql.join(conditions, sql` and `)})`;
}
