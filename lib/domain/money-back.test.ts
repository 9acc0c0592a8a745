import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editMoney } from "./edit-money.ts";
import { cancelSteps, giveBack } from "./money-back.ts";
import { type MoneyFacts, NO_FACTS, type PaymentForGate, paymentState, securedBy } from "./payment.ts";

const ALL = { cancelUnpaidLink: true, releaseHold: true, finalizePart: true, refund: true, refundPart: true };
const can = () => ALL;
let births = 0;
function payment(facts: Partial<MoneyFacts>, more: Partial<PaymentForGate> = {}): PaymentForGate {
  const all = { ...NO_FACTS, ...facts };
  births += 1;
  return {
    id: `pay_${births}`,
    facts: all,
    state: paymentState(all),
    amountMinor: 60_000n,
    currency: "UAH",
    paymentType: "debit",
    holdExpiresAt: null,
    holdMarginHours: 24,
    needsReview: false,
    reviewReasons: [],
    expiresAt: null,
    createdAt: new Date(1_800_000_000_000 + births),
    unsettled: null,
    failureReason: null,
    provider: "monobank",
    ...more,
  };
}
const held = (amount: bigint, more = {}) => payment({ progress: "processing", heldMinor: amount }, more);
const taken = (amount: bigint, back = 0n, more = {}) =>
  payment({ progress: "processing", capturedMinor: amount, refundedMinor: back }, more);

describe("a surplus goes back", () => {
  test("the whole of a hold is released, a part of it is not: the rest is taken", () => {
    const hold = held(60_000n);
    expect(giveBack(60_000n, [hold], can).steps).toEqual([
      { paymentId: hold.id, kind: "release_hold", amountMinor: 60_000n, takenMinor: 0n },
    ]);
    expect(giveBack(10_000n, [hold], can).steps).toEqual([
      { paymentId: hold.id, kind: "finalize", amountMinor: 10_000n, takenMinor: 50_000n },
    ]);
  });

  test("a hold before taken money, the newest before the older", () => {
    const [first, second, hold] = [taken(30_000n), taken(30_000n, 5_000n), held(20_000n)];
    expect(giveBack(50_000n, [first, second, hold], can)).toEqual({
      steps: [
        { paymentId: hold.id, kind: "release_hold", amountMinor: 20_000n, takenMinor: 0n },
        { paymentId: second.id, kind: "refund", amountMinor: 25_000n, takenMinor: 0n },
        { paymentId: first.id, kind: "refund", amountMinor: 5_000n, takenMinor: 0n },
      ],
      leftMinor: 0n,
    });
  });

  test("what a provider cannot do, what is busy and what is attached elsewhere stays, and is said to be left", () => {
    expect(giveBack(10_000n, [held(60_000n)], () => ({ ...ALL, finalizePart: false }))).toEqual({
      steps: [],
      leftMinor: 10_000n,
    });
    expect(giveBack(10_000n, [taken(60_000n, 0n, { unsettled: "refund" })], can).leftMinor).toBe(10_000n);
    expect(giveBack(10_000n, [taken(60_000n, 0n, { attachedElsewhereMinor: 55_000n })], can).leftMinor).toBe(5_000n);
  });

  test("money that came past the providers is for a person", () => {
    expect(giveBack(10_000n, [taken(60_000n, 0n, { provider: "offline" })], can).steps[0]?.kind).toBe("propose_refund");
  });

  test("never more than there is, and together with what is left exactly the surplus", () => {
    const one = fc.record({ hold: fc.boolean(), there: fc.bigInt(1n, 100_000n), back: fc.bigInt(0n, 100_000n) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 5 }), fc.bigInt(0n, 400_000n), (money, surplus) => {
        const payments = money.map(({ hold, there, back }) =>
          hold ? held(there) : taken(there, back < there ? back : there),
        );
        const { steps, leftMinor } = giveBack(surplus, payments, can);
        expect(steps.reduce((sum, step) => sum + step.amountMinor, leftMinor)).toBe(surplus);
        for (const step of steps) {
          const there = payments.find(({ id }) => id === step.paymentId);
          expect(step.amountMinor).toBeGreaterThan(0n);
          expect(step.amountMinor + step.takenMinor).toBeLessThanOrEqual(there ? securedBy(there) : 0n);
        }
        expect(new Set(steps.map(({ paymentId }) => paymentId)).size).toBe(steps.length);
      }),
    );
  });
});

test("before an order is cancelled: its link, its holds, and what was taken is proposed to go back", () => {
  const [paid, hold, link] = [taken(30_000n, 10_000n), held(5_000n), payment({ progress: "pending" })];
  expect(
    cancelSteps([link, paid, hold, taken(1_000n, 1_000n)], can).map(({ kind, amountMinor }) => [kind, amountMinor]),
  ).toEqual([
    ["cancel_link", 60_000n],
    ["release_hold", 5_000n],
    ["propose_refund", 20_000n],
  ]);
  expect(cancelSteps([link], () => ({ ...ALL, cancelUnpaidLink: false }))[0]?.kind).toBe("withdraw_link");
});

describe("an edited order with money on it", () => {
  const asked = (totalMinor: bigint, requiredMinor: bigint) => ({ totalMinor, requiredMinor });
  test.each([
    ["asks for more", asked(200n, 60n), 30n, ["link", "keep"], 30n, 0n],
    ["asks for less", asked(50n, 15n), 30n, ["keep", "give_back"], 0n, 15n],
    ["asks for what is there", asked(120n, 30n), 30n, [], 0n, 0n],
    ["is not changed in what it asks", asked(100n, 30n), 20n, [], 10n, 0n],
    ["has no money", asked(200n, 60n), 0n, [], 60n, 0n],
  ])("%s", (_name, after, covered, choices, missing, surplus) => {
    expect(editMoney(asked(100n, 30n), after, covered)).toMatchObject({
      choices,
      missingMinor: missing,
      surplusMinor: surplus,
    });
  });
});
