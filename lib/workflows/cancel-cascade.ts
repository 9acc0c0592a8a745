import type { Tx } from "#db/client";
import { moneyAttachedTo } from "#db/queries/allocations";
import { rejectedSince } from "#db/queries/operations";
import type { LockedOrder, OperationRow } from "#db/queries/order-locks";
import type { OrderChanges } from "#db/queries/orders";
import { moneyView } from "#lib/domain/money";
import { cancelSteps } from "#lib/domain/money-back";
import { canOf, planSteps, proposeRefund } from "./give-back.ts";
import { paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { auditActor, type Story, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Brings a wanted cancellation on after news, and stores what follows from them: the order is cancelled when nothing of it can
 * be paid or is held any more; it stays what it was, and says so, where a link turned out to be paid or a provider refused.
 * While a call is without an answer nothing changes. Whoever brings the news finishes it, so it survives a crash.
 */
export async function refreshAfterNews(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  actor: Actor,
  story: Story,
): Promise<void> {
  const { order } = locked;
  const since = order.cancelledAt === null ? order.cancelRequestedAt : null;
  const changes =
    since && locked.operations.length === 0 ? await endOfCancelling(tx, world, locked, since, actor, story) : {};
  await refreshOrder(tx, locked, changes, world.now(), actor, story);
}

async function endOfCancelling(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  since: Date,
  actor: Actor,
  story: Story,
): Promise<OrderChanges> {
  const { order } = locked;
  const [refused] = await rejectedSince(tx, order.id, since);
  if (refused) return stop(locked, refused, actor, story);
  const holds = cancelSteps(paymentsForGate(locked), canOf(world)).filter(({ kind }) => kind === "release_hold");
  if (holds.length === 0) return cancelNow(tx, world, locked, actor, story, order.cancelReason);
  // The link is gone, so no more money can come: now what is held goes back.
  await planSteps(tx, world, locked, holds, actor, story, order.cancelReason);
  return {};
}

/** The order stays what it was: its link turned out to be paid, or the provider would not let go of a hold. */
function stop({ order, payments }: LockedOrder, refused: OperationRow, actor: Actor, story: Story): OrderChanges {
  const payment = payments.find(({ id }) => id === refused.paymentId);
  const paid = refused.code === "paid_meanwhile" || refused.code === "captured";
  story.timeline.push({
    orderId: order.id,
    paymentId: refused.paymentId,
    kind: "order.cancel_stopped",
    params: {
      code: paid ? "paid" : "refused",
      message: refused.message,
      ...(payment ? { amount: moneyView(payment.amountMinor, payment.currency), provider: payment.provider } : {}),
    },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "order.cancel_stopped",
    entity: "order",
    entityId: order.id,
    before: { cancelRequestedAt: order.cancelRequestedAt },
    after: { paymentId: refused.paymentId, operation: refused.kind, code: refused.code },
  });
  return { cancelRequestedAt: null, version: order.version + 1 };
}

/** Nothing can be paid and nothing is held: the order is cancelled, and what was taken is proposed to go back. */
export async function cancelNow(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  actor: Actor,
  story: Story,
  reason: string | null,
): Promise<OrderChanges> {
  const { order } = locked;
  story.timeline.push({
    orderId: order.id,
    kind: "order.cancelled",
    params: { ...(reason ? { reason } : {}) },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "order.cancel",
    entity: "order",
    entityId: order.id,
    before: { status: order.status, version: order.version },
    after: { version: order.version + 1 },
    reason,
  });
  const taken = cancelSteps(paymentsForGate(locked), canOf(world)).filter(({ kind }) => kind === "propose_refund");
  // What is on its way back already needs no proposal.
  const goingBack = new Set(
    locked.operations.filter(({ kind }) => kind === "refund").map(({ paymentId }) => paymentId),
  );
  const open = taken.filter(({ paymentId }) => ![...goingBack].some((id) => id === paymentId));
  await planSteps(tx, world, locked, open, actor, story, reason);
  // What was attached to this order came from other orders' customers: nobody needs it here any more either.
  for (const { payment, amountMinor } of await moneyAttachedTo(tx, order.id))
    await proposeRefund({ tx, payment, story }, world, amountMinor, actor, reason, order.id);
  return { cancelledAt: world.now(), cancelReason: reason, version: order.version + 1 };
}
