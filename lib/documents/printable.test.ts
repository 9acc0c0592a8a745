import { expect, test } from "vitest";
import { printable } from "./printable.ts";

/** A face that has what Europe writes with. */
const has = (codePoint: number) => codePoint < 0x530 || (codePoint >= 0x2010 && codePoint < 0x2100);

test.each([
  ["Ромашка Буд, ₴5", "Ромашка Буд, ₴5"],
  ["cafe\u0301", "cafe\u0301"],
  ["漢字", "[…]"],
  ["漢字 仮名 Bosch", "[…] Bosch"],
  ["Bosch 漢字, GSB", "Bosch […], GSB"],
  ["GSB漢18", "GSB[…]18"],
  ["Ромашка 🌼", "Ромашка"],
  ["👩🏽‍🔧 Майстер 🇺🇦", "Майстер"],
  ["🙂", "[…]"],
  ["cafe\u0301 漢", "caf\u00e9 […]"],
  ["", ""],
  ["   ", "   "],
])("%j is printed as %j", (text, shown) => {
  expect(printable(text, has)).toBe(shown);
});

test("a text that can be printed is not touched, not even how it is put together", () => {
  const apart = "и\u0306";
  expect(printable(apart, has)).toBe(apart);
});
