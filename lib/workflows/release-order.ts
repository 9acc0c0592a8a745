import { lockOrder } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { OperationId, OrderId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { missingOf, securedOf } from "#lib/domain/order";
import { orderBlocker } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import { requiredFor } from "#lib/domain/prepayment";
import { blocked, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { extrasOf, prepaymentOfRow } from "./order-extras.ts";
import { planLink } from "./plan-link.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { runOperation } from "./run-operation.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Releases an open order: freezes what is required, and where money is missing writes the payment and creates its link in
 * one go. `pending` is true while the provider's answer is awaited. Releasing an order twice finds the first release.
 */
export async function releaseOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { version?: number },
): Promise<Result<{ orderId: OrderId; pending: boolean }, Refusal>> {
  type Planned = { operationId: OperationId | null; pending: boolean };
  const planned = await transact<Planned, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    const { extras, service } = await extrasOf(tx, world, locked);
    const now = world.now();

    // A second press, or a second person: the link that the first one asked for is the answer.
    const live = locked.payments.find((row) => isLive(row.state));
    if (order.releasedAt && live) return ok({ operationId: null, pending: live.state === "creating" });
    if (input.version !== undefined && input.version !== order.version && !order.releasedAt)
      return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
    const no = orderBlocker("release", lockedForGate(locked), paymentsForGate(locked), extras);
    if (no) return refuse(blocked(no));

    const story = emptyStory();
    const requiredMinor = requiredFor(prepaymentOfRow(order), order.totalMinor, service !== null);
    const missing = missingOf(requiredMinor, securedOf(lockedForGate(locked), paymentsForGate(locked)));
    story.timeline.push({
      orderId,
      kind: "order.released",
      params: {
        ...(service && requiredMinor > 0n
          ? { amount: moneyView(requiredMinor, order.currency), service: service.name }
          : {}),
      },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "order.release",
      entity: "order",
      entityId: orderId,
      before: { status: order.status, version: order.version },
      after: {
        required: requiredMinor,
        total: order.totalMinor,
        currency: order.currency,
        serviceId: service?.id ?? null,
      },
    });
    const link = service && missing > 0n ? await planLink(tx, world, locked, service, missing, actor, story) : null;
    await refreshOrder(tx, locked, { releasedAt: now, requiredMinor, version: order.version + 1 }, now, actor, story);
    await tellStory(tx, story);
    return ok({ operationId: link?.operationId ?? null, pending: link !== null });
  });
  if (!planned.ok) return planned;
  if (!planned.value.operationId) return ok({ orderId, pending: planned.value.pending });
  const outcome = await runOperation(world, planned.value.operationId, actor);
  return ok({ orderId, pending: outcome === null || outcome.state === "pending" });
}
