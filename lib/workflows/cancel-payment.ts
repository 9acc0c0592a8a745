import { factsOf } from "#db/queries/payment-rows";
import { findPayment, savePayment } from "#db/queries/payments";
import type { OperationId, PaymentId } from "#lib/domain/ids";
import { everHadMoney } from "#lib/domain/payment";
import { blocked, blocker, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer, type PaymentInHand, planOperation } from "./payment-command.ts";
import { applyObservation } from "./record-observation.ts";
import { auditActor, sourceOf } from "./story.ts";
import { syncPayment } from "./sync-payment.ts";
import { withdrawal } from "./withdrawal.ts";
import type { Actor, World } from "./world.ts";

/**
 * Cancels a live unpaid link: at the provider where it can be, confirmed by its answer; where it cannot (a LiqPay checkout
 * link) we stop serving it, say so, and watch it to its end, because somebody may still pay it.
 */
export async function cancelPayment(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: { reason?: string | null | undefined },
): Promise<Result<PaymentAnswer, Refusal>> {
  const cancelled = await commandPayment(world, actor, paymentId, "cancel_payment", async (hand) =>
    ok(await planCancel(hand, world, actor, input.reason ?? null)),
  );
  const refused = !cancelled.ok && cancelled.error.kind === "blocked" && cancelled.error.blocker.code;
  if (refused !== "PROVIDER_REFUSED") return cancelled;
  // Why it would not be cancelled only its status tells: most likely it has just been paid, and then the order is.
  await syncPayment(world, actor, paymentId);
  const payment = await findPayment(world.db, paymentId);
  return payment && everHadMoney(factsOf(payment))
    ? refuse(blocked(blocker("CANCEL_REFUSED", "cancel_payment", "finance", ["refund"], { paymentId })))
    : cancelled;
}

/** Writes the wish to cancel a live link, carried out after the commit; null where we only stop serving it, which is done at once. */
export async function planCancel(
  hand: PaymentInHand,
  world: World,
  actor: Actor,
  reason: string | null,
): Promise<OperationId | null> {
  const { tx, locked, payment, story } = hand;
  const paymentId = payment.id;
  const atProvider = world.findProvider(payment.provider).capabilities.cancelUnpaidLink;
  const said = { actor, source: sourceOf(actor), orderId: payment.orderId, paymentId } as const;
  const common = {
    attempt: payment.attempt,
    provider: payment.provider,
    ...(reason ? { reason } : {}),
  };
  story.audits.push({
    actor: auditActor(actor),
    action: "payment.cancel",
    entity: "payment",
    entityId: paymentId,
    before: { state: payment.state },
    after: { atProvider },
    reason,
  });
  if (atProvider) {
    const changes = { cancelRequestedAt: world.now() };
    await savePayment(tx, paymentId, changes);
    Object.assign(payment, changes);
    story.timeline.push({ ...said, kind: "link.cancel_requested", params: common });
    return planOperation(hand, world, actor, "cancel_link", null);
  }
  const report = { source: "action", sourceRef: null, actor, observation: withdrawal(paymentId) } as const;
  await applyObservation(tx, world, locked, paymentId, report, story);
  story.timeline.push({ ...said, kind: "link.cancelled", params: { ...common, confirmed: "ours" } });
  return null;
}
