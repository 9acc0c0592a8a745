import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_AMOUNT_MINOR } from "./money.ts";
import {
  documentTotals,
  invoicedShare,
  lineTotals,
  MAX_QUANTITY_MILLI,
  parsePercent,
  parseQuantity,
} from "./order-line.ts";

const line = (more: Partial<Parameters<typeof lineTotals>[0]> = {}) => ({
  quantityMilli: 1000n,
  unitPriceMinor: 10_000n,
  discountBasisPoints: 0,
  vatBasisPoints: 2000,
  ...more,
});

describe("a line", () => {
  test.each([
    ["with VAT on top", line(), false, [10_000n, 2000n, 12_000n]],
    ["with VAT inside", line(), true, [8333n, 1667n, 10_000n]],
    ["two and a half pieces", line({ quantityMilli: 2500n }), false, [25_000n, 5000n, 30_000n]],
    [
      "a third of a kopiyka's worth",
      line({ quantityMilli: 1n, unitPriceMinor: 500n, vatBasisPoints: 0 }),
      false,
      [1n, 0n, 1n],
    ],
    ["at a third off", line({ discountBasisPoints: 3333, vatBasisPoints: 0 }), false, [6667n, 0n, 6667n]],
    ["for nothing", line({ discountBasisPoints: 10_000 }), false, [0n, 0n, 0n]],
    ["without VAT", line({ vatBasisPoints: 0 }), true, [10_000n, 0n, 10_000n]],
  ] as const)("%s", (_name, amounts, inclusive, [netMinor, vatMinor, totalMinor]) => {
    expect(lineTotals(amounts, inclusive)).toEqual({ netMinor, vatMinor, totalMinor });
  });

  test("net and VAT make the total, all whole and non-negative, and a document is the sum of its lines", () => {
    const amounts = fc.record({
      quantityMilli: fc.bigInt(1n, MAX_QUANTITY_MILLI),
      unitPriceMinor: fc.bigInt(0n, MAX_AMOUNT_MINOR),
      discountBasisPoints: fc.integer({ min: 0, max: 10_000 }),
      vatBasisPoints: fc.integer({ min: 0, max: 10_000 }),
    });
    fc.assert(
      fc.property(fc.array(amounts, { maxLength: 5 }), fc.boolean(), (lines, inclusive) => {
        const totals = lines.map((one) => lineTotals(one, inclusive));
        for (const { netMinor, vatMinor, totalMinor } of totals) {
          expect(netMinor + vatMinor).toBe(totalMinor);
          expect(netMinor >= 0n && vatMinor >= 0n).toBe(true);
        }
        const document = documentTotals(totals);
        expect(document.netMinor + document.vatMinor).toBe(document.totalMinor);
        expect(documentTotals([...totals].reverse())).toEqual(document);
      }),
    );
  });
});

describe("what a person types", () => {
  test.each([
    ["2", 2000n],
    ["0.5", 500n],
    ["1,125", 1125n],
    ["1 000", 1_000_000n],
    ["1000000", MAX_QUANTITY_MILLI],
    ["0", null],
    ["0.000", null],
    ["-1", null],
    ["1.2345", null],
    ["1e3", null],
    ["", null],
    ["1000000.001", null],
  ])("quantity %j is %s", (text, milli) => {
    expect(parseQuantity(text)).toBe(milli);
  });

  test.each([
    ["5", 500],
    ["7.5", 750],
    ["33,33", 3333],
    ["100", 10_000],
    ["0", 0],
    ["100.01", null],
    ["-5", null],
    ["5.555", null],
    ["five", null],
    ["", null],
  ])("percent %j is %s", (text, points) => {
    expect(parsePercent(text)).toBe(points);
  });

  test("any text becomes a whole number in range, or nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,9}[.,]?\d{0,4}$/)), (text) => {
        const quantity = parseQuantity(text);
        if (quantity !== null) expect(quantity > 0n && quantity <= MAX_QUANTITY_MILLI).toBe(true);
        const percent = parsePercent(text);
        if (percent !== null) expect(Number.isInteger(percent) && percent >= 0 && percent <= 10_000).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

test("invoices of a line in parts add up to it, total and VAT, whatever the parts are", () => {
  const parts = fc.array(fc.bigInt(1n, 5000n), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(parts, fc.bigInt(0n, 1_000_000n), fc.integer({ min: 0, max: 10_000 }), (quantities, price, vatBp) => {
      const quantityMilli = quantities.reduce((sum, part) => sum + part, 0n);
      const whole = lineTotals({ ...line(), quantityMilli, unitPriceMinor: price, vatBasisPoints: vatBp }, true);
      let doneMilli = 0n;
      const invoiced = quantities.map((part) => {
        const share = invoicedShare({ ...whole, quantityMilli, doneMilli }, part);
        doneMilli += part;
        return share;
      });
      expect(invoiced.every(({ totalMinor, vatMinor }) => vatMinor >= 0n && vatMinor <= totalMinor)).toBe(true);
      expect(invoiced.reduce((sum, { totalMinor }) => sum + totalMinor, 0n)).toBe(whole.totalMinor);
      expect(invoiced.reduce((sum, { vatMinor }) => sum + vatMinor, 0n)).toBe(whole.vatMinor);
    }),
  );
});
