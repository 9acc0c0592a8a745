import { describe, expect, test } from "vitest";
import { learn, type MoneyFacts, NO_FACTS, type OperationKind, type PaymentForGate, paymentState } from "./payment.ts";
import { PAYMENT_ACTIONS, type PaymentAction, paymentActions } from "./payment-actions.ts";
import type { Capabilities } from "./provider.ts";
import { ROLES } from "./roles.ts";

const CAN_ALL: Capabilities = {
  cancelUnpaidLink: true,
  holds: true,
  finalizePart: true,
  finalizeTimes: "once",
  releaseHold: true,
  refund: true,
  refundPart: true,
  statement: false,
  holdDays: 9,
  maxValiditySeconds: 2_592_000,
  minAmountMinor: 1n,
};
const blockersOf = (
  facts: Partial<MoneyFacts>,
  more: { unsettled?: OperationKind; deleted?: boolean } = {},
  can = CAN_ALL,
) => {
  const known = learn(NO_FACTS, facts);
  const payment: PaymentForGate & { deleted: boolean } = {
    id: "pay_1",
    facts: known,
    state: paymentState(known),
    amountMinor: 100n,
    currency: "UAH",
    paymentType: "withholding",
    holdExpiresAt: null,
    holdMarginHours: 24,
    needsReview: false,
    reviewReasons: [],
    expiresAt: null,
    createdAt: new Date(0),
    unsettled: null,
    failureReason: null,
    provider: "monobank",
    deleted: false,
    ...more,
  };
  return paymentActions(payment, can, "admin");
};
const actions = (...about: Parameters<typeof blockersOf>): PaymentAction[] => {
  const blockers = blockersOf(...about);
  return PAYMENT_ACTIONS.filter((action) => blockers[action] === null);
};

describe("what may be done", () => {
  test.each([
    ["while the link is being made", {}, ["sync"]],
    ["while the link waits", { progress: "pending" }, ["sync", "cancel_payment"]],
    ["while the customer pays", { progress: "processing" }, ["sync"]],
    ["while money is held", { heldMinor: 100n }, ["sync", "finalize", "release_hold"]],
    ["when it was taken", { heldMinor: 100n, capturedMinor: 100n }, ["sync", "refund"]],
    ["when a part went back", { capturedMinor: 100n, refundedMinor: 1n }, ["sync", "refund"]],
    ["when all went back", { capturedMinor: 100n, refundedMinor: 100n }, ["sync"]],
    ["when the hold was let go", { heldMinor: 100n, holdReleased: true }, ["sync"]],
    ["when the card was declined", { ended: "failed" }, ["sync", "delete_payment"]],
    ["when the link ran out", { ended: "expired" }, ["sync", "delete_payment"]],
    ["when the link was cancelled", { ended: "cancelled" }, ["sync", "delete_payment"]],
  ] as [string, Partial<MoneyFacts>, PaymentAction[]][])("%s", (_story, facts, allowed) => {
    expect(actions(facts)).toEqual(allowed);
  });

  test.each([
    ["paid", { capturedMinor: 100n }, "CANCEL_REFUSED"],
    ["partly given back", { capturedMinor: 100n, refundedMinor: 40n }, "CANCEL_REFUSED"],
    ["given back whole", { capturedMinor: 100n, refundedMinor: 100n }, "NOT_LIVE"],
    ["held and let go", { heldMinor: 100n, holdReleased: true }, "NOT_LIVE"],
  ] as [string, Partial<MoneyFacts>, string][])(
    "a refund is proposed in place of cancelling only while there is something to refund: %s",
    (_story, facts, code) => {
      expect(blockersOf(facts).cancel_payment?.code).toBe(code);
    },
  );

  test("one thing at a time: while a call is open nothing that it could contradict", () => {
    expect(actions({ heldMinor: 100n }, { unsettled: "finalize" })).toEqual(["sync"]);
    expect(actions({ heldMinor: 100n }, { unsettled: "release_hold" })).toEqual(["sync"]);
    expect(actions({ capturedMinor: 100n }, { unsettled: "refund" })).toEqual(["sync"]);
    expect(actions({ progress: "pending" }, { unsettled: "cancel_link" })).toEqual(["sync"]);
    expect(actions({ ended: "failed" }, { unsettled: "create_link" })).toEqual(["sync"]);
  });

  test("nothing is deleted twice, and money is never deleted", () => {
    expect(actions({ ended: "failed" }, { deleted: true })).toEqual(["sync"]);
    for (const facts of [
      { heldMinor: 1n },
      { capturedMinor: 1n },
      { capturedMinor: 1n, refundedMinor: 1n },
      { heldMinor: 1n, holdReleased: true },
    ])
      expect(actions(facts)).not.toContain("delete_payment");
  });

  test("what a provider cannot do is not offered", () => {
    const cannot = { ...CAN_ALL, releaseHold: false, refund: false };
    expect(actions({ heldMinor: 100n }, {}, cannot)).toEqual(["sync", "finalize"]);
    expect(actions({ capturedMinor: 100n }, {}, cannot)).toEqual(["sync"]);
  });
});

test("a lack of permission names a role that may, whatever the payment is", () => {
  const known = learn(NO_FACTS, { heldMinor: 100n });
  const payment = {
    id: "pay_1",
    facts: known,
    state: paymentState(known),
    amountMinor: 100n,
    currency: "UAH",
    paymentType: "withholding",
    holdExpiresAt: null,
    holdMarginHours: 24,
    needsReview: false,
    reviewReasons: [],
    expiresAt: null,
    createdAt: new Date(0),
    unsettled: null,
    failureReason: null,
    provider: "monobank",
    deleted: false,
  } as const;
  const { finalize } = paymentActions(payment, CAN_ALL, "sales");
  expect(finalize).toMatchObject({ code: "NOT_PERMITTED", owner: { role: "finance" }, fixes: ["ask_role"] });
  for (const role of ROLES) expect(paymentActions(payment, CAN_ALL, role).sync).toBeNull();
});
