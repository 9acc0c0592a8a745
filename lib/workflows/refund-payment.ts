import { sumRefundsAskedFor } from "#db/queries/operations";
import { LIVE_OPERATIONS } from "#db/queries/order-locks";
import { findPayment } from "#db/queries/payments";
import type { OperationId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { blocked, blocker, invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer, type PaymentInHand, planOperation } from "./payment-command.ts";
import { reverseOffline } from "./reverse-offline.ts";
import { auditActor, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Gives taken money back, all that is left of it (`amountMinor` null) or a part, with a reason. Never more than was taken
 * less what went back or is on its way back, however many ask at once: the payment's row is locked while that is added up,
 * and one refund runs at a time. Pending until the provider says it is done.
 */
export async function refundPayment(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: { amountMinor: bigint | null; reason: string },
): Promise<Result<PaymentAnswer, Refusal>> {
  // Nobody holds recorded money for us: taking it back is a note of ours, not a wish to a provider.
  const known = await findPayment(world.db, paymentId);
  if (known?.provider === "offline") return reverseOffline(world, actor, paymentId, input);
  return commandPayment(world, actor, paymentId, "refund", async (hand) => {
    const { tx, payment } = hand;
    const { capabilities } = world.findProvider(payment.provider);
    const view = (amount: bigint) => moneyView(amount, payment.currency);
    // A refund whose end nobody knows may have gone through: until a person has looked, it is on its way.
    const isOpen =
      payment.reviewReasons.includes("outcome_unknown") && !payment.reviewAccepted.includes("outcome_unknown");
    const onItsWayBack = await sumRefundsAskedFor(tx, paymentId, [
      ...LIVE_OPERATIONS,
      ...(isOpen ? (["needs_review"] as const) : []),
    ]);
    const left = payment.capturedMinor - payment.refundedMinor - onItsWayBack;
    const amountMinor = input.amountMinor ?? left;
    if (amountMinor <= 0n) return refuse(invalid({ field: "amount", code: "not_positive" }));
    if (amountMinor > left)
      return refuse(
        blocked(
          blocker("REFUND_TOO_MUCH", "refund", "finance", ["refund"], { left: view(left), asked: view(amountMinor) }),
        ),
      );
    if (amountMinor < payment.capturedMinor && !capabilities.refundPart)
      return refuse(
        blocked(blocker("NOT_SUPPORTED", "refund", "finance", ["open_transaction"], { provider: payment.provider })),
      );

    return ok(await planRefund(hand, world, actor, amountMinor, input.reason));
  });
}

/** Writes the wish to give back so much of what was taken; carried out after the commit. */
export async function planRefund(
  hand: PaymentInHand,
  world: World,
  actor: Actor,
  amountMinor: bigint,
  reason: string,
): Promise<OperationId> {
  const { payment, story } = hand;
  story.timeline.push({
    orderId: payment.orderId,
    paymentId: payment.id,
    kind: "refund.requested",
    params: {
      amount: moneyView(amountMinor, payment.currency),
      reason,
      attempt: payment.attempt,
      provider: payment.provider,
    },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "payment.refund",
    entity: "payment",
    entityId: payment.id,
    before: { captured: payment.capturedMinor, refunded: payment.refundedMinor },
    after: { amount: amountMinor },
    reason,
  });
  return planOperation(hand, world, actor, "refund", amountMinor, reason);
}
