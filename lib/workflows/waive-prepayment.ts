import type { LockedOrder } from "#db/queries/order-locks";
import { lockOrder } from "#db/queries/order-locks";
import {
  findOrderOfWaiver,
  insertWaiver,
  lockWaiver,
  saveWaiver,
  type WaiverRow,
  waiverWaiting,
} from "#db/queries/waivers";
import { transact } from "#db/transact";
import type { OrderId, UserId, WaiverId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import { moneyView } from "#lib/domain/money";
import { orderBlocker } from "#lib/domain/order-actions";
import { blocked, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { LONGEST_WAIVER_DAYS, type WaiverAction, waivableMinor, waiverBlocker } from "#lib/domain/waiver";
import { extrasOf } from "./order-extras.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, personOf, type World } from "./world.ts";

type Waived = { waiverId: WaiverId; orderId: OrderId };
type Answer = Result<Waived, Refusal>;

/**
 * Asks that an order may ship unpaid up to an amount until a moment: at most what is missing, and one question at a time.
 * Counts for nothing until another person approves it.
 */
export async function requestWaiver(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { capMinor: bigint; currency: string; reason: string; endsAt: Date },
): Promise<Answer> {
  return transact<Waived, Refusal>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return refuse(notFound("order"));
    const { order } = locked;
    const now = world.now();
    const waiting = await waiverWaiting(tx, orderId, now);
    const rules = {
      ...lockedForGate(locked),
      pendingApprovals: waiting
        ? [{ kind: "waiver" as const, amountMinor: waiting.capMinor, since: waiting.requestedAt }]
        : [],
    };
    const payments = paymentsForGate(locked);
    const { extras } = await extrasOf(tx, world, locked);
    const no = orderBlocker("waive", rules, payments, extras);
    if (no) return refuse(blocked(no));
    if (input.currency !== order.currency)
      return refuse(invalid({ field: "cap.currency", code: "other_currency", params: { currency: order.currency } }));
    if (input.capMinor <= 0n) return refuse(invalid({ field: "cap", code: "not_positive" }));
    if (input.capMinor > waivableMinor(rules, payments, now))
      return refuse(invalid({ field: "cap", code: "above_missing" }));
    if (input.endsAt.getTime() <= now.getTime()) return refuse(invalid({ field: "endsAt", code: "in_the_past" }));
    if (input.endsAt.getTime() > now.getTime() + LONGEST_WAIVER_DAYS * 86_400_000)
      return refuse(invalid({ field: "endsAt", code: "too_far", params: { days: LONGEST_WAIVER_DAYS } }));

    const waiverId = newId(world, "wvr");
    const requestedBy = personOf(actor);
    invariant(requestedBy, "a person asks for a waiver");
    await insertWaiver(tx, {
      id: waiverId,
      orderId,
      currency: order.currency,
      capMinor: input.capMinor,
      reason: input.reason,
      endsAt: input.endsAt,
      requestedBy,
      requestedAt: now,
    });
    const story = emptyStory();
    const amount = moneyView(input.capMinor, order.currency);
    const until = input.endsAt.toISOString();
    story.timeline.push({
      orderId,
      kind: "waiver.requested",
      params: { amount, until, reason: input.reason },
      actor,
      source: sourceOf(actor),
    });
    story.notices.push({
      kind: "approval",
      to: ["finance"],
      except: requestedBy,
      orderId,
      params: { about: "waiver", amount, until, number: order.number, by: actor.name, reason: input.reason },
      dedupeKey: `approval:${waiverId}`,
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "waiver.request",
      entity: "order",
      entityId: orderId,
      after: { waiverId, cap: input.capMinor, currency: order.currency, endsAt: input.endsAt },
      reason: input.reason,
    });
    await tellStory(tx, story);
    return ok({ waiverId, orderId });
  });
}

/** Approves a waiver: by somebody else than who asked, and never by the order's own salesperson. From now on the gate reads it. */
export const approveWaiver = (world: World, actor: Actor, waiverId: WaiverId): Promise<Answer> =>
  decide(world, actor, waiverId, "approve");

/** Takes a waiver back, asked for or approved; what has shipped stays shipped. */
export const revokeWaiver = (world: World, actor: Actor, waiverId: WaiverId): Promise<Answer> =>
  decide(world, actor, waiverId, "revoke");

async function decide(world: World, actor: Actor, waiverId: WaiverId, decision: WaiverAction): Promise<Answer> {
  return transact<Waived, Refusal>(world.db, async (tx) => {
    const orderId = await findOrderOfWaiver(tx, waiverId);
    const locked = orderId && (await lockOrder(tx, orderId));
    const waiver = locked && (await lockWaiver(tx, waiverId));
    if (!locked || !waiver) return refuse(notFound("waiver"));
    const { order } = locked;
    const now = world.now();
    const person = personOf(actor);
    invariant(person && actor.role, "a person decides about a waiver");
    const no = waiverBlocker(decision, waiver, order.salespersonId, { id: person, role: actor.role }, now);
    if (no) return refuse(blocked(no));
    if (decision === "approve" && waiver.approvedAt) return ok({ waiverId, orderId: order.id });

    await saveWaiver(tx, waiverId, changesFor(decision, person, now));
    countWaiver(locked, waiver, decision);
    const story = emptyStory();
    tellDecision(story, actor, locked, waiver, decision);
    await refreshOrder(tx, locked, {}, now, actor, story);
    await tellStory(tx, story);
    return ok({ waiverId, orderId: order.id });
  });
}

const changesFor = (decision: WaiverAction, person: UserId, now: Date): Partial<WaiverRow> =>
  decision === "approve" ? { approvedBy: person, approvedAt: now } : { revokedBy: person, revokedAt: now };

/** The locked order as it is after the decision. */
function countWaiver(locked: LockedOrder, { id, capMinor, endsAt }: WaiverRow, decision: WaiverAction): void {
  const others = locked.waivers.filter((waiver) => waiver.id !== id);
  locked.waivers = decision === "approve" ? [...others, { id, capMinor, endsAt }] : others;
}

function tellDecision(
  story: Story,
  actor: Actor,
  { order }: LockedOrder,
  waiver: WaiverRow,
  decision: WaiverAction,
): void {
  const amount = moneyView(waiver.capMinor, order.currency);
  const until = waiver.endsAt.toISOString();
  story.timeline.push({
    orderId: order.id,
    kind: decision === "approve" ? "waiver.approved" : "waiver.revoked",
    params: { amount, until },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: `waiver.${decision}`,
    entity: "order",
    entityId: order.id,
    before: { waiverId: waiver.id, requestedBy: waiver.requestedBy, approvedBy: waiver.approvedBy },
    after: { cap: waiver.capMinor, endsAt: waiver.endsAt, [decision === "approve" ? "approved" : "revoked"]: true },
    reason: waiver.reason,
  });
}
