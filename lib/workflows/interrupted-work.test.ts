import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { eventually, openShop, type Shop } from "#e2e/stories/shop";
import { finalizeHold } from "./finalize-hold.ts";
import { pulse } from "./manage-payment-links.ts";
import { readNextStatement } from "./read-statements.ts";

/** What a process leaves behind that dies at work (scenarios.e2e.ts lets real ones die). */
let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
});
afterAll(() => at?.stop());
afterEach(async () => {
  await at.monobank.noFaults();
  await at.monobank.webhooks({ mode: "normal" });
  await shop.check();
});

const died = (kind: string, id: string, times: number, ago = "2 minutes") =>
  at.owner`insert into work_in_hand (kind, id, times, taken_at) values (${kind}, ${id}, ${times}, now() - ${ago}::interval)`;
const inHand = async () => (await at.owner`select id from work_in_hand`).map(({ id }) => id);
const due = () =>
  at.owner`update payments set next_sync_at = now(), locked_until = null where next_sync_at is not null`;
const unheard = async () => {
  await at.monobank.webhooks({ mode: "lost" });
  const made = await shop.paidQuietly(at.services.debit);
  await at.monobank.webhooks({ mode: "normal" });
  return made;
};
const tasksOf = (paymentId: string) =>
  at.owner`select cause, details ->> 'code' as code from review_tasks where payment_id = ${paymentId} and closed_at is null`;

test("a question that three processes died of is put to a person; one that lay beside it is asked", async () => {
  const [poison, innocent] = [await unheard(), await unheard()];
  await died("payment", poison.paymentId, 3);
  await died("payment", innocent.paymentId, 1);
  await due();
  // Between runs nobody reads the bank's statement, which would tell of the money in its own way.
  await pulse(at.world);
  expect(await shop.payment(innocent.paymentId)).toMatchObject({ state: "successful", needs_review: false });
  expect(await shop.payment(poison.paymentId)).toMatchObject({
    state: "pending",
    needs_review: true,
    next_sync_at: null,
  });
  expect(await tasksOf(poison.paymentId)).toEqual([{ cause: "outcome_unknown", code: "work_interrupted" }]);
  expect(await inHand()).toEqual([]);

  // A person asks, and it can be answered again: the task closes itself.
  expect((await shop.sync(poison.paymentId)).ok).toBe(true);
  expect(await shop.payment(poison.paymentId)).toMatchObject({ state: "successful", needs_review: false });
  expect(await tasksOf(poison.paymentId)).toEqual([]);
});

test("twice is not yet three times, and a living process is left to its work", async () => {
  const [again, busy] = [await unheard(), await unheard()];
  await died("payment", again.paymentId, 2);
  await died("payment", busy.paymentId, 1, "5 seconds");
  await due();
  await shop.run();
  expect(await shop.payment(again.paymentId)).toMatchObject({ state: "successful" });
  expect(await shop.payment(busy.paymentId)).toMatchObject({ state: "pending", needs_review: false });
  expect(await inHand()).toEqual([busy.paymentId]);
  await at.owner`delete from work_in_hand`;
});

test("a call that six processes died of is nobody's guess: a person has it, nothing is sent again", async () => {
  const { paymentId } = await shop.paid(at.services.hold);
  await at.monobank.fault({ operation: "finalize", mode: "503", times: 1 });
  await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null });
  const [call] = await shop.operations(paymentId, "finalize");
  await died("operation", call?.id, 6);
  await shop.timePasses();
  await shop.run();
  expect((await shop.operations(paymentId, "finalize")).map(({ state }) => state)).toEqual(["needs_review"]);
  expect(await shop.booked(paymentId, "captured")).toBe(0);
  expect(await tasksOf(paymentId)).toEqual([{ cause: "outcome_unknown", code: "work_interrupted" }]);
});

test("a message that cannot be dealt with is set aside, said aloud, and its payment asked about instead", async () => {
  await at.monobank.fault({ operation: "status", mode: "503" });
  const { paymentId } = await unheard();
  await at.monobank.resend({ reference: paymentId });
  await at.owner`update webhook_inbox set state = 'received', attempts = 20, next_attempt_at = now() where reference = ${paymentId}`;
  await at.owner`update payments set next_sync_at = now() + interval '1 day' where id = ${paymentId}`;
  await shop.run();
  const [kept] = await at.owner`select state from webhook_inbox where reference = ${paymentId}`;
  expect(kept).toEqual({ state: "quarantined" });
  const told =
    await at.owner`select u.role from notices n join users u on u.id = n.user_id where n.params ->> 'how' = 'set_aside'`;
  expect(told).toEqual([{ role: "finance" }]);
  expect((await shop.payment(paymentId)).next_sync_at.getTime()).toBeLessThan(Date.now() + 3_600_000);
});

/** Given back at the bank without a webhook, and due for no question before tomorrow: only the statement tells of it. */
async function toldByStatement(amountMinor: number) {
  const { paymentId } = await shop.paid(at.services.debit);
  await at.monobank.webhooks({ mode: "lost" });
  await shop.pay(paymentId, { action: "refund_at_bank", amountMinor });
  await at.monobank.webhooks({ mode: "normal" });
  await at.owner`update payments set next_sync_at = now() + interval '1 day' where next_sync_at is not null`;
  await at.owner`update payment_services set statement_due_at = null`;
  return paymentId;
}
const lineOf = async (paymentId: string) =>
  (
    await at.owner`select id::text, state from webhook_inbox where reference = ${paymentId} and source = 'statement'`
  )[0];

test("a line of the bank's statement is in hand while its payment is asked about", async () => {
  const paymentId = await toldByStatement(1_000);
  let running: Promise<unknown> = Promise.resolve();
  await at.owner.begin(async (tx) => {
    await tx`select 1 from payments where id = ${paymentId} for update`;
    running = shop.run();
    // The run waits for this row, with the line in hand: this is what it leaves behind when it dies here.
    await eventually(
      async () => [(await lineOf(paymentId))?.id ?? "none", await inHand()] as const,
      ([line, held]) => held.includes(line),
      "the line is in hand",
      30_000,
    );
  });
  await running;
  expect(await inHand()).toEqual([]);
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "1000", last_source: "statement" });
});

test("a line that three processes died of is set aside for good, and its payment asked about by itself", async () => {
  const paymentId = await toldByStatement(2_000);
  // Read and kept by the first that died.
  while ((await readNextStatement(at.world, performance.now() + 10_000)) !== null);
  await died("webhook", (await lineOf(paymentId))?.id, 3);
  await at.owner`update webhook_inbox set next_attempt_at = now() where state = 'received'`;
  await shop.run();
  expect(await lineOf(paymentId)).toMatchObject({ state: "quarantined" });
  expect(await shop.payment(paymentId)).toMatchObject({ refunded_minor: "2000", last_source: "status" });
  // The statement goes on telling it; nobody takes it up again.
  await at.owner`update payment_services set statement_due_at = null`;
  await shop.run();
  expect(await lineOf(paymentId)).toMatchObject({ state: "quarantined" });
  expect(await inHand()).toEqual([]);
});
