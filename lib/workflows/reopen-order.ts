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
import { askBeforeWithdrawing } from "./withdraw-link.ts";
import type { Actor, World } from "./world.ts";

/**
 * Returns a released order to open for editing. What a customer could still pay is taken away at the provider first (the live
 * link, or a declined one that may be tried again), so that nobody pays an amount that is being changed; while that is not
 * confirmed the order stays released and `pending` is true. Held and taken money stays where it is: saving asks what becomes
 * of it.
 */
export async function reopenOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { version?: number },
): Promise<Result<{ orderId: OrderId; pending: boolean }, Refusal>> {
  type Standing = { id: PaymentId; how: "cancel" | "ask" | "retire" };
  const asked = new Set<PaymentId>();
  const tried = new Set<PaymentId>();
  for (;;) {
    const done = await transact<Standing | null, Refusal>(world.db, async (tx) => {
      const locked = await lockOrder(tx, orderId);
      if (!locked) return refuse(notFound("order"));
      const { order } = locked;
      if (tried.size + asked.size === 0 && input.version !== undefined && input.version !== order.version)
        return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
      const { extras } = await extrasOf(tx, world, locked);
      const no = orderBlocker("reopen", lockedForGate(locked), paymentsForGate(locked), extras);
      if (no) return refuse(blocked(no));
      const live = locked.payments.find((row) => isLive(row.state));
      if (live) {
        const { cancelUnpaidLink } = world.findProvider(live.provider).capabilities;
        return ok({ id: live.id, how: cancelUnpaidLink || asked.has(live.id) ? "cancel" : "ask" });
      }
      const declined = locked.payments.find((row) => !tried.has(row.id) && isPayableAgain(world, row));
      if (declined) return ok({ id: declined.id, how: "retire" });

      const story = emptyStory();
      story.timeline.push({ orderId, kind: "order.reopened", params: {}, actor, source: sourceOf(actor) });
      story.audits.push({
        actor: auditActor(actor),
        action: "order.reopen",
        entity: "order",
        entityId: orderId,
        before: { status: order.status, version: order.version },
        after: { version: order.version + 1 },
      });
      await refreshOrder(tx, locked, { releasedAt: null, version: order.version + 1 }, world.now(), actor, story);
      await tellStory(tx, story);
      return ok(null);
    });
    if (!done.ok) return done;
    const standing = done.value;
    if (!standing) return ok({ orderId, pending: false });
    if (standing.how === "ask") {
      asked.add(standing.id);
      await askBeforeWithdrawing(world, actor, standing.id, "reopen");
      continue;
    }
    // Still there after it was cancelled: somebody else is at it.
    if (tried.has(standing.id)) return ok({ orderId, pending: true });
    tried.add(standing.id);
    if (standing.how === "cancel") {
      const cancelled = await cancelPayment(world, actor, standing.id, { reason: null });
      if (!cancelled.ok) return cancelled;
      if (cancelled.value.pending) return ok({ orderId, pending: true });
    } else {
      const gone = await retireDeclinedLink(world, actor, standing.id, "reopen");
      if (!gone.ok) return gone;
    }
  }
}
