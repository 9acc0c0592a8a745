import { lockOrder } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { orderBlocker } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import { blocked, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { cancelPayment } from "./cancel-payment.ts";
import { extrasOf } from "./order-extras.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { isPayableAgain, retireDeclinedLink } from "./retire-declined-link.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

type Answer = Result<{ orderId: OrderId; pending: boolean }, Refusal>;

/**
 * Returns a released order to open for editing. A live unpaid link is cancelled first, so that nobody pays an amount that
 * is being changed; while that is not confirmed the order stays released and `pending` is true.
 */
export async function reopenOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { version?: number },
): Promise<Answer> {
  return afterItsLinkIsDead(world, actor, orderId, "reopen", input, null, async (order) => ({
    changes: { releasedAt: null, version: order.version + 1 },
    kind: "order.reopened",
    audit: "order.reopen",
  }));
}

type Step = {
  changes: Parameters<typeof refreshOrder>[2];
  kind: "order.reopened" | "order.cancelled";
  audit: string;
};

/**
 * The common course of reopening and cancelling: look, take away at the provider what a customer could still pay (the live
 * link, or a declined one that may be tried again), then change the order.
 */
export async function afterItsLinkIsDead(
  world: World,
  actor: Actor,
  orderId: OrderId,
  action: "reopen" | "cancel_order",
  input: { version?: number },
  reason: string | null,
  step: (order: { version: number }) => Promise<Step>,
): Promise<Answer> {
  type Standing = { id: PaymentId; live: boolean };
  const tried = new Set<PaymentId>();
  for (;;) {
    const done = await transact<Standing | null, Refusal>(world.db, async (tx) => {
      const locked = await lockOrder(tx, orderId);
      if (!locked) return refuse(notFound("order"));
      const { order } = locked;
      if (tried.size === 0 && input.version !== undefined && input.version !== order.version)
        return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
      const { extras } = await extrasOf(tx, world, locked);
      const no = orderBlocker(action, lockedForGate(locked), paymentsForGate(locked), extras);
      if (no) return refuse(blocked(no));
      const live = locked.payments.find((row) => isLive(row.state));
      if (live) return ok({ id: live.id, live: true });
      const declined = locked.payments.find((row) => !tried.has(row.id) && isPayableAgain(world, row));
      if (declined) return ok({ id: declined.id, live: false });

      const story = emptyStory();
      const { changes, kind, audit } = await step(order);
      story.timeline.push({ orderId, kind, params: { ...(reason ? { reason } : {}) }, actor, source: sourceOf(actor) });
      story.audits.push({
        actor: auditActor(actor),
        action: audit,
        entity: "order",
        entityId: orderId,
        before: { status: order.status, version: order.version },
        after: { version: order.version + 1 },
        reason,
      });
      await refreshOrder(tx, locked, changes, world.now(), actor, story);
      await tellStory(tx, story);
      return ok(null);
    });
    if (!done.ok) return done;
    const standing = done.value;
    if (!standing) return ok({ orderId, pending: false });
    // Still there after it was cancelled: somebody else is at it.
    if (tried.has(standing.id)) return ok({ orderId, pending: true });
    tried.add(standing.id);
    if (standing.live) {
      const cancelled = await cancelPayment(world, actor, standing.id, { reason });
      if (!cancelled.ok) return cancelled;
      if (cancelled.value.pending) return ok({ orderId, pending: true });
    } else {
      const gone = await retireDeclinedLink(world, actor, standing.id, action);
      if (!gone.ok) return gone;
    }
  }
}
