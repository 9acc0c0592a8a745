import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { users } from "#db/schema/people";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import {
  type AttachmentId,
  makeId,
  type OfflineReceiptId,
  type OrderId,
  type PaymentId,
  type PaymentServiceId,
  type UserId,
} from "#lib/domain/ids";
import { attachFile } from "./attach-file.ts";
import { cancelOrder } from "./cancel-order.ts";
import { approveOffline, type OfflineInput, recordOffline, refuseOffline } from "./record-offline.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseOrder } from "./release-order.ts";
import { shipOrder } from "./ship-order.ts";
import { syncPayment } from "./sync-payment.ts";
import type { Actor } from "./world.ts";

let at: WorkflowWorld;
let shop: Shop;
let debit: PaymentServiceId;
let marta: Actor;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  debit = await shop.service("monobank");
  marta = await person("Marta Bondar");
  await limit(50_000n);
});
afterAll(() => at?.stop());

async function person(name: string): Promise<Actor> {
  const id = makeId("usr", Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  await at.world.db
    .insert(users)
    .values({ id, name, role: "finance", email: `${id}@holdpoint.test`, passwordHash: "-" });
  return { kind: "user", id, name, role: "finance", requestId: null };
}
const limit = (minor: bigint | null) =>
  at.owner`update company set offline_limit_minor = ${minor === null ? null : minor.toString()}`;

let papers = 0;
const paper = (change: Partial<OfflineInput> = {}): OfflineInput => ({
  kind: "bank_transfer",
  amountMinor: 44_985n,
  currency: "UAH",
  receivedOn: new Date().toISOString().slice(0, 10),
  reference: `№ ${++papers}`,
  note: null,
  attachmentId: null,
  ...change,
});
const record = (orderId: OrderId, change: Partial<OfflineInput> = {}, by = at.finance) =>
  recordOffline(at.world, by, orderId, paper(change));
async function recorded(orderId: OrderId, change: Partial<OfflineInput> = {}) {
  const answer = await record(orderId, change);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
}
const receipt = async (id: OfflineReceiptId) =>
  (await at.owner`select * from offline_receipts where id = ${id}`)[0] ?? {};
const ship = (id: OrderId) => shipOrder(at.world, at.sales, id, WHOLE);
const offlineOf = async (id: OrderId) => (await shop.attempts(id)).filter(({ provider }) => provider === "offline");

/** Posts a shipment past every workflow; whatever the trigger says, nothing stays. */
const shipBySql = (id: OrderId): Promise<string> =>
  at.app
    .begin(async (tx) => {
      const shipment = `shp_${crypto.randomUUID().slice(0, 8)}`;
      await tx`insert into shipments (id, order_id, number) values (${shipment}, ${id}, ${shipment})`;
      throw new Error("allowed");
    })
    .catch((fault: { constraint_name?: string; message: string }) => fault.constraint_name ?? fault.message)
    .then(String);

describe("recorded money", () => {
  test("within the limit counts at once: gate, database, list, timeline, audit; no provider hears of it", async () => {
    const { orderId, paymentId } = await shop.released(debit);
    const { receiptId, waits, link } = await recorded(orderId, { liveLink: "cancel" });
    expect({ waits, link }).toEqual({ waits: false, link: "cancelled" });
    const [payment, ...more] = await offlineOf(orderId);
    expect(more).toHaveLength(0);
    expect(payment).toMatchObject({
      state: "successful",
      captured_minor: "44985",
      service_id: null,
      next_sync_at: null,
      needs_review: false,
      created_by: at.finance.id,
    });
    expect(await receipt(receiptId)).toMatchObject({ payment_id: payment?.id, needs_approval: false });
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true, secured_minor: "44985" });
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled" });
    expect(await shipBySql(orderId)).toBe("allowed");
    expect(codeOf(await ship(orderId))).toBe("ok");
    expect(await shop.operations(payment?.id as PaymentId, "create_link")).toHaveLength(0);
    expect(await shop.timeline(orderId)).toContain("payment.recorded");
    const told = await at.owner`select kind from order_timeline where payment_id = ${payment?.id}`;
    expect(told.map(({ kind }) => kind)).toEqual(["payment.recorded"]);
    expect(await shop.timeline(orderId)).not.toContain("payment.captured");
    const [audit] =
      await at.owner`select body from audit_log where entity_id = ${orderId} and action = 'offline.record'`;
    expect(audit?.body).toContain(receiptId);
    // No link was asked for, so none is told of.
    const actions = await at.owner`select action from audit_log where entity_id = ${payment?.id} order by seq`;
    expect(actions.map(({ action }) => action)).toEqual(["payment.record", "payment.state"]);
    expect(codeOf(await syncPayment(at.world, at.finance, payment?.id as PaymentId))).toBe("OFFLINE_PAYMENT");
  });

  test("with a link in the customer's hand wants to know what becomes of it, and writes nothing until then", async () => {
    const { orderId, paymentId } = await shop.released(debit);
    expect(codeOf(await record(orderId))).toBe("LINK_LIVE");
    expect(await offlineOf(orderId)).toHaveLength(0);
    expect(await at.owner`select 1 from offline_receipts where order_id = ${orderId}`).toHaveLength(0);
    expect((await recorded(orderId, { amountMinor: 10_000n, liveLink: "keep" })).link).toBe("none");
    expect(await shop.payment(paymentId)).toMatchObject({ state: "pending" });
    expect((await shop.order(orderId)).accepted).toBe(false);
  });

  test("that comes twice, by hand and by link, is a task and not a silence", async () => {
    const { orderId, paymentId } = await shop.released(debit, "100");
    await recorded(orderId, { amountMinor: 40_000n, liveLink: "keep" });
    await shop.pay(paymentId);
    await eventually(
      () => shop.payment(paymentId),
      ({ state }) => state === "successful",
      "paid by link too",
    );
    expect((await shop.payment(paymentId)).review_reasons).toContain("duplicate_payment");
    expect(codeOf(await ship(orderId))).not.toBe("ok");
  });

  test("is refused where the words are wrong: amount, currency, a day to come, another order's paper, the same paper again", async () => {
    const { orderId } = await shop.released(debit);
    const other = await shop.openOrder(debit);
    const proof = await attachFile(at.world, at.finance, other, { name: "a.pdf", bytes: Buffer.from("%PDF-1.7") });
    if (!proof.ok) throw new Error("no file");
    const tomorrow = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
    for (const [change, code] of [
      [{ amountMinor: 0n }, "not_positive"],
      [{ currency: "USD" }, "other_currency"],
      [{ receivedOn: tomorrow }, "in_the_future"],
      [{ attachmentId: proof.value.id as AttachmentId }, "unknown_id"],
    ] as const)
      expect(await record(orderId, change)).toMatchObject({ error: { kind: "invalid", errors: [{ code }] } });
    await recorded(orderId, { reference: "UA-1", liveLink: "keep" });
    expect(await record(orderId, { reference: "UA-1", liveLink: "keep" })).toMatchObject({
      error: { errors: [{ field: "reference", code: "already_recorded" }] },
    });
    expect(await offlineOf(orderId)).toHaveLength(1);
  });

  test("before the release is taken off what the link asks for; after a cancel it is a task", async () => {
    const orderId = await shop.openOrder(debit);
    await recorded(orderId, { amountMinor: 20_000n });
    expect(codeOf(await releaseOrder(at.world, at.sales, orderId, {}))).toBe("ok");
    const link = (await shop.attempts(orderId)).find(({ provider }) => provider === "monobank");
    expect(link?.amount_minor).toBe("24985");

    const gone = await shop.openOrder(debit);
    expect(codeOf(await cancelOrder(at.world, at.sales, gone, { reason: "No" }))).toBe("ok");
    await recorded(gone);
    expect((await offlineOf(gone))[0]?.review_reasons).toContain("paid_after_cancel");
  });
});

describe("above the company's limit", () => {
  test("it waits for a second person and counts from the approval on, in domain and trigger alike", async () => {
    const { orderId, paymentId } = await shop.released(debit, "100");
    const { receiptId, waits } = await recorded(orderId, { amountMinor: 149_950n });
    expect(waits).toBe(true);
    expect(await offlineOf(orderId)).toHaveLength(0);
    expect(await shop.order(orderId)).toMatchObject({ accepted: false, secured_minor: "0" });
    expect(await shipBySql(orderId)).toBe("prepayment_not_covered");
    expect(codeOf(await approveOffline(at.world, at.finance, receiptId, { liveLink: "cancel" }))).toBe("FOUR_EYES");
    const token: Actor = { ...at.finance, kind: "token", id: "tok_1", userId: at.finance.id as UserId };
    expect(codeOf(await approveOffline(at.world, token, receiptId, { liveLink: "cancel" }))).toBe("FOUR_EYES");
    expect(codeOf(await approveOffline(at.world, at.sales, receiptId, { liveLink: "cancel" }))).toBe("NOT_PERMITTED");
    expect(codeOf(await approveOffline(at.world, marta, receiptId, {}))).toBe("LINK_LIVE");
    expect(
      await at.owner`select 1 from notices where order_id = ${orderId} and kind = 'approval' and user_id = ${marta.id}`,
    ).toHaveLength(1);

    expect(await approveOffline(at.world, marta, receiptId, { liveLink: "cancel" })).toMatchObject({
      ok: true,
      value: { link: "cancelled" },
    });
    expect(codeOf(await approveOffline(at.world, marta, receiptId, { liveLink: "cancel" }))).toBe("ALREADY_DECIDED");
    expect(await offlineOf(orderId)).toHaveLength(1);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled" });
    expect(await shop.order(orderId)).toMatchObject({ accepted: true, secured_minor: "149950" });
    expect(codeOf(await ship(orderId))).toBe("ok");
  });

  test("the order's own salesperson is not the second person, and without a limit every payment wants one", async () => {
    const { orderId } = await shop.released(debit);
    await limit(null);
    const { receiptId, waits } = await recorded(orderId, { amountMinor: 1n });
    await limit(50_000n);
    expect(waits).toBe(true);
    await at.owner`update sales_orders set salesperson_id = ${marta.id} where id = ${orderId}`;
    expect(codeOf(await approveOffline(at.world, marta, receiptId, { liveLink: "keep" }))).toBe("FOUR_EYES");
  });

  test("refused, it never counts; withdrawn by whoever recorded it just as well", async () => {
    const { orderId } = await shop.released(debit, "100");
    const { receiptId } = await recorded(orderId, { amountMinor: 149_950n });
    expect(codeOf(await refuseOffline(at.world, at.finance, receiptId, { reason: "Typed twice" }))).toBe("ok");
    expect(codeOf(await approveOffline(at.world, marta, receiptId, { liveLink: "keep" }))).toBe("ALREADY_DECIDED");
    expect(await receipt(receiptId)).toMatchObject({ refused_reason: "Typed twice", payment_id: null });
    expect(await offlineOf(orderId)).toHaveLength(0);
    expect(await shop.timeline(orderId)).toContain("payment.not_approved");
  });

  test("two people who approve at once make one payment", async () => {
    const { orderId } = await shop.released(debit, "100");
    const { receiptId } = await recorded(orderId, { amountMinor: 149_950n });
    const third = await person("Oksana Hrin");
    const answers = await Promise.all(
      [marta, third].map((who) => approveOffline(at.world, who, receiptId, { liveLink: "keep" })),
    );
    expect(answers.map(codeOf).sort()).toEqual(["ALREADY_DECIDED", "ok"]);
    expect(await offlineOf(orderId)).toHaveLength(1);
  });
});

describe("a reversal", () => {
  test("takes money out with a reason, in parts, never more than there was, and closes the gate", async () => {
    const { orderId } = await shop.released(debit);
    await recorded(orderId, { liveLink: "cancel" });
    const id = (await offlineOf(orderId))[0]?.id as PaymentId;
    const reverse = (amountMinor: bigint | null) =>
      refundPayment(at.world, at.finance, id, { amountMinor, reason: "Belongs to another customer" });
    expect(codeOf(await reverse(44_986n))).toBe("REFUND_TOO_MUCH");
    expect(codeOf(await reverse(5n))).toBe("ok");
    expect(await shop.payment(id)).toMatchObject({ state: "partially_refunded", needs_review: false });
    expect((await shop.order(orderId)).accepted).toBe(false);
    expect(await shipBySql(orderId)).toBe("prepayment_not_covered");
    expect(codeOf(await reverse(null))).toBe("ok");
    expect(codeOf(await reverse(null))).toBe("NOTHING_TO_REFUND");
    expect(await shop.payment(id)).toMatchObject({ state: "refunded", refunded_minor: "44985" });
    expect((await shop.timeline(orderId)).filter((kind) => kind === "payment.reversed")).toHaveLength(2);
  });

  test("of the same sum by ten people at once happens once", async () => {
    const { orderId } = await shop.released(debit);
    await recorded(orderId, { liveLink: "cancel" });
    const id = (await offlineOf(orderId))[0]?.id as PaymentId;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        refundPayment(at.world, at.finance, id, { amountMinor: 30_000n, reason: "Given back in cash" }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await shop.payment(id)).refunded_minor).toBe("30000");
  });
});

describe("the database", () => {
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => "allowed",
      (fault: { constraint_name?: string; message: string }) => fault.constraint_name ?? fault.message,
    );
  test("takes no payment past the providers without a receipt whose second person is not awaited any more", async () => {
    const { orderId } = await shop.released(debit, "100");
    const { receiptId } = await recorded(orderId, { amountMinor: 149_950n });
    const insert = (
      id: string,
    ) => at.app`insert into payments (id, order_id, provider, attempt, payment_type, mode, hold_margin_hours,
      amount_minor, currency, purpose, language, valid_until, captured_minor, state) values (${id}, ${orderId}, 'offline', 9, 'debit', 'live', 0,
      149950, 'UAH', 'x', 'uk', now(), 149950, 'successful')`;
    expect(await refusal(insert("pay_forged1"))).toBe("offline_receipt");
    const link = at.app.begin(async (tx) => {
      await tx`insert into payments (id, order_id, provider, attempt, payment_type, mode, hold_margin_hours,
        amount_minor, currency, purpose, language, valid_until, captured_minor, state) values ('pay_forged2', ${orderId}, 'offline', 9, 'debit',
        'live', 0, 149950, 'UAH', 'x', 'uk', now(), 149950, 'successful')`;
      await tx`update offline_receipts set payment_id = 'pay_forged2' where id = ${receiptId}`;
    });
    expect(await refusal(link)).toBe("offline_counts");
  });

  test("keeps a receipt as it was recorded, and lets nobody record above the limit alone", async () => {
    const orderId = await shop.openOrder(debit);
    const { receiptId } = await recorded(orderId);
    for (const change of [
      { amount_minor: "1" },
      { reference: "x" },
      { received_on: "2020-01-01" },
      { payment_id: null },
    ])
      expect([
        change,
        await refusal(at.app`update offline_receipts set ${at.app(change)} where id = ${receiptId}`),
      ]).toEqual([change, "offline_frozen"]);
    expect(await refusal(at.app`delete from offline_receipts where id = ${receiptId}`)).not.toBe("allowed");
    const alone = at.app`insert into offline_receipts (id, order_id, kind, amount_minor, currency, received_on, reference, recorded_by, needs_approval)
      values ('ofr_alone', ${orderId}, 'cash', 50001, 'UAH', '2026-11-20', 'x', ${at.finance.id}, false)`;
    expect(await refusal(alone)).toBe("offline_four_eyes");
  });
});

describe("a proof", () => {
  test("is taken by its bytes, kept whole, and counted", async () => {
    const orderId = await shop.openOrder(debit);
    const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(1_000, 7)]);
    const kept = await attachFile(at.world, at.finance, orderId, { name: "Виписка.pdf", bytes });
    expect(kept).toMatchObject({ ok: true, value: { mediaType: "application/pdf", size: bytes.byteLength } });
    const id = kept.ok ? kept.value.id : "";
    const [row] = await at.owner`select content, name from attachments where id = ${id}`;
    expect(Buffer.compare(row?.content, bytes)).toBe(0);
    const { receiptId } = await recorded(orderId, { attachmentId: id as AttachmentId });
    expect((await receipt(receiptId)).attachment_id).toBe(id);
    for (const [name, file, code] of [
      ["invoice.pdf", Buffer.from("<script>alert(1)</script>"), "bad_file"],
      ["empty.png", Buffer.alloc(0), "required"],
      ["large.pdf", Buffer.concat([Buffer.from("%PDF-"), Buffer.alloc(5 * 1024 * 1024)]), "file_too_large"],
    ] as const)
      expect(await attachFile(at.world, at.finance, orderId, { name, bytes: file })).toMatchObject({
        error: { errors: [{ code }] },
      });
  });
});

test("in the end our books and the banks' agree, and every order is its payments", async () => {
  const { wrong } = await shop.check();
  expect(wrong).toEqual([]);
});
