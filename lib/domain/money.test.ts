import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CURRENCIES,
  type Currency,
  currencyOfNumeric,
  divideHalfUp,
  exponentOf,
  fromDecimal,
  isCurrency,
  MAX_AMOUNT_MINOR,
  moneyView,
  numericCodeOf,
  parseAmount,
  toDecimal,
} from "./money.ts";

const currency = fc.constantFrom(...CURRENCIES);
const amount = fc.bigInt(0n, MAX_AMOUNT_MINOR);

describe("currencies", () => {
  test("each has its own number, and the number leads back to it", () => {
    expect(new Set(CURRENCIES.map(numericCodeOf)).size).toBe(CURRENCIES.length);
    for (const code of CURRENCIES) expect(currencyOfNumeric(numericCodeOf(code))).toBe(code);
    expect([numericCodeOf("UAH"), numericCodeOf("USD"), numericCodeOf("EUR")]).toEqual([980, 840, 978]);
    expect(currencyOfNumeric(1)).toBeNull();
  });

  test("have none, two or three digits behind the point", () => {
    expect((["JPY", "UAH", "KWD"] as Currency[]).map(exponentOf)).toEqual([0, 2, 3]);
    for (const code of CURRENCIES) expect([0, 2, 3]).toContain(exponentOf(code));
  });

  test("are known by their letters only", () => {
    for (const other of ["uah", "", "UA", "XXX", "toString", "__proto__", null, 980, {}])
      expect(isCurrency(other)).toBe(false);
  });
});

describe("an amount as text", () => {
  test.each([
    [149_950n, "UAH", "1499.50"],
    [5n, "UAH", "0.05"],
    [0n, "UAH", "0.00"],
    [7n, "JPY", "7"],
    [1n, "KWD", "0.001"],
    [-149_950n, "UAH", "-1499.50"],
  ] as const)("%s of %s is %s", (minor, code, text) => {
    expect(toDecimal(minor, code)).toBe(text);
  });

  test("comes back the same, for every currency", () => {
    fc.assert(
      fc.property(amount, currency, (minor, code) => {
        expect(fromDecimal(toDecimal(minor, code), code)).toBe(minor);
        expect(parseAmount(toDecimal(minor, code), code)).toBe(minor);
        expect(parseAmount(toDecimal(minor, code).replace(".", ","), code)).toBe(minor);
        expect(fromDecimal(toDecimal(minor, code) + (exponentOf(code) ? "00" : ".0"), code)).toBe(minor);
      }),
    );
  });

  test.each([
    ["1 234,50", 123_450n],
    ["1\u00a0234\u00a0567.8", 123_456_780n],
    [" 12 ", 1200n],
    ["0.1", 10n],
    ["1000000000", 100_000_000_000n],
  ])("a person's %j is understood", (text, minor) => {
    expect(parseAmount(text, "UAH")).toBe(minor);
  });

  test.each([
    "",
    " ",
    "-1",
    "+1",
    "1e3",
    "1.234",
    "1.",
    ".5",
    "1,2,3",
    "1.2.3",
    "٣",
    "0x10",
    "NaN",
    "Infinity",
    "1 2",
    "1000000000.01",
    "999999999999999999",
  ])("a person's %j is refused", (text) => {
    expect(parseAmount(text, "UAH")).toBeNull();
  });

  test("whatever is typed or sent becomes whole non-negative minor units or nothing", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-+]?\d{0,18}[.,]?\d{0,4}(e\d)?$/),
      fc.double().map(String),
      fc.bigInt().map(String),
    );
    fc.assert(
      fc.property(text, currency, (typed, code) => {
        for (const minor of [parseAmount(typed, code), fromDecimal(typed, code)])
          if (minor !== null) expect(typeof minor === "bigint" && minor >= 0n).toBe(true);
        expect((parseAmount(typed, code) ?? 0n) <= MAX_AMOUNT_MINOR).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a provider's finer fraction than the currency has is not rounded away", () => {
    expect(fromDecimal("210.0", "UAH")).toBe(21_000n);
    expect(fromDecimal("210.001", "UAH")).toBeNull();
    expect(fromDecimal("210.5", "JPY")).toBeNull();
    expect(fromDecimal("210.0", "JPY")).toBe(210n);
  });
});

test("a view holds safe integers only", () => {
  expect(moneyView(149_950n, "UAH")).toEqual({ amount: 149_950, currency: "UAH" });
  expect(() => moneyView(2n ** 53n, "UAH")).toThrow("2^53");
});

test("division rounds half up, exactly", () => {
  expect([divideHalfUp(5n, 10n), divideHalfUp(4n, 10n), divideHalfUp(15n, 10n), divideHalfUp(0n, 7n)]).toEqual([
    1n,
    0n,
    2n,
    0n,
  ]);
  fc.assert(
    fc.property(fc.bigInt(0n, 10n ** 30n), fc.bigInt(1n, 10n ** 12n), (numerator, denominator) => {
      const twiceError = divideHalfUp(numerator, denominator) * denominator * 2n - numerator * 2n;
      expect(twiceError <= denominator && twiceError > -denominator).toBe(true);
    }),
  );
  expect(() => divideHalfUp(-1n, 2n)).toThrow();
  expect(() => divideHalfUp(1n, 0n)).toThrow();
});
