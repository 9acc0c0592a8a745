import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Row, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId, ReviewTaskId } from "#lib/domain/ids";
import { readOrder } from "#lib/reads/orders";
import { readReview } from "#lib/reads/reviews";
import type { Viewer } from "#lib/reads/viewer";
import { cancelOrder } from "./cancel-order.ts";
import { requestNewLink } from "./request-new-link.ts";
import { type ReviewInput, resolveReview } from "./resolve-review.ts";
import { shipOrder } from "./ship-order.ts";

let at: WorkflowWorld;
let shop: Shop;
let viewer: Viewer;
beforeAll(async () => {
  at = await startWorkflowWorld();
  viewer = { ...at.finance, email: "olena@holdpoint.test", role: "finance", language: "en" };
  shop = openShop(at);
  for (const bank of [at.monobank, at.liqpay])
    await bank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
});
afterAll(() => at?.stop());

const ship = (id: OrderId) => shipOrder(at.world, at.sales, id, WHOLE);
const tasksOf = (id: PaymentId): Promise<Row[]> =>
  at.owner`select * from review_tasks where payment_id = ${id} order by opened_at, id`;
const openTask = async (id: PaymentId): Promise<Row> =>
  (
    await eventually(
      () => tasksOf(id),
      (tasks) => tasks.some(({ closed_at }) => closed_at === null),
      "a task is open",
    )
  ).find(({ closed_at }) => closed_at === null) ?? {};
const answer = (task: Row, input: ReviewInput) => resolveReview(at.world, at.finance, task.id as ReviewTaskId, input);

/** A LiqPay link that was replaced by a newer one, and is paid all the same. */
async function paidLate() {
  const service = await shop.service("liqpay");
  const { orderId, paymentId } = await shop.released(service);
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true }))).toBe("ok");
  const newer = (await shop.last(orderId)).id as PaymentId;
  expect(newer).not.toBe(paymentId);
  await shop.pay(paymentId);
  await eventually(
    () => shop.payment(paymentId),
    ({ captured_minor }) => captured_minor === "44985",
    "the late money is known",
  );
  return { orderId, paymentId, newer };
}

test("late money on a withdrawn link keeps the gate closed; accepted, it opens the gate and the newer link is cancelled", async () => {
  const { orderId, paymentId, newer } = await paidLate();
  expect(await shop.payment(paymentId)).toMatchObject({ withdrawn: true, needs_review: true, state: "successful" });
  const task = await openTask(paymentId);
  expect(task).toMatchObject({ cause: "late_payment", order_id: orderId });
  expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");

  expect(await answer(task, { answer: "accept", note: "Paid from an old chat, same order" })).toMatchObject({
    ok: true,
    value: { pending: false },
  });
  expect(await shop.payment(paymentId)).toMatchObject({ needs_review: false, review_accepted: ["late_payment"] });
  await eventually(
    () => shop.payment(newer),
    ({ state }) => state === "cancelled",
    "the newer link is cancelled",
  );
  expect(
    (await tasksOf(paymentId)).map(({ cause, resolution, closed_by_name, note }) => [
      cause,
      resolution,
      closed_by_name,
      note,
    ]),
  ).toEqual([["late_payment", "accepted", "Olena Koval", "Paid from an old chat, same order"]]);
  expect(await shop.timeline(orderId)).toContain("review.answered");
  expect(codeOf(await ship(orderId))).toBe("ok");
  // Answered once: the second answer hears who was first.
  expect(await answer(task, { answer: "dismiss", note: "Me too" })).toMatchObject({
    error: { blocker: { code: "REVIEW_CLOSED", params: { name: "Olena Koval" } } },
  });
});

test("a duplicate that is refunded closes its tasks by itself once the bank has given it back", async () => {
  const { orderId, paymentId } = await shop.released(await shop.service("liqpay"), "100");
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true }))).toBe("ok");
  const newer = (await shop.last(orderId)).id as PaymentId;
  for (const id of [newer, paymentId]) {
    await shop.pay(id);
    await eventually(
      () => shop.payment(id),
      ({ captured_minor }) => captured_minor === "149950",
      "the whole price is known to be paid",
    );
  }
  const task = (await tasksOf(paymentId)).find(({ cause }) => cause === "duplicate_payment") ?? {};
  expect(task).toMatchObject({ order_id: orderId, closed_at: null });
  expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");

  expect(codeOf(await answer(task, { answer: "refund", note: "Paid twice" }))).toBe("ok");
  await shop.timePasses();
  await shop.run();
  await eventually(
    () => tasksOf(paymentId),
    (tasks) => tasks.every(({ resolution }) => resolution === "refunded"),
    "the tasks have closed by themselves",
  );
  expect(await shop.payment(paymentId)).toMatchObject({ state: "refunded", needs_review: false });
  // Given back once, the other payment untouched, the goods may go.
  expect(await shop.booked(paymentId, "refunded")).toBe(1);
  expect(await shop.payment(newer)).toMatchObject({ state: "successful", refunded_minor: "0" });
  expect(codeOf(await ship(orderId))).toBe("ok");
});

test("attached to another order, the money opens that one and no longer counts for its own", async () => {
  const { orderId, paymentId } = await paidLate();
  const other = await shop.released(at.services.debit);
  expect(codeOf(await ship(other.orderId))).not.toBe("ok");
  const task = await openTask(paymentId);
  expect(codeOf(await answer(task, { answer: "attach", note: "For the other one" }))).toBe("invalid");
  expect(codeOf(await answer(task, { answer: "attach", note: "Itself", toOrderId: orderId }))).toBe("invalid");
  expect(await openTask(paymentId)).toMatchObject({ id: task.id });

  expect(codeOf(await answer(task, { answer: "attach", note: "For the other one", toOrderId: other.orderId }))).toBe(
    "ok",
  );
  expect((await tasksOf(paymentId))[0]).toMatchObject({ resolution: "attached" });
  expect(codeOf(await ship(other.orderId))).toBe("ok");
  expect(codeOf(await ship(orderId))).not.toBe("ok");
  expect(await shop.timeline(other.orderId)).toContain("payment.attached_from");
  const rows = await at.owner`select amount_minor::text from allocations where payment_id = ${paymentId}`;
  expect(rows).toEqual([{ amount_minor: "44985" }]);
  // Cancelled, it would leave that money where it counts, and says so before; it proposes nothing of it to go back.
  const before = (await readOrder(orderId, viewer))?.cancelling;
  const { number } = (await readOrder(other.orderId, viewer)) ?? {};
  expect(before?.attachments).toEqual([
    { paymentId, kind: "lent_stays", orderNumber: number, amount: { amount: 44_985, currency: "UAH" } },
  ]);
  expect(before?.steps.map(({ kind }) => kind)).not.toContain("propose_refund");
});

test("money of another order that counts for a cancelled one is proposed to go back like its own, and goes back once", async () => {
  const { orderId, paymentId } = await paidLate();
  const { orderId: other } = await shop.released(at.services.debit);
  await answer(await openTask(paymentId), { answer: "attach", note: "For the other one", toOrderId: other });
  // Said before the press: whose money it is, and how much.
  const { number } = (await readOrder(orderId, viewer)) ?? {};
  expect((await readOrder(other, viewer))?.cancelling?.attachments).toEqual([
    { paymentId, kind: "attached_here", orderNumber: number, amount: { amount: 44_985, currency: "UAH" } },
  ]);
  expect(codeOf(await cancelOrder(at.world, at.sales, other, { reason: "Out of stock" }))).toBe("ok");
  const proposed = (await tasksOf(paymentId)).find(({ cause }) => cause === "refund_proposed") ?? {};
  expect(proposed).toMatchObject({
    order_id: other,
    closed_at: null,
    details: { amount: { amount: 44_985, currency: "UAH" } },
  });
  expect(await shop.timeline(other)).toContain("refund.proposed");
  // The desk offers what can be done with it.
  expect((await readReview(proposed.id, viewer))?.answers.map((one) => one.answer)).toEqual(["refund", "dismiss"]);
  const third = await shop.released(at.services.debit);
  expect(codeOf(await answer(proposed, { answer: "attach", note: "No", toOrderId: third.orderId }))).toBe("invalid");
  expect(codeOf(await answer(proposed, { answer: "refund", note: "Out of stock" }))).toBe("ok");
  await shop.settle();
  expect(await shop.payment(paymentId)).toMatchObject({ state: "refunded", refunded_minor: "44985" });
  expect(await shop.booked(paymentId, "refunded")).toBe(1);
  expect((await tasksOf(paymentId)).find(({ cause }) => cause === "refund_proposed")).toMatchObject({
    resolution: "refunded",
  });
  expect(await shop.order(other)).toMatchObject({ secured_minor: "0", status: "cancelled" });
});

test("an answer that does not fit its cause changes nothing", async () => {
  const { paymentId } = await shop.paid(at.services.debit);
  await shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 10_000 });
  await shop.sync(paymentId);
  const task = (await tasksOf(paymentId)).find(({ cause }) => cause === "external_refund") ?? {};
  expect(codeOf(await answer(task, { answer: "attach", note: "No" }))).toBe("invalid");
  expect(codeOf(await answer(task, { answer: "accept", note: "No" }))).toBe("invalid");
  expect(codeOf(await answer(task, { answer: "dismiss", note: "The bank was asked by phone" }))).toBe("ok");
  expect(await shop.payment(paymentId)).toMatchObject({ needs_review: false });
});
