import { lockOrder, lockOrderOfPayment } from "#db/queries/order-locks";
import { savePayment } from "#db/queries/payments";
import { transact } from "#db/transact";
import { holdWarningDue } from "#lib/domain/hold-warning";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { ok } from "#lib/domain/result";
import { refreshOrder } from "./refresh-order.ts";
import { ownerOf } from "./staff-notices.ts";
import { emptyStory, tellStory } from "./story.ts";
import { TASK, type World } from "./world.ts";

const BY_ITSELF = { actor: { id: "holdpoint", name: "Holdpoint" }, source: "holdpoint" } as const;

/**
 * Warns finance and the order's salesperson of a hold that ends soon, or that has ended by the clock. What was warned of is
 * written in the same transaction, with the row locked: a killed process has warned or has not, two instances warn once.
 */
export async function warnOfHold(world: World, paymentId: PaymentId): Promise<boolean> {
  const warned = await transact<boolean, never>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    const payment = locked?.payments.find((row) => row.id === paymentId);
    if (!locked || payment?.state !== "withholding" || !payment.holdExpiresAt) return ok(false);
    const hours = holdWarningDue(payment, world.now());
    if (hours === null) return ok(false);
    await savePayment(tx, paymentId, { holdWarnedHours: hours });
    payment.holdWarnedHours = hours;

    const letGo = locked.operations.some((call) => call.paymentId === paymentId && call.kind === "release_hold");
    const story = emptyStory();
    const end = payment.holdExpiresAt.toISOString();
    const amount = moneyView(payment.heldMinor, payment.currency);
    const about = { orderId: payment.orderId, paymentId };
    const to = [ownerOf(locked), "finance"] as const;
    // Somebody is giving the money back: its end is what they want.
    if (!letGo) {
      story.timeline.push({
        ...about,
        kind: hours > 0 ? "hold.expiring" : "hold.ended",
        params: { amount, hours, holdExpiresAt: end, attempt: payment.attempt, provider: payment.provider },
        ...BY_ITSELF,
      });
      story.notices.push(
        hours > 0
          ? {
              ...about,
              kind: "hold_expiring",
              to,
              params: { amount, hours, until: end },
              dedupeKey: `hold_expiring:${paymentId}:${hours}`,
            }
          : { ...about, kind: "hold_lost", to, params: { amount, how: "ended" }, dedupeKey: `hold_lost:${paymentId}` },
      );
    }
    await refreshOrder(tx, locked, {}, world.now(), TASK, story);
    await tellStory(tx, story);
    return ok(true);
  });
  return warned.ok && warned.value;
}

/** Writes down that an order's gate has closed by itself: its hold came within the safety margin, its waiver ended. */
export async function closeGateInTime(world: World, orderId: OrderId): Promise<boolean> {
  const closed = await transact<boolean, never>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked?.order.accepted) return ok(false);
    const story = emptyStory();
    const { accepted } = await refreshOrder(tx, locked, {}, world.now(), TASK, story);
    await tellStory(tx, story);
    return ok(!accepted);
  });
  return closed.ok && closed.value;
}
