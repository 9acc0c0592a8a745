import type { Tx } from "#db/client";
import { insertAllocation } from "#db/queries/allocations";
import type { LockedOrder } from "#db/queries/order-locks";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import type { OrderId, UserId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { securedMinor } from "#lib/domain/payment";
import { type Story, sourceOf } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

/** All that the payment has left counts for the other order from now on. False where nothing is left. */
export async function attachMoney(
  tx: Tx,
  world: World,
  actor: Actor,
  own: LockedOrder,
  other: LockedOrder,
  payment: PaymentRow,
  reason: string,
  story: Story,
): Promise<boolean> {
  const left = await allocate(tx, world, actor, own, payment, other.order.id, reason);
  if (left <= 0n) return false;
  other.attachedMinor += left;
  const said = { paymentId: payment.id, actor, source: sourceOf(actor) } as const;
  const amount = moneyView(left, payment.currency);
  story.timeline.push(
    { ...said, orderId: own.order.id, kind: "payment.attached_to", params: { amount, order: other.order.number } },
    { ...said, orderId: other.order.id, kind: "payment.attached_from", params: { amount, order: own.order.number } },
  );
  return true;
}

/** The money stays recorded and counts for nothing, now and when a hold among it is taken later. */
export async function setAsideMoney(
  tx: Tx,
  world: World,
  actor: Actor,
  own: LockedOrder,
  payment: PaymentRow,
  reason: string,
  story: Story,
): Promise<void> {
  const left = await allocate(tx, world, actor, own, payment, null, reason);
  if (left <= 0n) return;
  story.timeline.push({
    orderId: own.order.id,
    paymentId: payment.id,
    kind: "payment.set_aside",
    params: { amount: moneyView(left, payment.currency) },
    actor,
    source: sourceOf(actor),
  });
}

/** Writes down where a payment's money counts instead, and answers with how much that is. */
async function allocate(
  tx: Tx,
  world: World,
  actor: Actor,
  own: LockedOrder,
  payment: PaymentRow,
  toOrderId: OrderId | null,
  reason: string,
): Promise<bigint> {
  const elsewhere = own.attachedElsewhere.get(payment.id) ?? 0n;
  const left = securedMinor(factsOf(payment)) - elsewhere;
  if (left <= 0n) return left;
  await insertAllocation(tx, {
    id: newId(world, "alc"),
    paymentId: payment.id,
    fromOrderId: own.order.id,
    toOrderId,
    amountMinor: left,
    currency: payment.currency,
    reason,
    createdBy: actor.id as UserId,
  });
  own.attachedElsewhere.set(payment.id, elsewhere + left);
  return left;
}
