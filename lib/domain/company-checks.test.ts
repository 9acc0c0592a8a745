import { expect, test } from "vitest";
import { isIban, plainIban } from "./iban.ts";
import { documentNumber, isSeriesPrefix } from "./number-series.ts";
import { isPrintablePicture } from "./picture.ts";

test.each([
  ["UA21 3223 1300 0002 6007 2335 66001", true],
  ["ua213223130000026007233566001", true],
  ["DE89 3704 0044 0532 0130 00", true],
  ["UA21 3223 1300 0002 6007 2335 66002", false],
  ["UA12 3223 1300 0002 6007 2335 66001", false],
  ["UA89 3704 0044 0532 0130 00", false],
  ["hello", false],
  ["", false],
])("account %s: %s", (text, good) => {
  expect(isIban(plainIban(text))).toBe(good);
});

test.each([
  ["SO-", true],
  ["РФ/", true],
  ["A", true],
  ["2026-", true],
  ["SO1", false],
  ["", false],
  ["A B", false],
  ["ABCDEFGHIJK", false],
  ["<b>", false],
])("prefix %s: %s", (text, good) => {
  expect(isSeriesPrefix(text)).toBe(good);
});

test("numbers have six digits and grow", () => {
  expect(documentNumber("SO-", 42n)).toBe("SO-000042");
  expect(documentNumber("SO-", 1_234_567n)).toBe("SO-1234567");
});

const url = (type: string, bytes: number[]) => `data:image/${type};base64,${Buffer.from(bytes).toString("base64")}`;
const png = (width: number, height: number) => {
  const four = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const head = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
  return [...head, ...four(width), ...four(height), 8, 6, 0, 0, 0, ...new Array(40).fill(0)];
};
const jpeg = (width: number, height: number) => [
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 16, ...new Array(14).fill(0)],
  ...[0xff, 0xc0, 0, 17, 8, height >> 8, height & 255, width >> 8, width & 255, ...new Array(20).fill(0)],
];

test("a logo is a PNG or JPEG by its own bytes, and small enough to be drawn", () => {
  expect(isPrintablePicture(url("png", png(600, 200)))).toBe(true);
  expect(isPrintablePicture(url("jpeg", jpeg(600, 200)))).toBe(true);
  expect(isPrintablePicture(url("png", png(60_000, 60_000)))).toBe(false);
  expect(isPrintablePicture(url("jpeg", jpeg(60_000, 20)))).toBe(false);
  expect(isPrintablePicture(url("png", jpeg(10, 10)))).toBe(false);
  expect(isPrintablePicture(url("svg+xml", [60, 115]))).toBe(false);
  expect(isPrintablePicture("data:text/html;base64,PGI+")).toBe(false);
  expect(isPrintablePicture("javascript:alert(1)")).toBe(false);
});
