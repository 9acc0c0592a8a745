import { lockOrder } from "#db/queries/order-locks";
import { findOrderOfWaiver, insertWaiver, lockWaiver, saveWaiver } from "#db/queries/waivers";
import { transact } from "#db/transact";
import type { OrderId, UserId, WaiverId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { refreshOrder } from "./refresh-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

/** The longest a waiver may last. */
const LONGEST_DAYS = 90;
type Answer = Result<{ waiverId: WaiverId; orderId: OrderId }, Refusal>;

/** Asks that an order may ship unpaid up to an amount until a moment. Counts for nothing until another person approves it. */
export async function requestWaiver(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { capMinor: bigint; currency: string; reason: string; endsAt: Date },
): Promise<Answer> {
  return transact<{ waiverId: WaiverId; orderId: OrderId }, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    if (order.cancelledAt) return refuse(blocked(blocker("ORDER_CANCELLED", "waive", "sales", ["wait"])));
    if (input.currency !== order.currency)
      return refuse(invalid({ field: "cap.currency", code: "other_currency", params: { currency: order.currency } }));
    if (input.capMinor <= 0n) return refuse(invalid({ field: "cap", code: "not_positive" }));
    if (input.capMinor > order.totalMinor) return refuse(invalid({ field: "cap", code: "amount_above_total" }));
    const now = world.now().getTime();
    if (input.endsAt.getTime() <= now) return refuse(invalid({ field: "endsAt", code: "in_the_past" }));
    if (input.endsAt.getTime() > now + LONGEST_DAYS * 86_400_000)
      return refuse(invalid({ field: "endsAt", code: "too_far", params: { days: LONGEST_DAYS } }));
    const waiverId = newId(world, "wvr");
    await insertWaiver(tx, {
      id: waiverId,
      orderId,
      currency: order.currency,
      capMinor: input.capMinor,
      reason: input.reason,
      endsAt: input.endsAt,
      requestedBy: actor.id as UserId,
      requestedAt: world.now(),
    });
    const story = emptyStory();
    const params = {
      amount: moneyView(input.capMinor, order.currency),
      until: input.endsAt.toISOString(),
      reason: input.reason,
    };
    story.timeline.push({ orderId, kind: "waiver.requested", params, actor, source: sourceOf(actor) });
    story.audits.push({
      actor: auditActor(actor),
      action: "waiver.request",
      entity: "order",
      entityId: orderId,
      after: { waiverId, cap: input.capMinor, endsAt: input.endsAt },
      reason: input.reason,
    });
    await tellStory(tx, story);
    return ok({ waiverId, orderId });
  });
}

/** Approves a waiver: by somebody else than who asked, and never by the order's own salesperson. From now on the gate reads it. */
export async function approveWaiver(world: World, actor: Actor, waiverId: WaiverId): Promise<Answer> {
  return decideWaiver(world, actor, waiverId, "approve");
}

/** Takes a waiver back, asked for or approved; what has shipped stays shipped. */
export async function revokeWaiver(world: World, actor: Actor, waiverId: WaiverId): Promise<Answer> {
  return decideWaiver(world, actor, waiverId, "revoke");
}

async function decideWaiver(
  world: World,
  actor: Actor,
  waiverId: WaiverId,
  decision: "approve" | "revoke",
): Promise<Answer> {
  return transact<{ waiverId: WaiverId; orderId: OrderId }, Refusal>(world.db, async (tx) => {
    const orderId = await findOrderOfWaiver(tx, waiverId);
    const locked = orderId && (await lockOrder(tx, orderId));
    if (!locked) return refuse(notFound("waiver"));
    const { order } = locked;
    const waiver = await lockWaiver(tx, waiverId);
    if (!waiver) return refuse(notFound("waiver"));
    if (waiver.revokedAt) return refuse(blocked(blocker("WAIVER_OVER", "waive", "finance", ["wait"])));
    if (decision === "approve") {
      if (waiver.approvedAt) return ok({ waiverId, orderId: order.id });
      if (waiver.endsAt.getTime() <= world.now().getTime())
        return refuse(blocked(blocker("WAIVER_OVER", "waive", "finance", ["wait"], {}, { since: waiver.endsAt })));
      if (waiver.requestedBy === actor.id || order.salespersonId === actor.id)
        return refuse(blocked(blocker("FOUR_EYES", "waive", "finance", ["ask_role"], { role: "finance" })));
    }
    const now = world.now();
    const by = actor.id as UserId;
    const changes = decision === "approve" ? { approvedBy: by, approvedAt: now } : { revokedBy: by, revokedAt: now };
    await saveWaiver(tx, waiverId, changes);
    locked.waivers =
      decision === "approve"
        ? [...locked.waivers, { capMinor: waiver.capMinor, endsAt: waiver.endsAt }]
        : withoutOne(locked.waivers, waiver);
    const story = emptyStory();
    story.timeline.push({
      orderId: order.id,
      kind: decision === "approve" ? "waiver.approved" : "waiver.revoked",
      params: { amount: moneyView(waiver.capMinor, order.currency), until: waiver.endsAt.toISOString() },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: `waiver.${decision}`,
      entity: "order",
      entityId: order.id,
      before: { waiverId, approvedBy: waiver.approvedBy },
      after: { cap: waiver.capMinor, endsAt: waiver.endsAt },
      reason: waiver.reason,
    });
    await refreshOrder(tx, locked, {}, now, actor, story);
    await tellStory(tx, story);
    return ok({ waiverId, orderId: order.id });
  });
}

function withoutOne<W extends { capMinor: bigint; endsAt: Date }>(
  all: W[],
  gone: W | { capMinor: bigint; endsAt: Date },
): W[] {
  const index = all.findIndex(
    (row) => row.capMinor === gone.capMinor && row.endsAt.getTime() === gone.endsAt.getTime(),
  );
  return index < 0 ? all : all.toSpliced(index, 1);
}
