import type { Locale } from "#lib/i18n/locale";

/**
 * A document as it is printed: every word, amount and date is text already, so that what a page says can be tested without
 * making a PDF, and the page can be drawn by a thread of its own.
 */
export type PrintedDocument = {
  language: Locale;
  title: string;
  /** The file's name, without `.pdf`. */
  fileName: string;
  /** The day it was made, for the file's own properties. */
  madeAt: Date;
  /** Under the title: of which order, of which day. */
  subtitle: string;
  /** Said across the top where it is not what it looks like: test money, a cancelled order. */
  warning: string | null;
  /** A PNG or JPEG as a data URL. */
  logo: string | null;
  seller: PrintedParty;
  buyer: PrintedParty;
  facts: PrintedFact[];
  table: PrintedTable | null;
  totals: (PrintedFact & { strong?: boolean })[];
  /** Our page of the order with its code to be read by a phone. */
  pay: { title: string; lines: string[]; link: string; code: { path: string; size: number } } | null;
  notes: string[];
  /** Lines to sign on. */
  signatures: string[];
  /** At the foot of each page; `page` has places for {page} and {pages}. */
  foot: { text: string; page: string };
};

export type PrintedFact = { label: string; value: string };
export type PrintedParty = { role: string; name: string; lines: string[] };
export type PrintedColumn = {
  label: string;
  /** Points; 0: what is left over. */
  width: number;
  end?: boolean;
};
export type PrintedTable = { columns: PrintedColumn[]; rows: PrintedCell[][] };
/** The second text stands small under the first. */
export type PrintedCell = string | { text: string; more: string };

/** Controls, and invisible marks that reorder or hide text: a name could make an amount read differently. */
const TRICKS = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/** One line of text from outside, with nothing in it that does not show. */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\t\n\r\u2028\u2029]+/g, " ")
    .replace(TRICKS, "")
    .trim();

/** The same for a text of several lines. */
export const plainLines = (text: string): string[] =>
  text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map(plain)
    .filter((line) => line !== "");
