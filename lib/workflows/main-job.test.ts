import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { eventually } from "#e2e/stories/shop";
import type { OrderId, PaymentServiceId } from "#lib/domain/ids";
import { cancelPayment } from "./cancel-payment.ts";
import { createOrder } from "./create-order.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { invoiceOrder } from "./invoice-order.ts";
import { managePaymentLinks } from "./manage-payment-links.ts";
import { releaseOrder } from "./release-order.ts";
import { reopenOrder } from "./reopen-order.ts";
import { requestNewLink } from "./request-new-link.ts";
import { shipOrder } from "./ship-order.ts";
import { updateOrder } from "./update-order.ts";

let at: WorkflowWorld;
beforeAll(async () => {
  at = await startWorkflowWorld();
});
afterAll(() => at?.stop());

/** An open order of two lines over 1 499.50, a prepayment of 30 % (449.85). */
async function openOrder(service: PaymentServiceId | null, percent: string | null = "30"): Promise<OrderId> {
  const line = {
    description: "Перфоратор",
    unitPrice: { amount: 74_975, currency: "UAH" as const },
    discountPercent: "0",
    vatPercent: "20",
    sku: null,
    unit: null,
  };
  const created = await createOrder(at.world, at.sales, {
    customerId: at.customer,
    paymentServiceId: service,
    externalReference: null,
    note: null,
    prepayment: percent ? { kind: "percent", percent } : { kind: "none" },
    lines: [
      { ...line, quantity: "1" },
      { ...line, quantity: "1" },
    ],
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return created.value.orderId;
}

const order = async (id: string) =>
  (await at.owner`select * from sales_orders where id = ${id}`)[0] as Record<string, unknown>;
const attempts = async (id: string) =>
  at.owner<Record<string, string>[]>`select * from payments where order_id = ${id} order by attempt`;
const only = async (id: string) => (await attempts(id)).at(-1) as Record<string, string>;
const all = { trackingNumber: null, note: null };

describe("the main job", () => {
  test("order → release → link → paid → shipped → invoiced, at monobank", async () => {
    const id = await openOrder(at.services.debit);
    expect(await releaseOrder(at.world, at.sales, id, {})).toEqual({
      ok: true,
      value: { orderId: id, pending: false },
    });
    const payment = await only(id);
    expect(payment).toMatchObject({ state: "pending", amount_minor: "44985", attempt: 1 });
    expect(payment.url).toMatch(/^http/);
    expect(await order(id)).toMatchObject({ status: "pending_prepayment", accepted: false });

    const early = await shipOrder(at.world, at.sales, id, all);
    expect(early).toMatchObject({ ok: false, error: { kind: "blocked", blocker: { code: "AWAITING_PAYMENT" } } });

    await at.monobank.act(payment.id as string, { action: "pay" });
    await eventually(
      () => order(id),
      (row) => row.status === "released",
      "released by its payment",
    );
    expect(await order(id)).toMatchObject({ accepted: true, payment_state: "successful", secured_minor: "44985" });

    expect((await shipOrder(at.world, at.sales, id, all)).ok).toBe(true);
    expect((await invoiceOrder(at.world, at.finance, id, { note: null })).ok).toBe(true);
    expect(await order(id)).toMatchObject({ shipped: "fully", invoiced: "fully" });
  });

  test("withholding: held money opens the gate, finalizing takes it", async () => {
    const id = await openOrder(at.services.hold);
    await releaseOrder(at.world, at.sales, id, {});
    const payment = await only(id);
    await at.monobank.act(payment.id as string, { action: "pay" });
    await eventually(
      () => order(id),
      (row) => row.accepted === true,
      "open on a hold",
    );
    expect(await only(id)).toMatchObject({ state: "withholding", held_minor: "44985", captured_minor: "0" });
    const done = await finalizeHold(at.world, at.finance, payment.id as never, { amountMinor: null });
    expect(done.ok).toBe(true);
    await eventually(
      () => only(id),
      (row) => row.state === "successful",
      "captured",
    );
    const kinds = (await at.monobank.linesOf(payment.id as string)).map((line) => line.kind);
    expect(kinds).toContain("captured");
    const operations =
      await at.owner`select state from provider_operations where payment_id = ${payment.id as string} and kind = 'finalize'`;
    expect(operations).toEqual([{ state: "confirmed" }]);
  });

  test("LiqPay: a link that cannot be cancelled there is withdrawn, and the next one asks for what is missing", async () => {
    const id = await openOrder(at.services.liqpay);
    await releaseOrder(at.world, at.sales, id, {});
    const first = await only(id);
    expect(first).toMatchObject({ state: "pending", provider: "liqpay" });
    const cancelled = await cancelPayment(at.world, at.sales, first.id as never, { reason: null });
    expect(cancelled.ok).toBe(true);
    expect(await only(id)).toMatchObject({ state: "cancelled", withdrawn: true });
    const next = await requestNewLink(at.world, at.sales, id, {});
    expect(next.ok).toBe(true);
    const second = await only(id);
    expect(second).toMatchObject({ attempt: 2, state: "pending", amount_minor: "44985" });
    await at.liqpay.act(second.id as string, { action: "pay", link: second.url as string });
    await eventually(
      () => order(id),
      (row) => row.status === "released",
      "paid at LiqPay",
    );
  });

  test("a second press on Release, and a second person, find the first link", async () => {
    const id = await openOrder(at.services.debit);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => releaseOrder(at.world, at.sales, id, {})));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(await attempts(id)).toHaveLength(1);
    const lines = await at.monobank.linesOf((await only(id)).id as string);
    expect(lines.filter((line) => line.kind === "link_created")).toHaveLength(1);
  });

  test("reopening cancels the live link at the bank first; the new release asks for the new amount", async () => {
    const id = await openOrder(at.services.debit);
    await releaseOrder(at.world, at.sales, id, {});
    const first = await only(id);
    expect(await reopenOrder(at.world, at.sales, id, {})).toMatchObject({ ok: true, value: { pending: false } });
    expect((await at.monobank.linesOf(first.id as string)).map((line) => line.kind)).toContain("removed");
    expect(await order(id)).toMatchObject({ status: "open" });
    const { version } = (await order(id)) as { version: number };
    const edited = await updateOrder(at.world, at.sales, id, {
      version,
      externalReference: null,
      note: null,
      prepayment: { kind: "percent", percent: "50" },
    });
    expect(edited.ok).toBe(true);
    await releaseOrder(at.world, at.sales, id, {});
    expect(await only(id)).toMatchObject({ attempt: 2, amount_minor: "74975", state: "pending" });
    expect((await attempts(id))[0]).toMatchObject({ state: "cancelled" });
  });

  test("a webhook that never comes is healed by Manage Payment Links", async () => {
    await at.monobank.webhooks({ mode: "lost" });
    const id = await openOrder(at.services.debit);
    await releaseOrder(at.world, at.sales, id, {});
    await at.monobank.act((await only(id)).id as string, { action: "pay" });
    expect(await order(id)).toMatchObject({ status: "pending_prepayment" });
    const run = await managePaymentLinks(at.world, { startedBy: "tests", deadlineMs: 20_000 });
    await at.monobank.webhooks({ mode: "normal" });
    expect(run.moved).toBeGreaterThan(0);
    expect(await order(id)).toMatchObject({ status: "released" });
  });

  test("an answer to create that is lost ends in one payable link, and the screen is never told a failure", async () => {
    await at.monobank.fault({ operation: "create", mode: "commit_then_drop", times: 1 });
    const id = await openOrder(at.services.debit);
    expect(await releaseOrder(at.world, at.sales, id, {})).toMatchObject({ ok: true, value: { pending: true } });
    // The bank names the invoice by webhook, but never its address.
    const payment = await eventually(
      () => only(id),
      (row) => row.state === "pending" && row.url === null,
      "named by the bank",
    );
    await at.owner`update provider_operations set next_attempt_at = now(), locked_until = null where payment_id = ${payment.id as string}`;
    await managePaymentLinks(at.world, { startedBy: "tests", deadlineMs: 20_000 });
    const settled = await only(id);
    expect(settled.url).toMatch(/^http/);
    const kinds = (await at.monobank.linesOf(payment.id as string)).map((line) => line.kind);
    expect(
      kinds.filter((kind) => kind === "link_created").length - kinds.filter((kind) => kind === "removed").length,
    ).toBe(1);
  });

  test("the ledger of the bank and our events agree", async () => {
    for (const bank of [at.monobank, at.liqpay]) {
      const sums = new Map<string, bigint>();
      for (const line of await bank.ledger())
        if (line.kind === "captured" || line.kind === "paid")
          sums.set(line.reference, (sums.get(line.reference) ?? 0n) + BigInt(line.amountMinor));
      for (const [reference, amount] of sums) {
        const [row] = await at.owner`select captured_minor from payments where id = ${reference}`;
        expect([reference, row?.captured_minor]).toEqual([reference, amount.toString()]);
      }
      expect(sums.size).toBeGreaterThan(0);
    }
    expect(await at.owner`select audit_first_broken() as broken`).toEqual([{ broken: null }]);
  });
});
