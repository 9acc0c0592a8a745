import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { quiet } from "#e2e/rig/oracles";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Row, type Shop, WHOLE } from "#e2e/stories/shop";
import { reviewListQuery, reviewView } from "#lib/contracts/reviews";
import type { OrderId, PaymentId, PaymentServiceId, ReviewTaskId, UserId } from "#lib/domain/ids";
import { readReview, readReviewList } from "#lib/reads/reviews";
import type { Viewer } from "#lib/reads/viewer";
import { assignReview } from "./assign-review.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { refundPayment } from "./refund-payment.ts";
import { requestNewLink } from "./request-new-link.ts";
import { type ReviewInput, resolveReview } from "./resolve-review.ts";
import { shipOrder } from "./ship-order.ts";

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

const ship = (id: OrderId) => shipOrder(at.world, at.sales, id, WHOLE);
const tasksOf = (id: PaymentId): Promise<Row[]> =>
  at.owner`select * from review_tasks where payment_id = ${id} order by opened_at, id`;
const task = async (id: PaymentId, cause: string): Promise<Row> =>
  eventually(
    async () => (await tasksOf(id)).find((row) => row.cause === cause && row.closed_at === null) ?? {},
    (row) => row.id !== undefined,
    `a task: ${cause}`,
  );
const history = async (id: string): Promise<string[]> =>
  (await at.owner`select kind from review_events where task_id = ${id} order by id`).map(({ kind }) => kind);
const answer = (row: Row, input: ReviewInput, by = at.finance) =>
  resolveReview(at.world, by, row.id as ReviewTaskId, input);
const dismiss = { answer: "dismiss", note: "Nobody knows whose it is" } as const;
/** What the database counts toward an order: the gate's third opinion. */
const counted = async (id: OrderId): Promise<number> =>
  Number((await at.owner`select order_covered_now(${id}, 'UAH') as sum`)[0]?.sum);

async function paidLate(service: PaymentServiceId) {
  const made = await shop.released(service);
  expect(codeOf(await requestNewLink(at.world, at.sales, made.orderId, { replace: true }))).toBe("ok");
  const newer = (await shop.last(made.orderId)).id as PaymentId;
  await shop.pay(made.paymentId);
  return { ...made, newer, late: await task(made.paymentId, "late_payment") };
}

test("dismissed money stays recorded and counts for nothing: screen, gate and database agree", async () => {
  const { orderId, paymentId, late } = await paidLate(await shop.service("liqpay"));
  expect(codeOf(await answer(late, dismiss))).toBe("ok");
  expect(await shop.payment(paymentId)).toMatchObject({
    state: "successful",
    captured_minor: "44985",
    needs_review: false,
  });
  expect(await shop.order(orderId)).toMatchObject({
    secured_minor: "0",
    accepted: false,
    status: "pending_prepayment",
  });
  expect(await counted(orderId)).toBe(0);
  // The newer link is still what the customer pays; goods wait for it.
  expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
  expect(await shop.timeline(orderId)).toContain("payment.set_aside");
  expect(await history(late.id)).toEqual(["opened", "closed"]);

  // It can still go back, and that raises nothing.
  const refunded = await refundPayment(at.world, at.finance, paymentId, {
    amountMinor: null,
    reason: "Nobody's money",
  });
  expect(codeOf(refunded)).toBe("ok");
  await shop.timePasses();
  await shop.run();
  await eventually(
    () => shop.payment(paymentId),
    ({ state }) => state === "refunded",
    "refunded",
  );
  expect((await tasksOf(paymentId)).filter(({ closed_at }) => closed_at === null)).toEqual([]);
});

test("a hold that was set aside counts for nothing when it is taken later either", async () => {
  const { orderId, paymentId } = await shop.released(await holdService());
  await shop.pay(paymentId, { action: "pay", amountMinor: 30_000 });
  const differs = await task(paymentId, "amount_mismatch");
  expect(await shop.payment(paymentId)).toMatchObject({ state: "withholding", held_minor: "30000" });
  expect(codeOf(await answer(differs, dismiss))).toBe("ok");
  expect(await counted(orderId)).toBe(0);
  expect(await shop.order(orderId)).toMatchObject({ secured_minor: "0", accepted: false });
  expect(codeOf(await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null }))).toBe("ok");
  await eventually(
    () => shop.payment(paymentId),
    ({ captured_minor }) => captured_minor === "30000",
    "taken",
  );
  expect(await counted(orderId)).toBe(0);
  expect(await shop.order(orderId)).toMatchObject({ secured_minor: "0" });
});

test("money that shipped goods rest on is not dismissed unseen: what is missing then gets a task", async () => {
  const { orderId, paymentId } = await shop.released(await shop.service("liqpay"));
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true }))).toBe("ok");
  const newer = (await shop.last(orderId)).id as PaymentId;
  await shop.pay(newer);
  await eventually(
    () => shop.payment(newer),
    ({ state }) => state === "successful",
    "paid",
  );
  expect(codeOf(await ship(orderId))).toBe("ok");
  // The older link is paid as well, and the newer one given back at the bank: the older money is all there is.
  await shop.pay(paymentId);
  const late = await task(paymentId, "late_payment");
  await shop.pay(newer, { action: "refund_at_bank", amountMinor: 44_985 });
  await shop.sync(newer);
  const refunded = await task(newer, "external_refund");
  expect(codeOf(await answer(refunded, { answer: "dismiss", note: "They told us" }))).toBe("ok");
  expect(codeOf(await answer(late, dismiss))).toBe("ok");
  const missing = await task(paymentId, "cover_lost_after_shipping");
  expect(missing.order_id).toBe(orderId);

  // From the desk: a new link for what is missing; paid, the task closes itself.
  expect(codeOf(await answer(missing, { answer: "new_link", note: "They pay again" }))).toBe("ok");
  const link = await shop.last(orderId);
  expect(link).toMatchObject({ state: "pending", amount_minor: "44985" });
  expect(await history(missing.id)).toEqual(["opened", "answered"]);
  await shop.pay(link.id as PaymentId);
  await eventually(
    () => tasksOf(paymentId),
    (rows) => rows.every(({ closed_at }) => closed_at !== null),
    "the task has closed by itself",
  );
});

test("attached money that goes back leaves the other order too, and goods that left on it are asked about", async () => {
  const { paymentId, late } = await paidLate(await shop.service("liqpay"));
  const other = await shop.released(await shop.service("monobank"));
  const toOther = { answer: "attach", note: "Meant for that one", toOrderId: other.orderId } as const;
  expect(codeOf(await answer(late, toOther))).toBe("ok");
  expect(await shop.order(other.orderId)).toMatchObject({ secured_minor: "44985", accepted: true });
  expect(codeOf(await ship(other.orderId))).toBe("ok");
  await shop.pay(paymentId, { action: "refund_at_bank", amountMinor: 44_985 });
  await shop.sync(paymentId);
  expect(await counted(other.orderId)).toBe(0);
  // Whoever heard of it first, the question or the bank's own word, tells the other order.
  await eventually(
    () => shop.order(other.orderId),
    ({ secured_minor, accepted }) => secured_minor === "0" && accepted === false,
    "the money has left the other order",
  );
  expect((await task(paymentId, "cover_lost_after_shipping")).order_id).toBe(other.orderId);
});

test("of two people who answer at once one is heard, the other learns who", async () => {
  const { paymentId, late } = await paidLate(await shop.service("liqpay"));
  const both = await Promise.all([
    answer(late, { answer: "accept", note: "Ours" }),
    answer(late, { answer: "dismiss", note: "Not ours" }, { ...at.finance, name: "Marta" }),
  ]);
  expect(both.map(codeOf).sort()).toEqual(["REVIEW_CLOSED", "ok"]);
  expect(await history(late.id)).toEqual(["opened", "closed"]);
  expect((await tasksOf(paymentId)).filter(({ closed_at }) => closed_at === null)).toEqual([]);
});

test("a task is given to somebody, taken back, and never to a person who may not answer it", async () => {
  const { late } = await paidLate(await shop.service("liqpay"));
  const give = (ownerId: UserId | null) => assignReview(at.world, at.finance, late.id as ReviewTaskId, { ownerId });
  expect(codeOf(await give(at.sales.id as UserId))).toBe("invalid");
  expect(codeOf(await give(at.finance.id as UserId))).toBe("ok");
  expect(codeOf(await give(at.finance.id as UserId))).toBe("ok");
  expect(codeOf(await give(null))).toBe("ok");
  expect(await history(late.id)).toEqual(["opened", "assigned", "assigned"]);
  const [audit] = await at.owner`select body, actor_name from audit_log where action = 'review.assign'
    and entity_id = ${late.id} order by seq limit 1`;
  expect(audit).toMatchObject({ actor_name: "Olena Koval" });
  expect(JSON.parse(audit?.body)).toMatchObject({ before: { owner: null }, after: { owner: "Olena Koval" } });
  expect(codeOf(await answer(late, { answer: "dismiss", note: "Settled by phone" }))).toBe("ok");
  expect(codeOf(await give(at.finance.id as UserId))).toBe("REVIEW_CLOSED");
});

/** All webhooks have come and found nobody. */
async function keptUnmatched(service: PaymentServiceId): Promise<void> {
  await quiet(at.monobank);
  const kept = await at.owner`select state from webhook_inbox where service_id = ${service} and state <> 'applied'`;
  expect(new Set(kept.map(({ state }) => state))).toEqual(new Set(["unmatched"]));
}

/** Money at our own merchant account on an invoice that no row of ours knows: a database that was restored, another program. */
async function strangersInvoice(service: PaymentServiceId, amount: number): Promise<string> {
  const { MONOBANK_API_URL, APP_URL } = process.env;
  const response = await fetch(`${MONOBANK_API_URL}/api/merchant/invoice/create`, {
    method: "POST",
    headers: { "x-token": "test-monobank-token", "content-type": "application/json" },
    body: JSON.stringify({
      amount,
      ccy: 980,
      merchantPaymInfo: { reference: `crm-${crypto.randomUUID().slice(0, 8)}`, destination: "Оплата" },
      webHookUrl: `${APP_URL}/api/webhooks/${service}`,
      redirectUrl: `${APP_URL}/`,
    }),
  });
  const { invoiceId } = (await response.json()) as { invoiceId: string };
  await at.monobank.call("POST", `/payments/${invoiceId}/act`, { action: "pay" });
  await keptUnmatched(service);
  return invoiceId;
}
const unmatchedTasks = (service: PaymentServiceId): Promise<Row[]> => at.owner`
  select t.* from review_tasks t join webhook_inbox i on i.id = t.inbox_id where i.service_id = ${service} order by t.opened_at`;
const anHourPasses = (service: PaymentServiceId) =>
  at.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update webhook_inbox set received_at = received_at - interval '61 minutes' where service_id = ${service}`;
  });

test("a webhook that finds no payment for an hour is a task of its own, once, and is attached to an order's link", async () => {
  const service = await shop.service("monobank");
  await strangersInvoice(service, 44_985);
  await shop.run();
  expect(await unmatchedTasks(service)).toEqual([]);
  await anHourPasses(service);
  await shop.run();
  await shop.run();
  const tasks = await unmatchedTasks(service);
  expect(tasks).toHaveLength(1);
  const [unmatched = {}] = tasks;
  expect(unmatched).toMatchObject({ cause: "unmatched_webhook", order_id: null, closed_at: null });
  expect(unmatched.details).toMatchObject({ amount: { amount: 44_985, currency: "UAH" }, providerStatus: "success" });

  const elsewhere = await shop.released(await shop.service("monobank"));
  const ours = await shop.released(service);
  const attach = (toOrderId: OrderId | null) => answer(unmatched, { answer: "attach", note: "By phone", toOrderId });
  expect(codeOf(await attach(null))).toBe("invalid");
  // An order whose link is of another service has nothing that this could be the news of.
  expect(codeOf(await attach(elsewhere.orderId))).toBe("invalid");
  expect(codeOf(await attach(ours.orderId))).toBe("ok");
  const payment = await shop.payment(ours.paymentId);
  expect(payment).toMatchObject({ state: "successful", captured_minor: "44985" });
  // The link that was handed out is another invoice: it might be paid as well, so a person looks once more.
  expect(payment.review_reasons).toEqual(["duplicate_payment"]);
  expect((await unmatchedTasks(service)).map(({ resolution, note }) => [resolution, note])).toEqual([
    ["attached", "By phone"],
  ]);
  expect(
    await at.owner`select 1 from webhook_inbox where service_id = ${service} and state = 'unmatched'`,
  ).toHaveLength(0);
  expect(
    codeOf(await answer(await task(ours.paymentId, "duplicate_payment"), { answer: "accept", note: "Paid once" })),
  ).toBe("ok");
  expect(codeOf(await ship(ours.orderId))).toBe("ok");
});

test("a webhook that finds its payment after all closes its task; dismissed, it is not asked about again", async () => {
  const service = await shop.service("monobank");
  const { paymentId } = await shop.released(service);
  // As after a restored backup: for a while the payment's row is not to be found.
  const moveTo = (id: PaymentServiceId) =>
    at.owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update payments set service_id = ${id}, next_sync_at = null where id = ${paymentId}`;
    });
  await moveTo(at.services.debit);
  await shop.pay(paymentId);
  await keptUnmatched(service);
  await anHourPasses(service);
  await shop.run();
  expect((await unmatchedTasks(service)).map(({ closed_at }) => closed_at)).toEqual([null]);
  await moveTo(service);
  await at.owner`update webhook_inbox set next_attempt_at = now() where service_id = ${service}`;
  await shop.run();
  expect(await shop.payment(paymentId)).toMatchObject({ state: "successful" });
  expect((await unmatchedTasks(service)).map(({ resolution, note }) => [resolution, note])).toEqual([
    ["cause_gone", null],
  ]);

  const other = await shop.service("monobank");
  await strangersInvoice(other, 20_000);
  await anHourPasses(other);
  await shop.run();
  const [unmatched = {}] = await unmatchedTasks(other);
  expect(codeOf(await answer(unmatched, { answer: "dismiss", note: "The till's own" }))).toBe("ok");
  await shop.run();
  expect(await unmatchedTasks(other)).toHaveLength(1);
});

/** Everything about a payment happened so many days ago. */
const daysPass = (id: PaymentId, days: number) =>
  at.owner.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update payments set valid_until = valid_until - make_interval(days => ${days}),
      expires_at = expires_at - make_interval(days => ${days}), next_sync_at = now(), locked_until = null where id = ${id}`;
    await tx`update provider_operations set created_at = created_at - make_interval(days => ${days}),
      next_attempt_at = now(), locked_until = null where payment_id = ${id} and state in ('planned', 'sent', 'unknown')`;
  });

test("a refund whose end nobody learns for three days becomes a task, is not asked for twice, and ends by its fact", async () => {
  const service = await shop.service("monobank");
  const { orderId, paymentId } = await shop.paid(service);
  await at.monobank.fault({ operation: "cancel", mode: "drop_before_commit", reference: paymentId, times: 1 });
  await at.monobank.fault({ operation: "status", mode: "503", reference: paymentId });
  await refundPayment(at.world, at.finance, paymentId, { amountMinor: null, reason: "Changed their mind" });
  await daysPass(paymentId, 2);
  await shop.run();
  expect(await tasksOf(paymentId)).toEqual([]);
  await daysPass(paymentId, 2);
  await shop.run();
  const unknown = await task(paymentId, "outcome_unknown");
  expect(unknown.details).toMatchObject({ operation: "refund", amount: { amount: 44_985, currency: "UAH" } });
  expect((await shop.operations(paymentId, "refund"))[0]).toMatchObject({
    state: "needs_review",
    next_attempt_at: null,
  });
  expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");
  // It may have gone through: nobody sends the money a second time before somebody has looked.
  const again = await refundPayment(at.world, at.finance, paymentId, { amountMinor: null, reason: "Again" });
  expect(codeOf(again)).toBe("invalid");
  await shop.run();
  expect((await tasksOf(paymentId)).filter(({ cause }) => cause === "outcome_unknown")).toHaveLength(1);

  // Asked once more the bank is there again, and says that nothing went back: the question stays, the facts are fresh.
  await at.monobank.noFaults();
  await eventually(
    () => answer(unknown, { answer: "ask", note: "" }),
    (asked) => asked.ok,
    "the bank is asked again, some seconds after its last failure",
  );
  expect((await task(paymentId, "outcome_unknown")).id).toBe(unknown.id);
  // The bank did do it, a little later.
  await at.monobank.act(paymentId, { action: "refund_at_bank", amountMinor: 44_985 });
  await shop.sync(paymentId);
  expect((await tasksOf(paymentId)).map(({ cause, resolution }) => [cause, resolution])).toEqual([
    ["outcome_unknown", "refunded"],
  ]);
  expect(await shop.payment(paymentId)).toMatchObject({ state: "refunded", needs_review: false });
});

test("a payment that a bank is at for days becomes a task; dismissed, the link is over and the order can have a new one", async () => {
  const service = await shop.service("monobank");
  const { orderId, paymentId } = await shop.released(service);
  await at.monobank.call("POST", "/switches", { processingMs: 3_600_000 });
  await shop.pay(paymentId, { action: "pay", wait: false });
  await at.monobank.call("POST", "/switches", { processingMs: 20 });
  await shop.sync(paymentId);
  expect(await shop.payment(paymentId)).toMatchObject({ state: "processing" });
  await daysPass(paymentId, 4);
  await shop.run();
  const stuck = await task(paymentId, "outcome_unknown");
  expect(stuck.details).toMatchObject({ operation: null, message: "processing" });
  expect(codeOf(await answer(stuck, { answer: "accept", note: "No such answer" }))).toBe("invalid");
  expect(codeOf(await answer(stuck, { answer: "dismiss", note: "The bank says it is lost" }))).toBe("ok");
  expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", withdrawn: true, needs_review: false });
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
});

async function holdService(): Promise<PaymentServiceId> {
  return shop.service("monobank", "withholding");
}

test("the desk shows whose a task is, what happened to it, and names nobody where it closed by itself", async () => {
  const viewer: Viewer = { ...at.finance, email: "olena@holdpoint.test", role: "finance", language: "en" };
  const { paymentId, late } = await paidLate(await shop.service("liqpay"));
  const look = async () => reviewView.parse(await readReview(late.id as ReviewTaskId, viewer));
  expect(await look()).toMatchObject({
    ownerId: null,
    viewerId: at.finance.id,
    owners: [{ id: at.finance.id, name: "Olena Koval" }],
    history: [{ kind: "opened", actorKind: "webhook" }],
  });
  const lists = async () => {
    const of = async (query: object) =>
      (await readReviewList(reviewListQuery.parse({ limit: 500, ...query }), viewer)).rows.map(({ id }) => id);
    return { mine: await of({ owner: "me" }), nobodys: await of({ owner: "none" }), all: await of({}) };
  };
  const before = await lists();
  expect([before.mine, before.nobodys, before.all].map((ids) => ids.includes(late.id))).toEqual([false, true, true]);
  await assignReview(at.world, at.finance, late.id as ReviewTaskId, { ownerId: at.finance.id as UserId });
  const after = await lists();
  expect([after.mine, after.nobodys, after.all].map((ids) => ids.includes(late.id))).toEqual([true, false, true]);
  const { counts } = await readReviewList(reviewListQuery.parse({}), viewer);
  expect(counts).toMatchObject({ open: after.all.length, mine: after.mine.length, unassigned: after.nobodys.length });

  expect(codeOf(await answer(late, { answer: "refund", note: "Not ours" }))).toBe("ok");
  await shop.timePasses();
  await shop.run();
  await eventually(
    () => shop.payment(paymentId),
    ({ state }) => state === "refunded",
    "given back",
  );
  const closed = await look();
  expect(closed).toMatchObject({
    resolution: "refunded",
    closedByName: null,
    note: "Not ours",
    answers: [],
    owners: [],
  });
  // Nor does the sentence for who comes too late.
  const tooLate = await assignReview(at.world, at.finance, late.id as ReviewTaskId, { ownerId: null });
  expect(tooLate).toMatchObject({ error: { blocker: { code: "REVIEW_CLOSED", params: { name: "" } } } });
  const kinds = closed.history.map(({ kind }) => kind);
  expect(kinds.slice(0, 2)).toEqual(["opened", "assigned"]);
  // The bank's word about the refund may be here before our call to it has returned.
  expect(kinds.slice(2).sort()).toEqual(["answered", "closed", "facts"]);
  expect(closed.history[1]?.params).toEqual({ to: "Olena Koval", from: null });
});
