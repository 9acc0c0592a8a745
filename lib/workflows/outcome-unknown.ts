import type { Tx } from "#db/client";
import type { LockedOrder, OperationRow } from "#db/queries/order-locks";
import { lockOrderOfPayment } from "#db/queries/order-locks";
import type { PaymentRow } from "#db/queries/payment-rows";
import { findPayment, savePayment } from "#db/queries/payments";
import { transact } from "#db/transact";
import type { PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { isLive, mostSeenMinor } from "#lib/domain/payment";
import { ok } from "#lib/domain/result";
import { askUntil } from "#lib/domain/review";
import { refreshOrder } from "./refresh-order.ts";
import { openTask } from "./review-tasks.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** A call that has been asked about since long after the link's end: a machine will not learn any more how it ended. */
export const isPastAsking = (operation: OperationRow, payment: PaymentRow, now: Date): boolean =>
  now.getTime() > askUntil(payment.validUntil, operation.createdAt).getTime();

/**
 * Nobody could learn how something ended: from here on it is a person's matter, with what the provider last said. Closes the
 * gate; the caller refreshes the order and tells the story. Facts that come later still end it.
 */
export async function raiseOutcomeUnknown(
  tx: Tx,
  world: World,
  payment: PaymentRow,
  about: { operation: OperationRow | null; code: string | null; message: string | null },
  actor: Actor,
  story: Story,
): Promise<void> {
  const changes = {
    reviewReasons: [...new Set([...payment.reviewReasons, "outcome_unknown" as const])],
    // A person may have closed an earlier question of this kind; this is another one.
    reviewAccepted: payment.reviewAccepted.filter((reason) => reason !== "outcome_unknown"),
    needsReview: true,
  };
  const before = { state: payment.state, needsReview: payment.needsReview };
  await savePayment(tx, payment.id, changes);
  Object.assign(payment, changes);
  const { operation, code, message } = about;
  await openTask(tx, world, actor, "outcome_unknown", {
    orderId: payment.orderId,
    paymentId: payment.id,
    details: {
      operation: operation?.kind ?? null,
      amount: operation?.amountMinor ? moneyView(operation.amountMinor, payment.currency) : null,
      attempts: operation?.attempts ?? payment.syncAttempts,
      since: (operation?.createdAt ?? payment.createdAt).toISOString(),
      code,
      message,
      state: payment.state,
    },
  });
  story.timeline.push({
    orderId: payment.orderId,
    paymentId: payment.id,
    kind: "payment.review",
    params: {
      attempt: payment.attempt,
      provider: payment.provider,
      reason: "outcome_unknown",
      asked: moneyView(payment.amountMinor, payment.currency),
      reported: moneyView(mostSeenMinor(payment) || payment.amountMinor, payment.currency),
    },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "payment.state",
    entity: "payment",
    entityId: payment.id,
    before,
    after: { state: payment.state, needsReview: true, reason: "outcome_unknown", operation: operation?.id ?? null },
  });
}

/** A link or a payment under way whose end nobody has told us for days: raised once. */
export async function raiseStuckPayment(world: World, id: PaymentId, actor: Actor, said: string | null): Promise<void> {
  const isStuck = (payment: PaymentRow) =>
    isLive(payment.state) &&
    payment.state !== "creating" &&
    !payment.reviewReasons.includes("outcome_unknown") &&
    world.now().getTime() > askUntil(payment.validUntil).getTime();
  const seen = await findPayment(world.db, id);
  if (!seen || !isStuck(seen)) return;
  await transact<null, never>(world.db, async (tx) => {
    const locked: LockedOrder | null = await lockOrderOfPayment(tx, id);
    const payment = locked?.payments.find((row) => row.id === id);
    if (!locked || !payment || !isStuck(payment)) return ok(null);
    const story = emptyStory();
    await raiseOutcomeUnknown(tx, world, payment, { operation: null, code: null, message: said }, actor, story);
    await refreshOrder(tx, locked, {}, world.now(), actor, story);
    await tellStory(tx, story);
    return ok(null);
  });
}
