import { nextNumber } from "#db/queries/document-numbers";
import { partiesOfOrder } from "#db/queries/documents";
import { insertInvoice } from "#db/queries/invoices";
import { fulfilledLines } from "#db/queries/order-lines";
import { lockOrder } from "#db/queries/order-locks";
import { findPaymentState } from "#db/queries/payments";
import { transact } from "#db/transact";
import type { InvoiceId, OrderId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { gate } from "#lib/domain/order";
import { invoicedShare } from "#lib/domain/order-line";
import { blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { finalizeHold } from "./finalize-hold.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { chooseLines, progressAfter, type ShipInput, withGate } from "./ship-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import { syncPayment } from "./sync-payment.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

/** How often and how long a finalization is waited for before the person is told to come back. */
const ASK_EACH_MS = 700;
const ASK_TIMES = 8;

/**
 * Invoices what is named, or all that is left. Held money is finalized first and the invoice is posted when the provider
 * confirms; a refusal stops the invoice with the provider's sentence, and nothing is half-done.
 */
export async function invoiceOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: Omit<ShipInput, "trackingNumber">,
): Promise<Result<{ invoiceId: InvoiceId }, Refusal>> {
  const holds = await holdsToFinalize(world, orderId, input);
  if (!holds.ok) return holds;
  for (const hold of holds.value) {
    const taken = await takeHold(world, actor, hold);
    if (!taken.ok) return taken;
  }
  return withGate("invoice", () => postInvoice(world, actor, orderId, input));
}

/** Looks, without changing anything, whether the invoice could be posted, and names the holds it rests on. */
async function holdsToFinalize(
  world: World,
  orderId: OrderId,
  input: Omit<ShipInput, "trackingNumber">,
): Promise<Result<PaymentId[], Refusal>> {
  return transact<PaymentId[], Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const closed = gate(lockedForGate(locked), paymentsForGate(locked), world.now(), "invoice").filter(
      // A hold inside its margin is finalized by this very step.
      ({ code }) => code !== "HOLD_EXPIRING",
    )[0];
    if (closed) return refuse(blocked(closed));
    const chosen = chooseLines(await fulfilledLines(tx, orderId, "invoiced"), input.lines, "invoice");
    if (!chosen.ok) return chosen;
    return ok(locked.payments.filter((row) => row.state === "withholding").map((row) => row.id));
  });
}

async function takeHold(world: World, actor: Actor, paymentId: PaymentId): Promise<Result<null, Refusal>> {
  const asked = await finalizeHold(world, actor, paymentId, { amountMinor: null });
  const underWay =
    !asked.ok &&
    asked.error.kind === "blocked" &&
    ["OPERATION_RUNNING", "NOTHING_HELD"].includes(asked.error.blocker.code);
  if (!asked.ok && !underWay) return asked;
  for (let time = 0; time < ASK_TIMES; time++) {
    if ((await findPaymentState(world.db, paymentId)) !== "withholding") return ok(null);
    await new Promise((wake) => setTimeout(wake, ASK_EACH_MS));
    await syncPayment(world, actor, paymentId);
  }
  return refuse(
    blocked(
      blocker("OPERATION_RUNNING", "invoice", "finance", ["sync", "open_transaction"], {
        operation: "finalize",
        paymentId,
      }),
    ),
  );
}

async function postInvoice(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: Omit<ShipInput, "trackingNumber">,
): Promise<Result<{ invoiceId: InvoiceId }, Refusal>> {
  return transact<{ invoiceId: InvoiceId }, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    const closed = gate(lockedForGate(locked), paymentsForGate(locked), world.now(), "invoice")[0];
    if (closed) return refuse(blocked(closed));
    const lines = await fulfilledLines(tx, orderId, "invoiced");
    const chosen = chooseLines(lines, input.lines, "invoice");
    if (!chosen.ok) return chosen;

    const invoiceId = newId(world, "inv");
    const number = await nextNumber(tx, "invoice");
    const rows = chosen.value.map(({ line, quantityMilli }) => {
      const { totalMinor, vatMinor } = invoicedShare(line, quantityMilli);
      return { invoiceId, lineId: line.id, quantityMilli, totalMinor, vatMinor };
    });
    const totalMinor = rows.reduce((sum, row) => sum + row.totalMinor, 0n);
    const invoice = {
      id: invoiceId,
      orderId,
      number,
      note: input.note,
      currency: order.currency,
      totalMinor,
      parties: await partiesOfOrder(tx, orderId),
      createdBy: personOf(actor),
      createdAt: world.now(),
    };
    await insertInvoice(tx, invoice, rows);

    const story = emptyStory();
    story.timeline.push({
      orderId,
      kind: "invoice.created",
      params: { number, total: moneyView(totalMinor, order.currency) },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "invoice.create",
      entity: "invoice",
      entityId: invoiceId,
      after: {
        orderId,
        number,
        total: totalMinor,
        lines: rows.map(({ lineId, quantityMilli }) => ({ lineId, quantityMilli })),
      },
    });
    await refreshOrder(tx, locked, { invoiced: progressAfter(lines, chosen.value) }, world.now(), actor, story);
    await tellStory(tx, story);
    return ok({ invoiceId });
  });
}
