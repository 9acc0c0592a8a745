import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("quotes, commas and line breaks stay inside their cell; rows end as RFC 4180 says", () => {
  expect(
    csvOf([
      ["a", 'say "b"'],
      ["c, d", "e\nf"],
    ]),
  ).toBe('\uFEFF"a","say ""b"""\r\n"c, d","e\nf"\r\n');
  expect(csvOf([])).toBe("\uFEFF");
});

test("what a spreadsheet would carry out becomes text; numbers stay numbers", () => {
  const hostile = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "-"];
  for (const text of hostile) expect(csvOf([[text]])).toBe(`\uFEFF"'${text.replaceAll('"', '""')}"\r\n`);
  for (const number of ["-100", "+380.50", "0", "1 000"]) expect(csvOf([[number]])).toBe(`\uFEFF"${number}"\r\n`);
});
