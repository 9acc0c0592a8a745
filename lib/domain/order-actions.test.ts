import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OrderForGate } from "./order.ts";
import { ORDER_ACTIONS, type OrderExtras, orderActions, orderBlocker } from "./order-actions.ts";
import { type MoneyFacts, NO_FACTS, type PaymentForGate, paymentState } from "./payment.ts";
import { ROLES } from "./roles.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const RELEASED = new Date("2026-11-20T09:00:00Z");

const order = (change: Partial<OrderForGate> = {}): OrderForGate => ({
  id: "ord_1",
  currency: "UAH",
  totalMinor: 1_200_000n,
  requiredMinor: 600_000n,
  hasPrepayment: true,
  releasedAt: RELEASED,
  cancelledAt: null,
  ...change,
});
const extras = (change: Partial<OrderExtras> = {}): OrderExtras => ({
  now: NOW,
  hasCustomer: true,
  lineCount: 2,
  prepayment: { kind: "percent", basisPoints: 5000 },
  service: { name: "monobank", enabled: true, currency: "UAH", credentialsUsable: true },
  otherServiceUsable: false,
  shipped: "none",
  invoiced: "none",
  liveUrl: null,
  ...change,
});
function payment(facts: Partial<MoneyFacts>, change: Partial<PaymentForGate> = {}): PaymentForGate {
  const all = { ...NO_FACTS, ...facts };
  return {
    id: "pay_1",
    facts: all,
    state: paymentState(all),
    amountMinor: 600_000n,
    currency: "UAH",
    paymentType: "debit",
    holdExpiresAt: all.heldMinor > 0n ? new Date("2026-11-28T12:00:00Z") : null,
    holdMarginHours: 24,
    needsReview: false,
    reviewReasons: [],
    expiresAt: new Date("2026-11-20T18:00:00Z"),
    createdAt: RELEASED,
    unsettled: null,
    failureReason: null,
    provider: "monobank",
    ...change,
  };
}
const code = (...asked: Parameters<typeof orderBlocker>) => orderBlocker(...asked)?.code ?? null;
const open = order({ releasedAt: null });

describe("release", () => {
  test("an open order with lines, customer and a working service may be released", () => {
    expect(code("release", open, [], extras())).toBeNull();
  });
  test("without a prepayment and a service it may be released too: it asks for no money", () => {
    const plain = order({ releasedAt: null, requiredMinor: 0n, hasPrepayment: false });
    expect(code("release", plain, [], extras({ service: null, prepayment: { kind: "none" } }))).toBeNull();
  });
  test.each([
    ["ALREADY_RELEASED", order(), {}],
    ["NO_LINES", open, { lineCount: 0 }],
    ["ZERO_TOTAL", order({ releasedAt: null, totalMinor: 0n }), {}],
    ["NO_CUSTOMER", open, { hasCustomer: false }],
    ["PREPAYMENT_ABOVE_TOTAL", open, { prepayment: { kind: "amount", amountMinor: 1_200_001n } }],
    ["NO_SERVICE", open, { service: null, otherServiceUsable: true }],
    ["NO_SERVICE_ENABLED", open, { service: null }],
    ["SERVICE_DISABLED", open, { service: { name: "m", enabled: false, currency: "UAH", credentialsUsable: true } }],
    ["SERVICE_CURRENCY", open, { service: { name: "m", enabled: true, currency: "EUR", credentialsUsable: true } }],
    ["SERVICE_CREDENTIALS", open, { service: { name: "m", enabled: true, currency: "UAH", credentialsUsable: false } }],
    ["ORDER_CANCELLED", order({ releasedAt: null, cancelledAt: NOW }), {}],
  ] as const)("%s", (expected, subject, change) => {
    expect(code("release", subject, [], extras(change as Partial<OrderExtras>))).toBe(expected);
  });
});

describe("edit and reopen", () => {
  test("a released order is edited only after reopening", () => {
    expect(code("edit", open, [], extras())).toBeNull();
    expect(code("edit", order(), [], extras())).toBe("ORDER_NOT_OPEN");
  });
  test("money on the order does not forbid reopening", () => {
    expect(code("reopen", order(), [payment({ heldMinor: 600_000n })], extras())).toBeNull();
    expect(code("reopen", order(), [payment({ capturedMinor: 600_000n })], extras())).toBeNull();
  });
  test("a live unpaid link does not forbid it either: reopening cancels it first", () => {
    expect(code("reopen", order(), [payment({ progress: "pending" })], extras())).toBeNull();
  });
  test("goods that left, a customer who is paying and a call without an answer do", () => {
    expect(code("reopen", order(), [], extras({ shipped: "partly" }))).toBe("ORDER_SHIPPED");
    expect(code("reopen", order(), [], extras({ invoiced: "fully" }))).toBe("ORDER_SHIPPED");
    expect(code("reopen", order(), [payment({ progress: "processing" })], extras())).toBe("PROCESSING");
    expect(code("reopen", order(), [payment({})], extras())).toBe("CREATING_LINK");
    const finalizing = payment({ heldMinor: 600_000n }, { unsettled: "finalize" });
    expect(code("reopen", order(), [finalizing], extras())).toBe("OPERATION_RUNNING");
    expect(code("reopen", open, [], extras())).toBe("NOT_RELEASED");
  });
});

describe("cancel", () => {
  test("an open order, and a released one whose link nobody paid, may be cancelled", () => {
    expect(code("cancel_order", open, [], extras())).toBeNull();
    expect(code("cancel_order", order(), [payment({ progress: "pending" })], extras())).toBeNull();
    expect(code("cancel_order", order(), [payment({ capturedMinor: 5n, refundedMinor: 5n })], extras())).toBeNull();
  });
  test("money does not stand against it: it is let go of or proposed to go back; goods that left do", () => {
    expect(code("cancel_order", order(), [payment({ heldMinor: 600_000n })], extras())).toBeNull();
    expect(code("cancel_order", order(), [payment({ capturedMinor: 600_000n })], extras())).toBeNull();
    expect(code("cancel_order", order(), [], extras({ shipped: "fully" }))).toBe("ORDER_SHIPPED");
    expect(code("cancel_order", order({ cancelledAt: NOW }), [], extras())).toBe("ORDER_CANCELLED");
  });
  test("while a provider has still to confirm it, everything else waits; without a call under way it may be wanted again", () => {
    const wanted = order({ cancelRequestedAt: NOW });
    const asked = payment({ progress: "pending" }, { unsettled: "cancel_link" });
    // Money that has arrived is recorded whatever becomes of the order.
    for (const action of ORDER_ACTIONS.filter((name) => name !== "record_offline"))
      expect(code(action, wanted, [asked], extras())).toBe("ORDER_CANCELLING");
    expect(code("cancel_order", wanted, [payment({ progress: "pending" })], extras())).toBeNull();
    expect(code("ship", wanted, [payment({ capturedMinor: 600_000n })], extras())).toBe("ORDER_CANCELLING");
  });
});

describe("ship and invoice", () => {
  test("follow the gate", () => {
    const paid = [payment({ capturedMinor: 600_000n })];
    expect(code("ship", order(), paid, extras())).toBeNull();
    expect(code("invoice", order(), paid, extras())).toBeNull();
    expect(code("ship", order(), [payment({ progress: "pending" })], extras())).toBe("AWAITING_PAYMENT");
    expect(code("invoice", open, [], extras())).toBe("NOT_RELEASED");
  });
  test("end when nothing is left", () => {
    const paid = [payment({ capturedMinor: 600_000n })];
    expect(code("ship", order(), paid, extras({ shipped: "fully" }))).toBe("NOTHING_TO_SHIP");
    expect(code("invoice", order(), paid, extras({ invoiced: "fully" }))).toBe("NOTHING_TO_INVOICE");
    expect(code("invoice", order(), paid, extras({ shipped: "fully" }))).toBeNull();
  });
});

describe("new link", () => {
  const expired = payment({ progress: "pending", ended: "expired" });
  test("when nothing is live and something is missing", () => {
    expect(code("new_link", order(), [expired], extras())).toBeNull();
    expect(code("new_link", order(), [payment({ progress: "pending", withdrawn: true })], extras())).toBeNull();
  });
  test.each([
    ["NOT_RELEASED", open, [], {}],
    ["LINK_LIVE", order(), [payment({ progress: "pending" })], {}],
    ["PROCESSING", order(), [payment({ progress: "processing" })], {}],
    ["CREATING_LINK", order(), [payment({})], {}],
    ["OPERATION_RUNNING", order(), [expired, payment({ capturedMinor: 1n }, { unsettled: "refund" })], {}],
    ["IN_REVIEW", order(), [payment({ capturedMinor: 1n }, { needsReview: true })], {}],
    ["NOTHING_MISSING", order(), [payment({ capturedMinor: 600_000n })], {}],
    ["SERVICE_DISABLED", order(), [expired], { enabled: false }],
    ["SERVICE_CREDENTIALS", order(), [expired], { credentialsUsable: false }],
  ] as const)("%s", (expected, subject, attempts, service) => {
    const base = extras();
    const changed = extras({ service: base.service && { ...base.service, ...service } });
    expect(code("new_link", subject, attempts, changed)).toBe(expected);
  });
  test("a broken service is no obstacle where another can take its place", () => {
    expect(code("new_link", order(), [expired], extras({ service: null, otherServiceUsable: true }))).toBeNull();
    expect(code("new_link", order(), [expired], extras({ service: null }))).toBe("NO_SERVICE_ENABLED");
  });
});

describe("send link", () => {
  const live = payment({ progress: "pending" });
  test("only one that leads to a page that can be paid", () => {
    expect(code("send_link", order(), [live], extras({ liveUrl: "https://pay" }))).toBeNull();
    expect(code("send_link", order(), [payment({})], extras())).toBe("CREATING_LINK");
    const over = payment({ progress: "pending" }, { expiresAt: new Date("2026-11-20T11:59:00Z") });
    expect(code("send_link", order(), [over], extras({ liveUrl: "https://pay" }))).toBe("LINK_EXPIRED");
  });
  test.each([
    ["NO_LINK", []],
    ["NO_LINK", [payment({ ended: "failed" }, { failureReason: "invalid token" })]],
    ["PAYMENT_FAILED", [payment({ progress: "pending", ended: "failed" })]],
    ["LINK_EXPIRED", [payment({ progress: "pending", ended: "expired" })]],
    ["LINK_CANCELLED", [payment({ progress: "pending", ended: "cancelled" })]],
    ["PARTLY_COVERED", [payment({ capturedMinor: 100n })]],
    ["NOTHING_MISSING", [payment({ capturedMinor: 600_000n })]],
  ] as const)("%s", (expected, attempts) => {
    expect(code("send_link", order(), attempts, extras())).toBe(expected);
  });
});

test("finance and sales each see the other's actions as not theirs", () => {
  const paid = [payment({ capturedMinor: 600_000n })];
  const sales = orderActions(order(), paid, extras(), "sales");
  const finance = orderActions(order(), paid, extras(), "finance");
  expect(sales.ship).toBeNull();
  expect(sales.invoice?.code).toBe("NOT_PERMITTED");
  expect(sales.invoice?.owner.role).toBe("finance");
  expect(finance.invoice).toBeNull();
  expect(finance.ship?.code).toBe("NOT_PERMITTED");
  expect(orderActions(order(), paid, extras(), "admin")).toMatchObject({ ship: null, invoice: null, reopen: null });
});

test("every action has an answer for every role, and a cancelled order answers only no, but to money that has come", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ROLES),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom("none", "partly", "fully"),
      fc.record({
        progress: fc.constantFrom("none", "pending", "processing"),
        heldMinor: fc.bigInt({ min: 0n, max: 700_000n }),
        capturedMinor: fc.bigInt({ min: 0n, max: 700_000n }),
        ended: fc.constantFrom(null, "failed", "expired", "cancelled"),
        withdrawn: fc.boolean(),
      }),
      (role, released, cancelled, shipped, facts) => {
        const subject = order({ releasedAt: released ? RELEASED : null, cancelledAt: cancelled ? NOW : null });
        const payments = [payment(facts as Partial<MoneyFacts>)];
        const actions = orderActions(subject, payments, extras({ shipped: shipped as "none" }), role);
        expect(Object.keys(actions)).toEqual([...ORDER_ACTIONS]);
        for (const action of ORDER_ACTIONS) {
          const no = actions[action];
          // Money that has come is a fact, whatever has become of the order.
          if (cancelled && action !== "record_offline") expect(no).not.toBeNull();
          if (no) expect([no.action, no.fixes.length > 0]).toEqual([action, true]);
        }
      },
    ),
  );
});
