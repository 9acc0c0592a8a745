import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { quiet } from "#e2e/rig/oracles";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { timelinePage } from "#lib/contracts/orders";
import { type PaymentListQuery, paymentListPage, paymentListQuery, paymentPageView } from "#lib/contracts/payments";
import type { OrderId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { createOrder } from "#lib/workflows/create-order";
import { finalizeHold } from "#lib/workflows/finalize-hold";
import { releaseOrder } from "#lib/workflows/release-order";
import { syncPayment } from "#lib/workflows/sync-payment";
import { readPayment, readPaymentList, readPaymentTimeline } from "./payments.ts";
import type { Viewer } from "./viewer.ts";

let at: WorkflowWorld;
let finance: Viewer;
let sales: Viewer;
beforeAll(async () => {
  at = await startWorkflowWorld();
  finance = {
    id: at.finance.id,
    name: at.finance.name,
    email: "olena@holdpoint.test",
    role: "finance",
    language: "en",
  };
  sales = { ...finance, id: at.sales.id, role: "sales" };
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

async function link(service: PaymentServiceId, amount = 100_000): Promise<{ id: PaymentId; orderId: OrderId }> {
  const created = await createOrder(at.world, at.sales, {
    customerId: at.customer,
    paymentServiceId: service,
    prepayment: { kind: "percent", percent: "50" },
    lines: [
      {
        description: "Перфоратор",
        quantity: "1",
        unitPrice: { amount, currency: "UAH" },
        discountPercent: "0",
        vatPercent: "20",
      },
    ],
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const { orderId } = created.value;
  const done = await releaseOrder(at.world, at.sales, orderId, {});
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  const [row] = await at.owner`select id from payments where order_id = ${orderId}`;
  return { id: row?.id, orderId };
}
async function paid(service: PaymentServiceId, amount?: number): Promise<{ id: PaymentId; orderId: OrderId }> {
  const made = await link(service, amount);
  await at.monobank.act(made.id, { action: "pay" });
  await syncPayment(at.world, at.sales, made.id);
  return made;
}
const view = async (id: PaymentId, viewer = finance) => paymentPageView.parse(await readPayment(id, viewer));
const list = async (query: Partial<PaymentListQuery> = {}) =>
  paymentListPage.parse(await readPaymentList(paymentListQuery.parse(query), sales));
const ids = async (query: Partial<PaymentListQuery>) => (await list({ limit: 500, ...query })).rows.map(({ id }) => id);

describe("the transaction page", () => {
  test("holds every fact, every call and every report of a finalized hold", async () => {
    const { id } = await paid(at.services.hold);
    const held = await view(id);
    expect(held).toMatchObject({
      state: "withholding",
      held: { amount: 50_000 },
      captured: { amount: 0 },
      orderStatus: "released",
      details: { maskedCard: expect.stringMatching(/\d\d$/) },
      operations: [{ kind: "create_link", state: "confirmed", actorName: "Ihor Melnyk" }],
      actions: { finalize: null, refund: { code: "NOTHING_TO_REFUND" } },
    });
    expect(held.events.length).toBeGreaterThan(0);
    expect((await view(id, sales)).actions.finalize?.code).toBe("NOT_PERMITTED");

    expect(await finalizeHold(at.world, at.finance, id, { amountMinor: 30_000n })).toMatchObject({ ok: true });
    // The bank finalizes in its own time.
    await quiet(at.monobank);
    await syncPayment(at.world, at.finance, id);
    expect(await view(id)).toMatchObject({ state: "successful", captured: { amount: 30_000 }, lastFailure: null });
  });

  test("shows a call without an answer, and nothing may be done meanwhile", async () => {
    const { id } = await paid(at.services.hold);
    await at.owner`insert into provider_operations (id, payment_id, order_id, kind, state, attempts, next_attempt_at, actor_name)
      select 'opr_' || substr(id, 5), id, order_id, 'finalize', 'unknown', 3, now(), 'Olena Koval' from payments where id = ${id}`;
    const page = await view(id);
    expect(page.unsettled).toMatchObject({ kind: "finalize", state: "unknown", attempts: 3 });
    expect(page.actions.release_hold?.code).toBe("OPERATION_RUNNING");
  });

  test("shows the provider's last refusal until something succeeds after it", async () => {
    const { id } = await paid(at.services.hold);
    const add = (suffix: string, state: string) => at.owner`
      insert into provider_operations (id, payment_id, order_id, kind, state, code, message, actor_name, finished_at, created_at)
      select 'opr_' || substr(id, 5, 24) || ${suffix}, id, order_id, 'finalize', ${state}, '1005', 'Недостатньо прав', 'Olena Koval',
        now(), now() + ${suffix}::int * interval '1 minute' from payments where id = ${id}`;
    await add("01", "rejected");
    expect((await view(id)).lastFailure).toMatchObject({ kind: "finalize", code: "1005", message: "Недостатньо прав" });
    await add("02", "confirmed");
    expect((await view(id)).lastFailure).toBeNull();
  });

  test("of nothing is nothing", async () => {
    expect(await readPayment("pay_00000000000000000000000000" as PaymentId, finance)).toBeNull();
  });

  test("has the same timeline as its order, its own part", async () => {
    const { id } = await paid(at.services.debit);
    const kinds = timelinePage.parse(await readPaymentTimeline(id, finance)).map(({ kind }) => kind);
    expect(kinds).toContain("payment.captured");
    expect(kinds).not.toContain("order.created");
  });
});

describe("the list", () => {
  test("gives every transaction once, page by page, in every sort", async () => {
    await link(at.services.liqpay);
    await paid(at.services.debit, 250_000);
    const all = (await ids({})).sort();
    for (const sort of ["-createdAt", "createdAt", "-amount", "deadline"] as const) {
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await list({ sort, limit: 2, ...(cursor ? { cursor } : {}) });
        seen.push(...page.rows.map(({ id }) => id));
        if (!page.nextCursor) break;
        cursor = page.nextCursor;
      }
      expect(seen.toSorted()).toEqual(all);
    }
  });

  test("narrows down by provider, service, order, state and plain word", async () => {
    const liqpay = await link(at.services.liqpay);
    const hold = await paid(at.services.hold);
    expect(await ids({ provider: "liqpay" })).toContain(liqpay.id);
    expect(await ids({ provider: "liqpay" })).not.toContain(hold.id);
    expect(await ids({ serviceId: at.services.hold, plain: "paid" })).toContain(hold.id);
    expect(await ids({ orderId: hold.orderId })).toEqual([hold.id]);
    expect(await ids({ state: "withholding" })).toContain(hold.id);
    expect(await ids({ plain: "failed" })).not.toContain(hold.id);
  });

  test("finds by our id, the bank's id, RRN, approval code, amount, order number and customer", async () => {
    const { id, orderId } = await paid(at.services.debit, 777_742);
    const page = await view(id);
    const [row] = await at.owner`select number from sales_orders where id = ${orderId}`;
    const known = [id, page.providerPaymentId, page.details.rrn, page.details.approvalCode, row?.number];
    for (const q of [...known, "3888,71", "3 888.71"]) expect([q, await ids({ q: q ?? "missing" })]).toEqual([q, [id]]);
    expect(await ids({ q: "ромашка" })).toContain(id);
    expect(await ids({ q: "romashka буд" })).toContain(id);
    // The order's total is not the payment's amount.
    expect(await ids({ q: "7777.42" })).toEqual([]);
    expect(await ids({ q: "nothing like it" })).toEqual([]);
  });

  test("leaves deleted transactions out, the page still shows them", async () => {
    const { id } = await link(at.services.debit);
    await at.owner`update payments set ended = 'expired', state = 'expired', deleted_at = now() where id = ${id}`;
    expect(await ids({})).not.toContain(id);
    expect(await ids({ q: id })).toEqual([]);
    expect(await view(id)).toMatchObject({ actions: { delete_payment: { code: "ALREADY_DELETED" } } });
  });
});
