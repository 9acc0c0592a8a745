import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  coveredOf,
  gate,
  isCompleted,
  isPartlyCovered,
  leadingPayment,
  missingOf,
  nextDeadline,
  type OrderForGate,
  orderStatus,
  progressOf,
  securedOf,
} from "./order.ts";
import { learn, type MoneyFacts, NO_FACTS, type PaymentForGate, paymentState, reviewReasons } from "./payment.ts";
import { type Role, roleThatMay } from "./roles.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const inHours = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

const order = (more: Partial<OrderForGate> = {}): OrderForGate => ({
  id: "ord_1",
  currency: "UAH",
  totalMinor: 100_000n,
  requiredMinor: 30_000n,
  hasPrepayment: true,
  releasedAt: inHours(-1),
  cancelledAt: null,
  ...more,
});

let births = 0;
const payment = (facts: Partial<MoneyFacts> = {}, more: Partial<PaymentForGate> = {}): PaymentForGate => {
  const known = learn(NO_FACTS, facts);
  return {
    id: `pay_${births}`,
    facts: known,
    state: paymentState(known),
    amountMinor: 30_000n,
    currency: "UAH",
    paymentType: "debit",
    holdExpiresAt: known.heldMinor > 0n ? inHours(100) : null,
    holdMarginHours: 24,
    needsReview: false,
    reviewReasons: [],
    expiresAt: inHours(48),
    createdAt: new Date(NOW.getTime() - 60_000 + births++),
    unsettled: null,
    failureReason: null,
    provider: "monobank",
    ...more,
  };
};
const codes = (payments: PaymentForGate[], more: Partial<OrderForGate> = {}) =>
  gate(order(more), payments, NOW).map(({ code }) => code);

const PAID = { progress: "processing", capturedMinor: 30_000n } as const;
const HELD = { progress: "processing", heldMinor: 30_000n } as const;

describe("the gate opens when the prepayment is there", () => {
  test.each([
    ["nothing has to be paid before", [], { requiredMinor: 0n, hasPrepayment: false }],
    ["it was paid", [payment(PAID)], {}],
    ["it is held, and will be for a while", [payment(HELD)], {}],
    ["two payments make it up", [payment({ capturedMinor: 10_000n }), payment({ heldMinor: 20_000n })], {}],
    ["more was paid than asked", [payment({ capturedMinor: 40_000n })], {}],
    ["some went back, and enough is left", [payment({ capturedMinor: 50_000n, refundedMinor: 20_000n })], {}],
    [
      "a part of the hold was taken, and the part is enough",
      [payment({ heldMinor: 90_000n, capturedMinor: 30_000n })],
      {},
    ],
    ["an expired link was paid in its last second", [payment({ ended: "expired", capturedMinor: 30_000n })], {}],
    ["one try failed and the next was paid", [payment({ ended: "failed" }), payment(PAID)], {}],
  ] as [string, PaymentForGate[], Partial<OrderForGate>][])("%s", (_story, payments, more) => {
    expect(codes(payments, more)).toEqual([]);
    expect(orderStatus(order(more), payments)).toBe("released");
  });
});

describe("the gate stays shut, and says why", () => {
  test.each([
    ["the order is not released", [], { releasedAt: null }, ["NOT_RELEASED"]],
    ["the order was cancelled, paid or not", [payment(PAID)], { cancelledAt: inHours(-1) }, ["ORDER_CANCELLED"]],
    ["no link was made", [], {}, ["NO_LINK"]],
    ["the link is being made", [payment()], {}, ["CREATING_LINK"]],
    ["the customer has not paid", [payment({ progress: "pending" })], {}, ["AWAITING_PAYMENT"]],
    ["the customer is paying", [payment({ progress: "processing" })], {}, ["PROCESSING"]],
    ["one kopiyka is missing", [payment({ capturedMinor: 29_999n })], {}, ["PARTLY_COVERED"]],
    [
      "a second link is out for the rest",
      [payment({ capturedMinor: 1n }), payment({ progress: "pending" })],
      {},
      ["PARTLY_COVERED"],
    ],
    ["the card was declined", [payment({ progress: "pending", ended: "failed" })], {}, ["PAYMENT_FAILED"]],
    ["the link could not be made", [payment({ ended: "failed" })], {}, ["NO_LINK"]],
    ["the link ran out", [payment({ ended: "expired" })], {}, ["LINK_EXPIRED"]],
    ["we cancelled the link", [payment({ ended: "cancelled" })], {}, ["LINK_CANCELLED"]],
    ["the hold was let go", [payment({ ...HELD, holdReleased: true })], {}, ["HOLD_LOST"]],
    ["the money went back", [payment({ ...PAID, refundedMinor: 30_000n })], {}, ["MONEY_RETURNED"]],
    ["a part of the money went back", [payment({ ...PAID, refundedMinor: 1n })], {}, ["MONEY_RETURNED"]],
    ["the hold ends within the margin", [payment(HELD, { holdExpiresAt: inHours(23) })], {}, ["HOLD_EXPIRING"]],
    ["the hold has ended by the clock", [payment(HELD, { holdExpiresAt: inHours(-1) })], {}, ["HOLD_LOST"]],
    ["nobody knows when the hold ends", [payment(HELD, { holdExpiresAt: null })], {}, ["HOLD_EXPIRING"]],
    [
      "the order rose after its link was paid",
      [payment({ capturedMinor: 20_000n }, { requiredMinor: 20_000n })],
      {},
      ["EDITED_AFTER_LINK"],
    ],
    [
      "the order rose, and a link for the difference is live",
      [
        payment({ capturedMinor: 20_000n }, { requiredMinor: 20_000n }),
        payment({ progress: "pending" }, { requiredMinor: 30_000n }),
      ],
      {},
      ["PARTLY_COVERED"],
    ],
    [
      "a part is paid of what was always asked",
      [payment({ capturedMinor: 20_000n }, { requiredMinor: 30_000n })],
      {},
      ["PARTLY_COVERED"],
    ],
    ["the money is of another currency", [payment(PAID, { currency: "USD" })], {}, ["PARTLY_COVERED"]],
    [
      "we do not know what became of our last call",
      [payment({ progress: "pending" }, { unsettled: "cancel_link" })],
      {},
      ["STATUS_UNKNOWN"],
    ],
    [
      "a person must look, though it was paid",
      [payment(PAID, { needsReview: true, reviewReasons: ["late_payment"] })],
      {},
      ["IN_REVIEW"],
    ],
    [
      "the sum is another than asked",
      [payment(PAID, { needsReview: true, reviewReasons: ["amount_mismatch"] })],
      {},
      ["AMOUNT_MISMATCH"],
    ],
  ] as [string, PaymentForGate[], Partial<OrderForGate>, string[]][])("%s", (_story, payments, more, expected) => {
    expect(codes(payments, more)).toEqual(expected);
  });

  test("every reason names who can help, with a first step that person may take", () => {
    for (const payments of [
      [],
      [payment({ progress: "pending" })],
      [payment({ ended: "expired" })],
      [payment(HELD, { holdExpiresAt: inHours(1) })],
    ])
      for (const { owner, fixes, action } of gate(order(), payments, NOW, "invoice")) {
        expect(["sales", "finance", "admin"] satisfies Role[]).toContain(owner.role);
        expect(fixes.length).toBeGreaterThan(0);
        expect(action).toBe("invoice");
      }
    expect(roleThatMay("payment:finalize")).toBe("finance");
  });
});

const anyFacts = fc.record({
  progress: fc.constantFrom("none" as const, "pending" as const, "processing" as const),
  heldMinor: fc.constantFrom(0n, 15_000n, 30_000n),
  capturedMinor: fc.constantFrom(0n, 1n, 15_000n, 30_000n),
  refundedMinor: fc.constantFrom(0n, 1n, 30_000n),
  holdReleased: fc.boolean(),
  ended: fc.constantFrom(null, "failed" as const, "expired" as const, "cancelled" as const),
  withdrawn: fc.boolean(),
});
const anyPayment = fc
  .tuple(
    anyFacts,
    fc.constantFrom(null, inHours(-1), inHours(10), inHours(100)),
    fc.boolean(),
    fc.constantFrom("UAH" as const, "USD" as const),
  )
  .map(([facts, holdExpiresAt, needsReview, currency]) => payment(facts, { holdExpiresAt, needsReview, currency }));

describe("for any set of payments", () => {
  test("the gate is open exactly when enough is covered and nobody must look", () => {
    fc.assert(
      fc.property(fc.array(anyPayment, { maxLength: 4 }), (payments) => {
        const open = coveredOf(order(), payments, NOW) >= order().requiredMinor;
        const looks = payments.some(({ needsReview }) => needsReview);
        expect(gate(order(), payments, NOW).length === 0).toBe(open && !looks);
      }),
      { numRuns: 2_000 },
    );
  });

  test("the order of the rows changes neither the sums nor the status nor whether it is open", () => {
    fc.assert(
      fc.property(fc.array(anyPayment, { maxLength: 4 }), (payments) => {
        const turned = payments.toReversed();
        expect(securedOf(order(), turned)).toBe(securedOf(order(), payments));
        expect(orderStatus(order(), turned)).toBe(orderStatus(order(), payments));
        expect(new Set(gate(order(), turned, NOW).map(({ code }) => code))).toEqual(
          new Set(gate(order(), payments, NOW).map(({ code }) => code)),
        );
      }),
    );
  });

  test("an open gate is a released order, and never one that is cancelled or not released", () => {
    fc.assert(
      fc.property(
        fc.array(anyPayment, { maxLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        (payments, released, cancelled) => {
          const one = order({ releasedAt: released ? NOW : null, cancelledAt: cancelled ? NOW : null });
          if (gate(one, payments, NOW).length > 0) return;
          expect(orderStatus(one, payments)).toBe("released");
          expect(released && !cancelled).toBe(true);
        },
      ),
    );
  });

  test("time alone never opens a gate", () => {
    fc.assert(
      fc.property(fc.array(anyPayment, { maxLength: 4 }), fc.integer({ min: 0, max: 500 }), (payments, hours) => {
        if (gate(order(), payments, NOW).length > 0)
          expect(gate(order(), payments, inHours(hours)).length).toBeGreaterThan(0);
      }),
    );
  });

  test("a hold let go and yet taken does not open it, whichever was told first", () => {
    const reports: Partial<MoneyFacts>[] = [
      { heldMinor: 30_000n, holdReleased: true },
      { heldMinor: 30_000n, capturedMinor: 30_000n },
    ];
    for (const told of [reports, reports.toReversed()]) {
      const facts = told.reduce<MoneyFacts>(learn, NO_FACTS);
      const reasons = reviewReasons(facts, 30_000n);
      expect(codes([payment(facts, { needsReview: reasons.length > 0, reviewReasons: reasons })])).toEqual([
        "IN_REVIEW",
      ]);
    }
  });
});

describe("an order's status", () => {
  test.each([
    ["open until it is released", { releasedAt: null }, [], "open"],
    ["released at once without a prepayment", { hasPrepayment: false }, [], "released"],
    ["waiting for its prepayment", {}, [payment({ progress: "pending" })], "pending_prepayment"],
    ["released when it is paid", {}, [payment(PAID)], "released"],
    [
      "waiting again when the money went back",
      {},
      [payment({ ...PAID, refundedMinor: 30_000n })],
      "pending_prepayment",
    ],
    ["waiting while somebody must look", {}, [payment(PAID, { needsReview: true })], "pending_prepayment"],
    ["cancelled for good", { cancelledAt: NOW, releasedAt: null }, [payment(PAID)], "cancelled"],
  ] as [string, Partial<OrderForGate>, PaymentForGate[], string][])("%s", (_story, more, payments, status) => {
    expect(orderStatus(order(more), payments)).toBe(status);
  });
});

test("what is missing is never negative", () => {
  expect(missingOf(30_000n, 10_000n)).toBe(20_000n);
  expect(missingOf(30_000n, 40_000n)).toBe(0n);
});

test("shipping and invoicing are none, partly, fully; both fully is complete", () => {
  expect(progressOf([2n, 3n], [0n, 0n])).toBe("none");
  expect(progressOf([2n, 3n], [2n, 0n])).toBe("partly");
  expect(progressOf([2n, 3n], [2n, 3n])).toBe("fully");
  expect(progressOf([2n, 3n], [2n])).toBe("partly");
  expect(isCompleted("fully", "partly")).toBe(false);
  expect(isCompleted("fully", "fully")).toBe(true);
});

test("the payment that speaks for an order: a live link, else money, else the newest", () => {
  const failed = payment({ ended: "failed" });
  const paid = payment(PAID);
  const cancelled = payment({ ended: "cancelled" });
  const live = payment({ progress: "pending" });
  expect(leadingPayment([failed, paid, cancelled, live])).toBe(live);
  expect(leadingPayment([failed, paid, cancelled])).toBe(paid);
  expect(leadingPayment([cancelled, failed])).toBe(cancelled);
  expect(leadingPayment([])).toBeNull();
});

test("the next deadline is the nearest end of a live link or a standing hold", () => {
  const link = payment({ progress: "pending" }, { expiresAt: inHours(48) });
  const hold = payment(HELD, { holdExpiresAt: inHours(40) });
  const gone = payment({ ended: "expired" }, { expiresAt: inHours(1) });
  expect(nextDeadline([link, hold, gone])).toEqual({ kind: "hold", at: inHours(40) });
  expect(nextDeadline([link, gone])).toEqual({ kind: "link", at: inHours(48) });
  expect(nextDeadline([gone])).toBeNull();
});

test("an order is partly covered when its money is there and too little; what is live, gone or enough has its own word", () => {
  const lead = (state: Parameters<typeof isPartlyCovered>[0], covered: number) =>
    isPartlyCovered(state, { amount: covered }, { amount: 30_000 });
  expect([lead("successful", 29_999), lead("withholding", 1)]).toEqual([true, true]);
  expect([lead("successful", 30_000), lead("successful", 0), lead("withholding", 40_000)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(
    (["pending", "processing", "partially_refunded", "refunded", "expired", null] as const).some((state) =>
      lead(state, 10),
    ),
  ).toBe(false);
});
