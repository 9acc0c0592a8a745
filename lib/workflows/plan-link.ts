import type { Tx } from "#db/client";
import { insertOperation } from "#db/queries/operations";
import type { LockedOrder } from "#db/queries/order-locks";
import { insertPayment, markReplaced } from "#db/queries/payments";
import type { ServiceRow } from "#db/queries/services";
import type { OperationId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { auditActor, type Story, sourceOf } from "./story.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

/** How soon the task looks for a call whose maker may have died. */
const FOUND_BY_TASK_AFTER_MS = 20_000;

/** When an operation that is planned now is picked up by the task, if whoever planned it does not carry it out. */
export const pickedUpAt = (world: World): Date => new Date(world.now().getTime() + FOUND_BY_TASK_AFTER_MS);

/**
 * Writes the next attempt of a locked order, amount and currency frozen, and the intent to create its link. Nothing leaves
 * before this is committed. Payments it replaces are marked.
 */
export async function planLink(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  service: ServiceRow,
  amountMinor: bigint,
  actor: Actor,
  story: Story,
): Promise<{ paymentId: PaymentId; operationId: OperationId }> {
  const { order } = locked;
  const paymentId = newId(world, "pay");
  const operationId = newId(world, "opr");
  const attempt = locked.payments.reduce((most, row) => Math.max(most, row.attempt), 0) + 1;
  const purposes = { en: `Payment for order ${order.number}`, uk: `Оплата замовлення ${order.number}` };
  const payment = await insertPayment(tx, {
    id: paymentId,
    orderId: order.id,
    serviceId: service.id,
    provider: service.provider,
    attempt,
    paymentType: service.paymentType,
    mode: service.mode,
    holdMarginHours: service.holdMarginHours,
    amountMinor,
    currency: order.currency,
    requiredMinor: order.requiredMinor,
    purpose: purposes[order.language],
    language: order.language,
    // Providers keep times in whole seconds; a repetition must ask for the very same moment.
    validUntil: new Date(Math.floor(world.now().getTime() / 1000) * 1000 + service.validitySeconds * 1000),
    createdBy: personOf(actor),
    createdAt: world.now(),
  });
  const operation = await insertOperation(tx, {
    id: operationId,
    paymentId,
    orderId: order.id,
    kind: "create_link",
    amountMinor,
    nextAttemptAt: pickedUpAt(world),
    actorId: actor.id,
    actorName: actor.name,
    requestId: actor.requestId,
  });
  const replaced = locked.payments.filter(
    (row) => row.replacedBy === null && row.deletedAt === null && isOver(row.state),
  );
  for (const row of replaced) {
    await markReplaced(tx, row.id, paymentId);
    row.replacedBy = paymentId;
  }
  locked.payments = [...locked.payments, payment];
  locked.operations = [...locked.operations, operation];
  story.timeline.push({
    orderId: order.id,
    paymentId,
    kind: "link.requested",
    params: {
      amount: moneyView(amountMinor, order.currency),
      provider: service.provider,
      service: service.name,
      attempt,
    },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "payment.create",
    entity: "payment",
    entityId: paymentId,
    after: { orderId: order.id, attempt, amount: amountMinor, currency: order.currency, serviceId: service.id },
  });
  return { paymentId, operationId };
}

const isOver = (state: string) => state === "failed" || state === "expired" || state === "cancelled";
