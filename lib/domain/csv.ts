/** A table as RFC 4180 text: every cell quoted, CRLF between rows, a byte order mark so that spreadsheets read Cyrillic. */
export const csvOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;

/**
 * A spreadsheet takes text that begins like this for a formula and carries it out: an apostrophe in front makes it text. A
 * plain number stays one.
 */
const isFormula = (text: string): boolean => /^[=+\-@\t\r\n]/.test(text) && !/^[+-]?\d+([.,]\d+)?$/.test(text);

function cell(value: string): string {
  const safe = isFormula(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
