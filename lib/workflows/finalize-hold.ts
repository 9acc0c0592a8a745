import { savePayment } from "#db/queries/payments";
import type { OperationId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { missingOf, securedOf } from "#lib/domain/order";
import { blocked, blocker, invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer, type PaymentInHand, planOperation } from "./payment-command.ts";
import { lockedForGate, paymentsForGate } from "./refresh-order.ts";
import { auditActor, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Takes held money: the whole hold (`amountMinor` null) or a part, the rest going back to the customer. One finalization at
 * a time. The provider's "accepted" is not yet "taken": `pending` stays true until it reports the capture.
 */
export async function finalizeHold(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: { amountMinor: bigint | null },
): Promise<Result<PaymentAnswer, Refusal>> {
  return commandPayment(world, actor, paymentId, "finalize", async (hand) => {
    const { locked, payment } = hand;
    const { capabilities } = world.findProvider(payment.provider);
    const amountMinor = input.amountMinor ?? payment.heldMinor;
    const view = (amount: bigint) => moneyView(amount, payment.currency);
    // The whole of a hold that is more than the order now costs: nobody takes that without having seen the sum.
    const useful = usefulOf(hand);
    if (input.amountMinor === null && useful < payment.heldMinor && !locked.order.cancelledAt)
      return refuse(
        blocked(
          blocker("EDITED_AFTER_LINK", "finalize", "finance", ["finalize", "release_hold"], {
            held: view(payment.heldMinor),
            total: view(locked.order.totalMinor),
            left: view(useful),
            paymentId,
          }),
        ),
      );
    if (amountMinor <= 0n) return refuse(invalid({ field: "amount", code: "not_positive" }));
    if (amountMinor > payment.heldMinor)
      return refuse(
        blocked(
          blocker("FINALIZE_TOO_MUCH", "finalize", "finance", ["finalize"], {
            held: view(payment.heldMinor),
            asked: view(amountMinor),
          }),
        ),
      );
    if (amountMinor < payment.heldMinor && !capabilities.finalizePart)
      return refuse(
        blocked(blocker("NOT_SUPPORTED", "finalize", "finance", ["finalize"], { provider: payment.provider })),
      );

    return ok(await planFinalize(hand, world, actor, amountMinor));
  });
}

/** Of a hold, what its order can still use: its total less what other payments cover. */
export function usefulOf({ locked, payment }: Pick<PaymentInHand, "locked" | "payment">): bigint {
  const secured = securedOf(lockedForGate(locked), paymentsForGate(locked));
  const useful = missingOf(locked.order.totalMinor, secured - payment.heldMinor);
  return useful < payment.heldMinor ? useful : payment.heldMinor;
}

/** Writes the wish to take so much of a hold, the rest going back; carried out after the commit. */
export async function planFinalize(
  hand: PaymentInHand,
  world: World,
  actor: Actor,
  amountMinor: bigint,
): Promise<OperationId> {
  const { tx, payment, story } = hand;
  const view = (amount: bigint) => moneyView(amount, payment.currency);
  const changes = { finalizeRequestedMinor: amountMinor };
  await savePayment(tx, payment.id, changes);
  Object.assign(payment, changes);
  story.timeline.push({
    orderId: payment.orderId,
    paymentId: payment.id,
    kind: "finalize.requested",
    params: {
      amount: view(amountMinor),
      of: view(payment.heldMinor),
      attempt: payment.attempt,
      provider: payment.provider,
    },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "payment.finalize",
    entity: "payment",
    entityId: payment.id,
    before: { held: payment.heldMinor },
    after: { amount: amountMinor },
  });
  return planOperation(hand, world, actor, "finalize", amountMinor);
}
