import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop } from "#e2e/stories/shop";
import type { PaymentId, PaymentServiceId, ReviewTaskId } from "#lib/domain/ids";
import { makeId } from "#lib/domain/ids";
import { managePaymentLinks } from "./manage-payment-links.ts";
import { readNextStatement } from "./read-statements.ts";
import { resolveReview } from "./resolve-review.ts";

let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  await at.monobank.call("POST", "/switches", { processingMs: 20 });
});
afterAll(() => at?.stop());

/** A run in which every statement is due. */
async function run() {
  await at.owner`update payment_services set statement_due_at = null`;
  return managePaymentLinks(at.world, { startedBy: "a test", deadlineMs: 20_000 });
}

const lastRun = async () =>
  JSON.parse((await at.owner`select note from job_runs order by id desc limit 1`)[0]?.note ?? "{}").statement;
const kept = (name: string) =>
  at.owner`select state, source, delivery_count from webhook_inbox where reference = ${name} and source = 'statement' order by id`;

/** Paid, confirmed by the bank, and nothing of it due for a question before tomorrow. */
async function settledPayment(service: PaymentServiceId = at.services.debit) {
  const made = await shop.paid(service);
  await eventually(
    async () => {
      await shop.sync(made.paymentId);
      return shop.payment(made.paymentId);
    },
    ({ next_sync_at }) => Number(next_sync_at) > Date.now() + 3_600_000,
    "the next look is far away",
  );
  return made;
}

async function withoutWebhooks<T>(work: () => Promise<T>): Promise<T> {
  await at.monobank.webhooks({ mode: "lost" });
  try {
    return await work();
  } finally {
    await at.monobank.webhooks({ mode: "normal" });
  }
}

test("nothing new at the bank: a run reads the statement and says nothing of it", async () => {
  await settledPayment();
  await run();
  const answer = await run();
  expect(answer.failed).toBe(0);
  expect(await lastRun()).toBeUndefined();
  expect(await at.owner`select 1 from webhook_inbox where source = 'statement'`).toEqual([]);
});

test("a refund made at the bank without a webhook is found by one run, by asking about that payment", async () => {
  const { paymentId } = await settledPayment();
  await withoutWebhooks(() => shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 10_000 }));
  await run();
  expect(await shop.payment(paymentId)).toMatchObject({
    refunded_minor: "10000",
    needs_review: true,
    last_source: "statement",
  });
  expect(await at.owner`select cause from review_tasks where payment_id = ${paymentId}`).toEqual([
    { cause: "external_refund" },
  ]);
  expect(await lastRun()).toEqual({ looked: 1, moved: 1, failed: 0 });
  expect((await shop.events(paymentId)).at(-1)).toMatchObject({ source: "statement", effect: "applied" });
  await run();
  expect(await lastRun()).toBeUndefined();
});

test("a hold let go at the bank without a webhook closes the gate in one run", async () => {
  const { orderId, paymentId } = await settledPayment(at.services.hold);
  await withoutWebhooks(() => shop.pay(paymentId, { action: "refund_at_bank" }));
  expect(await shop.order(orderId)).toMatchObject({ accepted: true });
  await run();
  expect(await shop.payment(paymentId)).toMatchObject({ hold_released: true, captured_minor: "0" });
  expect(await shop.order(orderId)).toMatchObject({ accepted: false });
});

test("money of which no webhook told counts after the bank was asked", async () => {
  const { orderId, paymentId } = await shop.released(at.services.debit);
  await withoutWebhooks(() => shop.pay(paymentId));
  await at.owner`update payments set next_sync_at = now() + interval '1 day' where id = ${paymentId}`;
  await run();
  expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", last_source: "statement" });
  expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
});

/** Somebody pays an invoice on our account under this reference, of which our books know nothing. */
async function strangersInvoice(reference: string, amount: number): Promise<void> {
  const answer = await fetch(`${process.env.MONOBANK_API_URL}/api/merchant/invoice/create`, {
    method: "POST",
    headers: { "x-token": "test-monobank-token", "content-type": "application/json" },
    body: JSON.stringify({ amount, ccy: 980, merchantPaymInfo: { reference, destination: "Передоплата" } }),
  });
  const { invoiceId } = (await answer.json()) as { invoiceId: string };
  await at.monobank.act(invoiceId, { action: "pay" });
}

test("money under a reference of ours that our books do not know is one review task, and an order's link can take it", async () => {
  const reference = makeId("pay", Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  await strangersInvoice(reference, 44_985);
  await run();
  await run();
  expect(await kept(reference)).toMatchObject([{ state: "unmatched", source: "statement", delivery_count: 1 }]);
  const tasks = await at.owner`select t.* from review_tasks t join webhook_inbox i on i.id = t.inbox_id
    where i.reference = ${reference}`;
  expect(tasks).toMatchObject([
    {
      cause: "unmatched_webhook",
      closed_at: null,
      details: { amount: { amount: 44_985, currency: "UAH" }, reference },
    },
  ]);
  const { orderId, paymentId } = await shop.released(at.services.debit);
  const answer = { answer: "attach" as const, note: "Theirs, from before the restore", toOrderId: orderId };
  expect(codeOf(await resolveReview(at.world, at.finance, tasks[0]?.id as ReviewTaskId, answer))).toBe("ok");
  expect(await shop.payment(paymentId)).toMatchObject({ captured_minor: "44985" });
  expect(await kept(reference)).toMatchObject([{ state: "applied" }]);
});

test("another program's sales on the same account are none of ours", async () => {
  await strangersInvoice("SHOP-7781", 12_300);
  await run();
  expect(await kept("SHOP-7781")).toEqual([]);
});

test("two runs at once read it once", async () => {
  const { paymentId } = await settledPayment();
  await withoutWebhooks(() => shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 5_000 }));
  await at.owner`update payment_services set statement_due_at = null`;
  await at.monobank.fault({ operation: "statement", mode: "slow", ms: 200 });
  await Promise.all(Array.from({ length: 4 }, () => shop.run()));
  const { faults } = await at.monobank.call<{ faults: { hits: number }[] }>("GET", "/state");
  await at.monobank.noFaults();
  const [used] = await at.owner`select count(distinct service_id)::int as n from payments p
    join payment_services s on s.id = p.service_id where s.provider = 'monobank'`;
  // The last day of each service, and an older one where the service is old enough to have it.
  expect(faults.map(({ hits }) => hits)).toEqual([used?.n]);
  expect(await kept(paymentId)).toHaveLength(1);
  expect((await shop.events(paymentId)).filter(({ source }) => source === "statement")).toHaveLength(1);
});

test("a run that is killed after it has read and before it has asked loses nothing", async () => {
  const { paymentId } = await settledPayment();
  await withoutWebhooks(() => shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 7_000 }));
  await at.owner`update payment_services set statement_due_at = now() + interval '1 hour' where id <> ${at.services.debit}`;
  await at.owner`update payment_services set statement_due_at = null where id = ${at.services.debit}`;
  // Read and kept; what would have come next never did.
  expect(await readNextStatement(at.world, performance.now() + 10_000)).toHaveLength(1);
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "0" });
  await at.owner`update webhook_inbox set next_attempt_at = now() where state = 'received'`;
  await shop.run();
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "7000", last_source: "statement" });
  expect(await kept(paymentId)).toMatchObject([{ state: "applied" }]);
});

test("a bank that wants to be left alone is, and what was not read is read later", async () => {
  const { paymentId } = await settledPayment();
  await withoutWebhooks(() => shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 3_000 }));
  const before = (await shop.serviceRow(at.services.debit)).statement_read_to;
  await at.monobank.fault({ operation: "statement", mode: "429", retryAfter: 7_200, times: 20 });
  const answer = await run();
  await at.monobank.noFaults();
  expect(answer.failed).toBeGreaterThan(0);
  const row = await shop.serviceRow(at.services.debit);
  expect(row.statement_read_to).toEqual(before);
  expect(Number(row.statement_due_at)).toBeGreaterThan(Date.now() + 7_000_000);
  // A refused question about statements says nothing about links.
  expect(row.credentials_problem_at).toBeNull();
  await managePaymentLinks(at.world, { startedBy: "a test", deadlineMs: 20_000 });
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "0" });
  await run();
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "3000" });
});

test("after all that the bank's ledger and our books agree, but for the stranger", async () => {
  const ids = await at.owner<{ id: PaymentId; refunded_minor: string }[]>`select id, refunded_minor from payments`;
  for (const { id, refunded_minor } of ids) {
    const back = (await at.monobank.linesOf(id)).filter(({ kind }) => kind === "refunded");
    expect([id, back.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n)]).toEqual([
      id,
      BigInt(refunded_minor),
    ]);
  }
});
