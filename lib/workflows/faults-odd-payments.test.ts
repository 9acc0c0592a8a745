import { describe, expect, test } from "vitest";
import { codeOf } from "#e2e/stories/shop";
import { agreesInTheEnd, at, openForTrouble, settle, ship, shop } from "#e2e/stories/trouble";
import type { PaymentId } from "#lib/domain/ids";
import { cancelOrder } from "./cancel-order.ts";
import { deletePayment } from "./delete-payment.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { reopenOrder } from "./reopen-order.ts";
import { requestNewLink } from "./request-new-link.ts";

/** Money that comes late, double, too much, too little or not at all: kept as it is, and a person looks. */
openForTrouble();

describe.each(["monobank", "liqpay"] as const)("money that comes late, at %s", (provider) => {
  test("on a link that was cancelled: kept, matched, reviewed; nothing ships on it", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    expect(codeOf(await shop.cancel(paymentId))).toBe("ok");
    await settle();
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({
      state: "successful",
      captured_minor: "44985",
      needs_review: true,
    });
    expect(await shop.order(orderId)).toMatchObject({ status: "pending_prepayment", secured_minor: "44985" });
    expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");
  });

  test("on a cancelled order: kept, and a person is told", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    expect(codeOf(await cancelOrder(at.world, at.sales, orderId, { reason: "Changed their mind" }))).toBe("ok");
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    const payment = await shop.payment(paymentId);
    expect(payment).toMatchObject({ captured_minor: "44985", needs_review: true });
    expect(payment.review_reasons).toContain("paid_after_cancel");
    expect(await shop.order(orderId)).toMatchObject({ status: "cancelled", needs_review: true });
    expect(codeOf(await ship(orderId))).toBe("ORDER_CANCELLED");
  });

  test("on a link whose payment was deleted after a decline: back in the list, never lost", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    await shop.declined(paymentId);
    expect(codeOf(await deletePayment(at.world, at.finance, paymentId))).toBe("ok");
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({
      captured_minor: "44985",
      deleted_at: null,
      needs_review: true,
    });
    expect(await shop.order(orderId)).toMatchObject({ secured_minor: "44985", needs_review: true });
  });

  test("on an old link after a new one was paid: both kept, the second is a duplicate for a person", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider), null);
    await shop.cancel(paymentId);
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    const second = (await shop.last(orderId)).id as PaymentId;
    await shop.pay(second);
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ accepted: true });
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    const old = await shop.payment(paymentId);
    expect(old).toMatchObject({ captured_minor: "149950", needs_review: true });
    expect(old.review_reasons).toEqual(expect.arrayContaining(["late_payment", "duplicate_payment"]));
    expect(await shop.order(orderId)).toMatchObject({ needs_review: true, accepted: false });
  });
});

describe("a decline", () => {
  test.each(["monobank", "liqpay"] as const)(
    "at %s, and then the same customer pays the same link: an ordinary payment",
    async (provider) => {
      const { orderId, paymentId } = await shop.released(await shop.service(provider));
      await shop.declined(paymentId);
      expect(codeOf(await ship(orderId))).toBe("PAYMENT_FAILED");
      await shop.pay(paymentId, { action: "pay", force: true });
      await settle();
      expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
      expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
    },
  );

  test("and a new link: the declined one can no longer be paid at the bank", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.declined(paymentId);
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    await settle();
    expect(await shop.booked(paymentId, "removed")).toBe(1);
    await expect(shop.pay(paymentId)).rejects.toThrow(/cannot be paid/);
    const second = (await shop.last(orderId)).id as PaymentId;
    await shop.pay(second);
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ status: "released", needs_review: false });
  });

  test("and the order is reopened, or cancelled: its link of the old amount can no longer be paid", async () => {
    for (const stop of [reopenOrder, cancelOrder]) {
      const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
      await shop.declined(paymentId);
      expect(await stop(at.world, at.sales, orderId, { reason: null })).toMatchObject({
        ok: true,
        value: { pending: false },
      });
      await expect(shop.pay(paymentId)).rejects.toThrow(/cannot be paid/);
      expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", needs_review: false });
    }
  });

  test("and a new link, while the old one is being paid this moment: no second link until that is over", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.declined(paymentId);
    await at.monobank.call("POST", "/switches", { processingMs: 600_000 });
    await shop.pay(paymentId, { action: "pay", wait: false });
    const answer = await requestNewLink(at.world, at.sales, orderId, {});
    await at.monobank.call("POST", "/switches", { processingMs: 20 });
    expect(codeOf(answer)).toBe("PROCESSING");
    expect(await shop.attempts(orderId)).toHaveLength(1);
    await at.monobank.hurry();
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
  });

  test("and a new link, while the customer tries the old one again: what the bank says stands, and only one is paid", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.declined(paymentId);
    await at.monobank.webhooks({ mode: "lost" });
    await shop.pay(paymentId);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "failed" });
    await requestNewLink(at.world, at.sales, orderId, {});
    await at.monobank.webhooks({ mode: "normal" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
    expect(await shop.attempts(orderId)).toHaveLength(1);
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
  });
});

describe("more or less than was asked", () => {
  test.each([
    ["monobank", -1, "amount_mismatch"],
    ["monobank", +1, "overpaid"],
    ["liqpay", -1, "amount_mismatch"],
    ["liqpay", +1, "overpaid"],
  ] as const)("at %s, by %i: kept as it is, a person looks, nothing ships", async (provider, difference, reason) => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    await shop.pay(paymentId, { action: "pay", amountMinor: 44_985 + difference });
    await settle();
    const payment = await shop.payment(paymentId);
    expect(payment).toMatchObject({ captured_minor: String(44_985 + difference), needs_review: true });
    expect(payment.review_reasons).toContain(reason);
    expect(await shop.order(orderId)).toMatchObject({ status: "pending_prepayment", accepted: false });
    expect(codeOf(await ship(orderId))).toBe("AMOUNT_MISMATCH");
  });

  test.each(["monobank", "liqpay"] as const)(
    "at %s in another currency: never converted, never counted",
    async (provider) => {
      const { orderId, paymentId } = await shop.released(await shop.service(provider));
      await shop.pay(paymentId, { action: "pay", currency: "USD" });
      await settle();
      const payment = await shop.payment(paymentId);
      expect(payment).toMatchObject({ captured_minor: "0", needs_review: true });
      expect(payment.review_reasons).toContain("currency_mismatch");
      expect(await shop.order(orderId)).toMatchObject({ secured_minor: "0", accepted: false });
    },
  );

  test("a tip on top of what was asked: what the bank took counts, the difference is told, its fee takes nothing off", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.pay(paymentId, { action: "pay", amountMinor: 45_485 });
    await settle();
    const payment = await shop.payment(paymentId);
    expect(payment).toMatchObject({ amount_minor: "44985", captured_minor: "45485", refunded_minor: "0" });
    // 1.3 % of what was taken.
    expect(payment.details).toMatchObject({ feeMinor: "591" });
    expect(await shop.order(orderId)).toMatchObject({ secured_minor: "45485", required_minor: "44985" });
    const [told] = await at.owner`select params from order_timeline
      where payment_id = ${paymentId} and kind = 'payment.review'`;
    expect(told?.params).toMatchObject({ reason: "overpaid", asked: { amount: 44_985 }, reported: { amount: 45_485 } });
  });

  test("a hold of less than was asked does not open the gate", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank", "withholding"));
    await shop.pay(paymentId, { action: "pay", amountMinor: 44_984 });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "withholding", held_minor: "44984" });
    expect(codeOf(await ship(orderId))).not.toBe("ok");
  });
});

describe("time at the bank", () => {
  const DAY = 86_400;

  test.each(["reversed", "expired"] as const)(
    "a hold that lapses (%s) closes the gate; after shipping it is an alarm",
    async (word) => {
      await at.monobank.call("POST", "/switches", { holdLapseStatus: word });
      const service = await shop.service("monobank", "withholding");
      const [waiting, shipped] = [await shop.paid(service), await shop.paid(service)];
      expect(codeOf(await ship(shipped.orderId))).toBe("ok");
      await at.monobank.advance(9 * DAY + 60);
      await settle();
      for (const { paymentId } of [waiting, shipped])
        expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", hold_released: true });
      expect(codeOf(await ship(waiting.orderId))).toBe("HOLD_LOST");
      expect(await shop.order(waiting.orderId)).toMatchObject({ accepted: false, secured_minor: "0" });
      const alarms = await at.owner`select kind from alarms where order_id = ${shipped.orderId}`;
      expect(alarms.map(({ kind }) => kind)).toContain("cover_lost_after_shipping");
      expect(await at.owner`select 1 from alarms where order_id = ${waiting.orderId}`).toHaveLength(0);
    },
  );

  test("a LiqPay hold that the payer's bank dropped cannot be finalized: the hold is not called taken", async () => {
    const { orderId, paymentId } = await shop.paid(await shop.service("liqpay", "withholding"));
    await at.liqpay.act(paymentId, { action: "lapse_hold", stage: "bank" } as never);
    const answer = await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null });
    expect(codeOf(answer)).toBe("FINALIZE_FAILED");
    expect(await shop.payment(paymentId)).toMatchObject({ captured_minor: "0" });
    await at.liqpay.act(paymentId, { action: "lapse_hold" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", hold_released: true });
    expect(codeOf(await ship(orderId))).toBe("HOLD_LOST");
  });

  test("a link that nobody paid: expired when the bank says so, and the next one may be made", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await at.monobank.advance(3_601);
    // monobank tells nobody that a link has expired.
    expect(await shop.payment(paymentId)).toMatchObject({ state: "pending" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "expired" });
    expect(codeOf(await ship(orderId))).toBe("LINK_EXPIRED");
    await at.monobank.realTime();
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: true });
  });
});

agreesInTheEnd(30);
