import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop } from "#e2e/stories/shop";
import { reviewListQuery } from "#lib/contracts/reviews";
import type { PaymentId } from "#lib/domain/ids";
import { readReviewList } from "#lib/reads/reviews";
import type { Viewer } from "#lib/reads/viewer";
import { managePaymentLinks } from "./manage-payment-links.ts";
import { refundPayment } from "./refund-payment.ts";

let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  for (const bank of [at.monobank, at.liqpay])
    await bank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

const TAKEN = 44_985n;
const refund = (id: PaymentId, amountMinor: bigint | null, reason = "The customer changed their mind") =>
  refundPayment(at.world, at.finance, id, { amountMinor, reason });

/** What the bank itself wrote down as given back. */
async function givenBack(id: PaymentId): Promise<bigint> {
  const lines = [...(await at.monobank.linesOf(id)), ...(await at.liqpay.linesOf(id))];
  return lines.filter(({ kind }) => kind === "refunded").reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);
}

test("a hundred people refund a part at once, again and again: never more than was taken goes back", async () => {
  const { paymentId } = await shop.paid(at.services.debit);
  const part = 10_000n;
  const codes = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => refund(paymentId, part)));
    for (const answer of answers) codes.add(codeOf(answer));
    await shop.timePasses();
    await shop.run();
    expect(await givenBack(paymentId)).toBeLessThanOrEqual(TAKEN);
  }
  await eventually(
    () => shop.payment(paymentId),
    ({ refunded_minor }) => refunded_minor === "40000",
    "four parts of 100.00 have gone back",
  );
  expect(await givenBack(paymentId)).toBe(40_000n);
  expect(codes).toContain("ok");
  expect(codes).toContain("REFUND_TOO_MUCH");
  expect([...codes].filter((code) => !["ok", "REFUND_TOO_MUCH", "OPERATION_RUNNING"].includes(code))).toEqual([]);

  // The rest, without naming it; then there is nothing left.
  expect(codeOf(await refund(paymentId, null))).toBe("ok");
  await eventually(
    () => shop.payment(paymentId),
    ({ state }) => state === "refunded",
    "all of it has gone back",
  );
  expect(await givenBack(paymentId)).toBe(TAKEN);
  expect(codeOf(await refund(paymentId, null))).toBe("NOTHING_TO_REFUND");
}, 120_000);

test("nothing, and more than is left, are refused before the bank hears of them", async () => {
  const { paymentId } = await shop.paid(at.services.debit);
  expect(codeOf(await refund(paymentId, 0n))).toBe("invalid");
  expect(codeOf(await refund(paymentId, TAKEN + 1n))).toBe("REFUND_TOO_MUCH");
  expect(await shop.operations(paymentId, "refund")).toEqual([]);
  expect(await givenBack(paymentId)).toBe(0n);
});

test("a refund that somebody made at the bank is counted, and a person looks at it", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.debit);
  await shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 10_000 });
  await shop.sync(paymentId);
  await eventually(
    () => shop.payment(paymentId),
    ({ refunded_minor }) => refunded_minor === "10000",
    "the bank's own refund is known",
  );
  expect(await shop.payment(paymentId)).toMatchObject({ state: "partially_refunded", needs_review: true });
  const tasks = await at.owner`select cause, closed_at from review_tasks where payment_id = ${paymentId}`;
  expect(tasks).toEqual([{ cause: "external_refund", closed_at: null }]);
  // The desk's list tells what went back, not what had been paid.
  const viewer: Viewer = { ...at.finance, email: "olena@holdpoint.test", role: "finance", language: "en" };
  const { rows } = await readReviewList(reviewListQuery.parse({ orderId }), viewer);
  expect(rows.map(({ amount }) => amount)).toEqual([{ amount: 10_000, currency: "UAH" }]);
});

test("a refund made at the bank whose webhook got lost is found when taken money is looked at again", async () => {
  const { paymentId } = await shop.paid(at.services.debit);
  const confirmed = await eventually(
    async () => {
      await shop.sync(paymentId);
      return shop.payment(paymentId);
    },
    ({ next_sync_at }) => Number(next_sync_at) > Date.now() + 20 * 3_600_000,
    "the next look is a day away",
  );
  expect(confirmed).toMatchObject({ state: "successful", needs_review: false });
  await at.monobank.webhooks({ mode: "lost" });
  try {
    await shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 10_000 });
    expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "0" });
    await at.owner`update payments set next_sync_at = now() where id = ${paymentId}`;
    await managePaymentLinks(at.world, { startedBy: "a test", deadlineMs: 20_000 });
    expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "10000", needs_review: true });
  } finally {
    await at.monobank.webhooks({ mode: "normal" });
  }
});
