import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId, PaymentServiceId, ReviewTaskId } from "#lib/domain/ids";
import { cancelOrder } from "./cancel-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseOrder } from "./release-order.ts";
import { reopenOrder } from "./reopen-order.ts";
import { requestNewLink } from "./request-new-link.ts";
import { resolveReview } from "./resolve-review.ts";
import { shipOrder } from "./ship-order.ts";

let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  for (const bank of [at.monobank, at.liqpay])
    await bank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
});
afterAll(() => at?.stop());

const cancel = (id: OrderId, reason = "The customer changed their mind") =>
  cancelOrder(at.world, at.sales, id, { reason });
const statusOf = async (id: OrderId) => (await shop.order(id)).status;
const proposals = (id: OrderId) =>
  at.owner`select * from review_tasks where order_id = ${id} and cause = 'refund_proposed' order by id`;

/** A deposit held on a card, and a live link for the balance. */
async function heldWithLiveLink() {
  const { orderId, paymentId } = await shop.paid(at.services.hold);
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { forBalance: true }))).toBe("ok");
  return { orderId, hold: paymentId, link: (await shop.last(orderId)).id as PaymentId };
}

test("an order without a link is cancelled at once, and only once", async () => {
  const orderId = await shop.openOrder(at.services.debit);
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: false } });
  expect(codeOf(await cancel(orderId))).toBe("ORDER_CANCELLED");
  expect((await shop.timeline(orderId)).filter((kind) => kind === "order.cancelled")).toHaveLength(1);
});

test.each(["monobank", "liqpay"] as const)(
  "at %s: the live link and the hold are undone first, each by the bank's word",
  async (provider) => {
    const { orderId, paymentId } = await shop.paid(await shop.service(provider, "withholding"));
    expect(codeOf(await cancel(orderId))).toBe("ok");
    await shop.settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", hold_released: true });
    expect(await shop.booked(paymentId, "released")).toBe(1);
    expect(await statusOf(orderId)).toBe("cancelled");
    expect(await proposals(orderId)).toEqual([]);
  },
);

test("first the link, then the hold, then the order: told in this order", async () => {
  const { orderId, hold, link } = await heldWithLiveLink();
  await cancel(orderId);
  await shop.settle();
  expect(await statusOf(orderId)).toBe("cancelled");
  expect(await shop.booked(link, "removed")).toBe(1);
  expect(await shop.booked(hold, "released")).toBe(1);
  const told = (await shop.timeline(orderId)).filter((kind) =>
    [
      "order.cancel_requested",
      "link.cancelled",
      "release_hold.requested",
      "payment.hold_released",
      "order.cancelled",
    ].includes(kind),
  );
  expect(told).toEqual([
    "order.cancel_requested",
    "link.cancelled",
    "release_hold.requested",
    "payment.hold_released",
    "order.cancelled",
  ]);
});

test("taken money is not sent back by itself: Finance gets the sum on the desk, and sends it from there", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.debit);
  await refundPayment(at.world, at.finance, paymentId, { amountMinor: 4_985n, reason: "A scratch" });
  await eventually(
    () => shop.payment(paymentId),
    ({ refunded_minor }) => refunded_minor === "4985",
    "a part has gone back",
  );
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: false } });
  expect(await statusOf(orderId)).toBe("cancelled");
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "4985" });
  const [task] = await proposals(orderId);
  expect(task).toMatchObject({
    payment_id: paymentId,
    closed_at: null,
    details: { amount: { amount: 40_000, currency: "UAH" } },
  });
  const answer = { answer: "refund" as const, note: "The order was cancelled" };
  expect(codeOf(await resolveReview(at.world, at.finance, task?.id as ReviewTaskId, answer))).toBe("ok");
  await shop.settle();
  expect(await shop.payment(paymentId)).toMatchObject({ state: "refunded", refunded_minor: "44985" });
  expect((await proposals(orderId))[0]).toMatchObject({ resolution: "refunded" });
});

test("the link was paid the moment before: nothing is cancelled, the order is paid, and it is said", async () => {
  const { orderId, hold, link } = await heldWithLiveLink();
  await at.monobank.webhooks({ mode: "lost" });
  await shop.pay(link);
  const answer = await cancel(orderId);
  await at.monobank.webhooks({ mode: "normal" });
  expect(codeOf(answer)).toBe("CANCEL_REFUSED");
  await shop.settle();
  // The hold was not touched, because the link came first.
  expect(await shop.booked(hold, "released")).toBe(0);
  expect(await shop.order(orderId)).toMatchObject({
    status: "released",
    cancel_requested_at: null,
    cancelled_at: null,
    secured_minor: "149950",
  });
  expect(await shop.timeline(orderId)).toContain("order.cancel_stopped");
  // Wanted again, now that it is known: both holds go back.
  expect(codeOf(await cancel(orderId))).toBe("ok");
  await shop.settle();
  expect(await statusOf(orderId)).toBe("cancelled");
  expect(await shop.booked(link, "released")).toBe(1);
  expect(await shop.booked(hold, "released")).toBe(1);
});

test("LiqPay is asked before its link is withdrawn: paid the moment before, nothing is cancelled either, and it is said", async () => {
  await at.liqpay.webhooks({ mode: "lost" });
  const { orderId, paymentId } = await shop.released(at.services.liqpay);
  await shop.pay(paymentId);
  const answer = await cancel(orderId);
  await at.liqpay.webhooks({ mode: "normal" });
  expect(codeOf(answer)).toBe("CANCEL_REFUSED");
  expect(await shop.order(orderId)).toMatchObject({
    status: "released",
    cancel_requested_at: null,
    cancelled_at: null,
  });
  expect((await shop.timeline(orderId)).filter((kind) => kind === "order.cancel_stopped")).toHaveLength(1);
  expect(await proposals(orderId)).toEqual([]);
  // Wanted again, now that it is known.
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: false } });
  expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", withdrawn: false, needs_review: false });
  expect(await proposals(orderId)).toMatchObject([{ payment_id: paymentId, closed_at: null }]);
});

test("a LiqPay link is withdrawn and watched: paid after the order was cancelled, it goes to a person", async () => {
  const { orderId, paymentId } = await shop.released(at.services.liqpay);
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: false } });
  expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", withdrawn: true });
  await shop.pay(paymentId, { action: "pay", force: true });
  await shop.settle();
  expect((await shop.payment(paymentId)).review_reasons).toEqual(
    expect.arrayContaining(["late_payment", "paid_after_cancel"]),
  );
  expect(await statusOf(orderId)).toBe("cancelled");
});

test("an answer that is lost: the order is being cancelled, everything else waits, and the task finishes it", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.hold);
  await at.monobank.fault({ operation: "cancel", mode: "commit_then_drop", times: 1 });
  await at.monobank.webhooks({ mode: "lost" });
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: true } });
  expect(await shop.order(orderId)).toMatchObject({ status: "released", cancelled_at: null });
  for (const answer of [
    await shipOrder(at.world, at.sales, orderId, WHOLE),
    await reopenOrder(at.world, at.sales, orderId, {}),
    await requestNewLink(at.world, at.sales, orderId, { forBalance: true }),
  ])
    expect(codeOf(answer)).toBe("ORDER_CANCELLING");
  await at.monobank.webhooks({ mode: "normal" });
  await shop.timePasses();
  await shop.run();
  await eventually(
    () => statusOf(orderId),
    (status) => status === "cancelled",
    "the task finishes it",
  );
  expect(await shop.booked(paymentId, "released")).toBe(1);
  expect(await shop.operations(paymentId, "release_hold")).toHaveLength(1);
});

test("an answer that is lost, and the same person presses again: the bank is asked how it ended, nothing is sent twice", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.hold);
  await at.monobank.fault({ operation: "cancel", mode: "commit_then_drop", times: 1 });
  await at.monobank.webhooks({ mode: "lost" });
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: true } });
  expect(await cancel(orderId)).toMatchObject({ ok: true, value: { pending: false } });
  await at.monobank.webhooks({ mode: "normal" });
  expect(await statusOf(orderId)).toBe("cancelled");
  expect(await shop.booked(paymentId, "released")).toBe(1);
  expect(await shop.operations(paymentId, "release_hold")).toHaveLength(1);
});

test("the bank lets go of nothing: the order stays, with the bank's sentence, and may be cancelled again", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.hold);
  await at.monobank.fault({
    operation: "cancel",
    mode: "error",
    times: 1,
    httpStatus: 400,
    errCode: "INVALID",
    errText: "not now",
  });
  const refused = await cancel(orderId);
  await at.monobank.noFaults();
  expect(codeOf(refused)).toBe("PROVIDER_REFUSED");
  expect(JSON.stringify(refused)).toContain("not now");
  expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true, cancel_requested_at: null });
  expect(codeOf(await cancel(orderId))).toBe("ok");
  await shop.settle();
  expect(await statusOf(orderId)).toBe("cancelled");
  expect(await shop.booked(paymentId, "released")).toBe(1);
});

test("ten people cancel at once: one cancellation, each step once", async () => {
  const { orderId, hold, link } = await heldWithLiveLink();
  const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(orderId)));
  for (const answer of answers) expect(["ok", "ORDER_CANCELLED", "ORDER_CANCELLING"]).toContain(codeOf(answer));
  await shop.settle();
  expect(await statusOf(orderId)).toBe("cancelled");
  expect(await shop.booked(link, "removed")).toBe(1);
  expect(await shop.booked(hold, "released")).toBe(1);
  expect((await shop.timeline(orderId)).filter((kind) => kind === "order.cancelled")).toHaveLength(1);
});

test("cancelled and paid in the same moment, at both banks: the money is where it belongs", async () => {
  for (let round = 0; round < 12; round += 1) {
    const { orderId, paymentId } = await shop.released(
      [at.services.hold, at.services.debit, at.services.liqpay][round % 3] as PaymentServiceId,
    );
    const wait = () => new Promise((wake) => setTimeout(wake, Math.random() * 40));
    const [answer] = await Promise.all([
      wait().then(() => cancel(orderId)),
      wait().then(() => shop.pay(paymentId).catch(() => null)),
    ]);
    await shop.settle();
    const order = await shop.order(orderId);
    const { state } = await shop.payment(paymentId);
    const took = (await shop.booked(paymentId, "captured")) + (await shop.booked(paymentId, "held")) > 0;
    if (!took) expect([order.status, state]).toEqual(["cancelled", "cancelled"]);
    else if (order.status === "cancelled") {
      // It was seen in time: the hold went back, or the taken money is proposed to.
      expect(codeOf(answer)).toBe("ok");
      if (round % 3 === 0) expect(await shop.booked(paymentId, "released")).toBe(1);
      else
        expect(
          await at.owner`select cause from review_tasks where order_id = ${orderId}
            and cause in ('refund_proposed', 'paid_after_cancel')`,
        ).toHaveLength(1);
    } else expect(order).toMatchObject({ status: "released", cancel_requested_at: null });
  }
}, 90_000);

test("a cancelled order is released no more; one that is being cancelled neither", async () => {
  const orderId = await shop.openOrder(at.services.debit);
  await cancel(orderId);
  expect(codeOf(await releaseOrder(at.world, at.sales, orderId, {}))).toBe("ORDER_CANCELLED");
});

test("after all that the banks' ledgers and our books agree", async () => {
  const { movements } = await shop.check();
  expect(movements).toBeGreaterThan(15);
}, 60_000);
