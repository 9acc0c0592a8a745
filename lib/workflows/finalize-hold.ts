import { savePayment } from "#db/queries/payments";
import type { PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { blocked, blocker, invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer, planOperation } from "./payment-command.ts";
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
    const { tx, payment, story } = hand;
    const { capabilities } = world.findProvider(payment.provider);
    const amountMinor = input.amountMinor ?? payment.heldMinor;
    const view = (amount: bigint) => moneyView(amount, payment.currency);
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

    const changes = { finalizeRequestedMinor: amountMinor };
    await savePayment(tx, paymentId, changes);
    Object.assign(payment, changes);
    story.timeline.push({
      orderId: payment.orderId,
      paymentId,
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
      entityId: paymentId,
      before: { held: payment.heldMinor },
      after: { amount: amountMinor },
    });
    return ok(await planOperation(hand, world, actor, "finalize", amountMinor));
  });
}
