import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePercent, parseQuantity } from "#lib/domain/order-line";
import { percentText, quantityText } from "./decimal-text.ts";

test("no zeros behind that nobody typed", () => {
  expect([1000n, 1500n, 125n, 10_000n, 1n].map(quantityText)).toEqual(["1", "1.5", "0.125", "10", "0.001"]);
  expect([0, 5, 50, 2000, 3333, 10_000].map(percentText)).toEqual(["0", "0.05", "0.5", "20", "33.33", "100"]);
});

test("a form that sends back what it was shown changes nothing", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 1_000_000_000n }), (milli) => {
      expect(parseQuantity(quantityText(milli))).toBe(milli);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), (points) => {
      expect(parsePercent(percentText(points))).toBe(points);
    }),
  );
});
