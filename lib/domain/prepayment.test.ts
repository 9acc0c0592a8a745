import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_AMOUNT_MINOR } from "./money.ts";
import { type Prepayment, prepaymentOf, prepaymentProblem, requiredFor } from "./prepayment.ts";

const percent = (basisPoints: number): Prepayment => ({ kind: "percent", basisPoints });
const sum = (amountMinor: bigint): Prepayment => ({ kind: "amount", amountMinor });

test.each([
  ["30 % of 1 499.50", percent(3000), 149_950n, 44_985n],
  ["33.33 % of 100.00", percent(3333), 10_000n, 3333n],
  ["half a kopiyka rounds up: 50 % of 0.01", percent(5000), 1n, 1n],
  ["just under half rounds down: 49.99 % of 0.01", percent(4999), 1n, 0n],
  ["all of it", percent(10_000), 149_950n, 149_950n],
  ["a sum", sum(50_000n), 149_950n, 50_000n],
  ["none", { kind: "none" } as Prepayment, 149_950n, 0n],
])("%s", (_name, prepayment, total, expected) => {
  expect(prepaymentOf(prepayment, total)).toEqual({ prepaymentMinor: expected, restMinor: total - expected });
});

test("prepayment and rest make the total, neither negative, in a million cases", () => {
  // A small generator of our own: a million cases of fast-check would take a minute.
  let seed = 20_261_120;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed % below;
  };
  let wrong = 0;
  for (let i = 0; i < 1_000_000; i++) {
    const total = i < 10_000 ? BigInt(i) : BigInt(next(2 ** 31)) * BigInt(1 + next(46));
    const { prepaymentMinor, restMinor } = prepaymentOf(percent(1 + next(10_000)), total);
    if (prepaymentMinor + restMinor !== total || prepaymentMinor < 0n || restMinor < 0n) wrong++;
  }
  expect(wrong).toBe(0);
});

const anyPrepayment: fc.Arbitrary<Prepayment> = fc.oneof(
  fc.constant<Prepayment>({ kind: "none" }),
  fc.oneof(fc.integer(), fc.double(), fc.integer({ min: 1, max: 10_000 })).map(percent),
  fc.bigInt(-10n, MAX_AMOUNT_MINOR * 2n).map(sum),
);

test("whatever passes the check makes whole, non-negative amounts no larger than the total", () => {
  fc.assert(
    fc.property(anyPrepayment, fc.bigInt(0n, MAX_AMOUNT_MINOR), fc.boolean(), (prepayment, total, hasService) => {
      if (prepaymentProblem(prepayment, total)) return;
      const { prepaymentMinor, restMinor } = prepaymentOf(prepayment, total);
      expect(prepaymentMinor >= 0n && restMinor >= 0n && prepaymentMinor + restMinor === total).toBe(true);
      const required = requiredFor(prepayment, total, hasService);
      expect(required >= 0n && required <= total).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

describe("what cannot be asked", () => {
  test.each([0, -1, 10_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "a percentage of %d basis points",
    (basisPoints) => {
      expect(prepaymentProblem(percent(basisPoints), 100n)).toBe("percent_out_of_range");
    },
  );
  test.each([
    [0n, "amount_not_positive"],
    [-5n, "amount_not_positive"],
    [101n, "amount_above_total"],
    [100n, null],
    [1n, null],
  ] as const)("%s of a total of 100: %s", (amount, problem) => {
    expect(prepaymentProblem(sum(amount), 100n)).toBe(problem);
  });
});

describe("what the gate asks for", () => {
  test("without a prepayment: nothing, or everything where a service was chosen", () => {
    expect(requiredFor({ kind: "none" }, 500n, false)).toBe(0n);
    expect(requiredFor({ kind: "none" }, 500n, true)).toBe(500n);
  });
  test("a share too small to be paid is still one minor unit; of nothing it is nothing", () => {
    expect(requiredFor(percent(1), 100n, true)).toBe(1n);
    expect(requiredFor(percent(1), 0n, true)).toBe(0n);
  });
});
