import type { PrintedCell, PrintedColumn, PrintedDocument, PrintedTable } from "./document.ts";

/** Points of A4 between the margins of layout.ts, and heights of what stands there. */
export const EDGE = 42;
export const TOP = 40;
export const BOTTOM = 56;
export const GAP = 8;
const WIDTH = 595.28 - 2 * EDGE;
const HEIGHT = 841.89 - TOP - BOTTOM;
const LINE = 11.7;
const SMALL_LINE = 10.4;
const TABLE_HEAD = 17;
/** Widths of letters at 9 points, by kind; a little more than they are. */
const WIDE = 8;
const CAPITAL = 6.2;
const NARROW = 3.3;
const LETTER = 5.3;
const SPACE = 2.2;

type Row = PrintedTable["rows"][number];

/**
 * The rows of a table sheet by sheet. Drawing breaks a sheet that is too full by itself, but then lays out everything that is
 * left once more for every sheet: five hundred lines took five times as long. So the guess is on the careful side.
 */
export function sheetsOf(document: PrintedDocument): Row[][] {
  const { table } = document;
  if (!table) return [[]];
  const sheets: Row[][] = [[]];
  let room = HEIGHT - headHeight(document) - TABLE_HEAD;
  for (const row of table.rows) {
    const height = rowHeight(row, table.columns);
    if (height > room && (sheets.at(-1)?.length ?? 0) > 0) {
      sheets.push([]);
      room = HEIGHT - TABLE_HEAD;
    }
    sheets.at(-1)?.push(row);
    room -= height;
  }
  return sheets;
}

/** Everything above the table on the first sheet. */
function headHeight({ warning, seller, buyer, facts }: PrintedDocument): number {
  const party = (lines: readonly string[]) =>
    lines.reduce((sum, text) => sum + linesOf(text, (WIDTH - 24) / 2), 0) * LINE + SMALL_LINE + 2;
  const parties = Math.max(party([seller.name, ...seller.lines]), party([buyer.name, ...buyer.lines]));
  const told = facts.reduce((sum, { value }) => sum + linesOf(value, WIDTH - 110), 0) * (LINE + 2);
  return (warning ? 40 : 0) + 62 + parties + 14 + (facts.length > 0 ? told + 23 : 0);
}

function rowHeight(row: Row, columns: readonly PrintedColumn[]): number {
  const taken = columns.reduce((sum, { width }) => sum + width, 0) + GAP * (columns.length - 1);
  const heights = row.map((cell, at) => cellHeight(cell, columns[at]?.width || WIDTH - taken));
  return Math.max(...heights) + 2 * 4 + 0.5;
}

const cellHeight = (cell: PrintedCell, width: number): number =>
  typeof cell === "string"
    ? linesOf(cell, width) * LINE
    : linesOf(cell.text, width) * LINE + linesOf(cell.more, width) * SMALL_LINE;

const letterWidth = (letter: string): number => {
  if (/[ilIjtfrіїІЇ.,:;'’|!()[\]-]/u.test(letter)) return NARROW;
  if (/[мжшщюфыmwMWЖШЩЮФМ@%№—]/u.test(letter)) return WIDE;
  return /[\p{Lu}\p{N}]/u.test(letter) ? CAPITAL : LETTER;
};

/** How many lines a text may take: a word moves to the next line as a whole. */
function linesOf(text: string, width: number): number {
  let lines = 1;
  let used = 0;
  for (const word of text.split(" ")) {
    const wide = [...word].reduce((sum, letter) => sum + letterWidth(letter), 0);
    if (used > 0 && used + SPACE + wide > width) {
      lines += 1;
      used = 0;
    }
    used += (used > 0 ? SPACE : 0) + wide;
    const over = Math.ceil(used / width) - 1;
    lines += over;
    used -= over * width;
  }
  return lines;
}
