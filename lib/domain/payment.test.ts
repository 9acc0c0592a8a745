import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  coveredBy,
  ENDINGS,
  everHadMoney,
  holdUsableUntil,
  isLive,
  learn,
  type MoneyFacts,
  mostSeenMinor,
  NO_FACTS,
  PAYMENT_STATES,
  type PaymentForGate,
  type PaymentState,
  PROGRESS,
  paymentState,
  reviewReasons,
  securedMinor,
} from "./payment.ts";

const facts = (more: Partial<MoneyFacts> = {}): MoneyFacts => ({ ...NO_FACTS, ...more });

/** Any facts, a few round sums so that equal and unequal ones both happen. */
const minor = fc.constantFrom(0n, 1n, 50_000n, 100_000n, 149_950n, 200_000n);
const anyFacts: fc.Arbitrary<MoneyFacts> = fc.record({
  progress: fc.constantFrom(...PROGRESS),
  heldMinor: minor,
  capturedMinor: minor,
  refundedMinor: minor,
  holdReleased: fc.boolean(),
  ended: fc.constantFrom(null, ...ENDINGS),
  withdrawn: fc.boolean(),
});
const anyReport = fc.oneof(
  anyFacts,
  fc.record({ capturedMinor: minor }),
  fc.record({ ended: fc.constantFrom(...ENDINGS) }),
  fc.constant({}),
);

describe("learning", () => {
  test("the order of arrival, repetition and grouping of reports change nothing", () => {
    fc.assert(
      fc.property(anyFacts, anyReport, anyReport, (known, a, b) => {
        expect(learn(learn(known, a), b)).toEqual(learn(learn(known, b), a));
        expect(learn(learn(known, a), a)).toEqual(learn(known, a));
        expect(learn(known, learn(facts(a), b))).toEqual(learn(learn(known, a), b));
        expect(learn(known, {})).toEqual(known);
      }),
      { numRuns: 1_000 },
    );
  });

  /** Everything a provider may say about one payment, true or not. */
  const REPORTS: Partial<MoneyFacts>[] = [
    { progress: "pending" },
    { progress: "processing" },
    { heldMinor: 149_950n },
    { heldMinor: 149_950n, capturedMinor: 50_000n },
    { capturedMinor: 149_950n },
    { capturedMinor: 149_950n, refundedMinor: 100n },
    { refundedMinor: 149_950n },
    { heldMinor: 149_950n, holdReleased: true },
    { ended: "failed" },
    { ended: "expired" },
    { ended: "cancelled" },
    { withdrawn: true },
  ];

  test("every set of up to five reports ends in one state, whatever the sequence", () => {
    let sequences = 0;
    for (const set of subsets(REPORTS, 5)) {
      const ends = new Set<string>();
      for (const order of permutations(set)) {
        const known = order.reduce<MoneyFacts>(learn, NO_FACTS);
        ends.add(`${paymentState(known)} ${securedMinor(known)} ${reviewReasons(known, 149_950n)}`);
        sequences++;
      }
      expect(ends.size).toBe(1);
    }
    expect(sequences).toBeGreaterThan(100_000);
  });

  test("what has been learned is never unlearned", () => {
    fc.assert(
      fc.property(anyFacts, anyReport, (known, report) => {
        const after = learn(known, report);
        expect(after.heldMinor >= known.heldMinor).toBe(true);
        expect(after.capturedMinor >= known.capturedMinor).toBe(true);
        expect(after.refundedMinor >= known.refundedMinor).toBe(true);
        expect(PROGRESS.indexOf(after.progress)).toBeGreaterThanOrEqual(PROGRESS.indexOf(known.progress));
        if (known.holdReleased) expect(after.holdReleased).toBe(true);
        if (known.ended) expect(after.ended).not.toBeNull();
        if (everHadMoney(known)) expect(everHadMoney(after)).toBe(true);
        expect(mostSeenMinor(after) >= mostSeenMinor(known)).toBe(true);
      }),
    );
  });
});

describe("the word for a set of facts", () => {
  const STORIES: [string, Partial<MoneyFacts>, PaymentState][] = [
    ["nothing is known yet", {}, "creating"],
    ["the link is there", { progress: "pending" }, "pending"],
    ["the customer is paying", { progress: "processing" }, "processing"],
    ["the money is held", { progress: "processing", heldMinor: 100n }, "withholding"],
    ["the hold was taken", { heldMinor: 100n, capturedMinor: 100n }, "successful"],
    ["a part of the hold was taken", { heldMinor: 100n, capturedMinor: 40n }, "successful"],
    ["a part went back", { capturedMinor: 100n, refundedMinor: 40n }, "partially_refunded"],
    ["all of it went back", { capturedMinor: 100n, refundedMinor: 100n }, "refunded"],
    ["the hold was let go", { heldMinor: 100n, holdReleased: true }, "cancelled"],
    ["declined", { progress: "processing", ended: "failed" }, "failed"],
    ["declined, then paid", { ended: "failed", capturedMinor: 100n }, "successful"],
    ["out of time", { progress: "pending", ended: "expired" }, "expired"],
    ["paid in the last second before it expired", { ended: "expired", capturedMinor: 100n }, "successful"],
    ["held though we had taken the link away", { withdrawn: true, heldMinor: 100n }, "withholding"],
    ["we took the link away", { progress: "pending", withdrawn: true }, "cancelled"],
    ["it expired, and we had asked for its removal", { ended: "cancelled" }, "cancelled"],
    ["a refund before its payment is told", { refundedMinor: 100n, progress: "pending" }, "pending"],
  ];
  test.each(STORIES)("%s", (_story, known, state) => {
    expect(paymentState(facts(known))).toBe(state);
  });

  test("every state is reached by a story, and every set of facts has a word", () => {
    expect(new Set(STORIES.map(([, , state]) => state))).toEqual(new Set(PAYMENT_STATES));
    fc.assert(fc.property(anyFacts, (known) => PAYMENT_STATES.includes(paymentState(known))));
  });

  test("once money was there, no report makes the payment look unpaid and alive again", () => {
    fc.assert(
      fc.property(anyFacts, anyReport, (known, report) => {
        fc.pre(everHadMoney(known));
        expect(isLive(paymentState(learn(known, report)))).toBe(false);
      }),
    );
  });
});

describe("money that counts", () => {
  test("is never negative, and never more than was ever there", () => {
    fc.assert(
      fc.property(anyFacts, (known) => {
        expect(securedMinor(known) >= 0n).toBe(true);
        expect(securedMinor(known) <= mostSeenMinor(known)).toBe(true);
      }),
    );
  });

  test("a part taken from a hold is all there is: the rest went back", () => {
    expect(securedMinor(facts({ heldMinor: 100n, capturedMinor: 40n }))).toBe(40n);
  });

  const payment = (known: Partial<MoneyFacts>, holdExpiresAt: Date | null): PaymentForGate => ({
    id: "pay_1",
    facts: facts(known),
    state: paymentState(facts(known)),
    amountMinor: 100n,
    currency: "UAH",
    paymentType: "withholding",
    holdExpiresAt,
    holdMarginHours: 24,
    needsReview: false,
    reviewReasons: [],
    expiresAt: null,
    createdAt: new Date(0),
    unsettled: null,
    failureReason: null,
    provider: "monobank",
  });
  const now = new Date("2026-11-20T12:00:00Z");
  const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

  test("a hold counts until a margin before its end; without an end it counts for nothing", () => {
    expect(coveredBy(payment({ heldMinor: 100n }, inHours(25)), now)).toBe(100n);
    expect(coveredBy(payment({ heldMinor: 100n }, inHours(24)), now), "from that moment on").toBe(0n);
    expect(coveredBy(payment({ heldMinor: 100n }, null), now)).toBe(0n);
    expect(holdUsableUntil({ holdExpiresAt: inHours(25), holdMarginHours: 24 })).toEqual(inHours(1));
    expect(holdUsableUntil({ holdExpiresAt: null, holdMarginHours: 24 })).toBeNull();
  });

  test("taken money counts whatever became of the hold's clock", () => {
    expect(coveredBy(payment({ heldMinor: 100n, capturedMinor: 60n, refundedMinor: 10n }, inHours(-100)), now)).toBe(
      50n,
    );
  });

  test("nothing counts for more than what is secured", () => {
    fc.assert(
      fc.property(anyFacts, fc.option(fc.date({ noInvalidDate: true })), (known, end) => {
        const covered = coveredBy(payment(known, end), now);
        expect(covered >= 0n && covered <= securedMinor(known)).toBe(true);
      }),
    );
  });
});

describe("why a person must look", () => {
  test.each([
    ["money on a link that had expired", { ended: "expired", capturedMinor: 100n }, ["late_payment"]],
    ["money on a link we had taken away", { withdrawn: true, heldMinor: 100n }, ["late_payment"]],
    ["a second try that succeeded is not late", { ended: "failed", capturedMinor: 100n }, []],
    ["more than was asked", { capturedMinor: 101n }, ["overpaid"]],
    ["more came back than was taken", { capturedMinor: 50n, refundedMinor: 51n }, ["contradiction"]],
    ["a hold let go and yet taken", { heldMinor: 100n, holdReleased: true, capturedMinor: 100n }, ["contradiction"]],
    [
      "the same after all of it went back: nothing to gain",
      { holdReleased: true, capturedMinor: 100n, refundedMinor: 100n },
      [],
    ],
    ["a plain hold", { heldMinor: 100n }, []],
    ["a plain end", { ended: "expired" }, []],
  ] as [string, Partial<MoneyFacts>, string[]][])("%s", (_story, known, reasons) => {
    expect(reviewReasons(facts(known), 100n)).toEqual(reasons);
  });
});

function* subsets<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  yield [];
  if (size === 0) return;
  for (let i = from; i < items.length; i++)
    for (const rest of subsets(items, size - 1, i + 1)) yield [items[i] as T, ...rest];
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [index, first] of items.entries())
    for (const rest of permutations(items.toSpliced(index, 1))) yield [first, ...rest];
}
