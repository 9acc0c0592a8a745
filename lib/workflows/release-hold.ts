import type { PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import type { Refusal } from "#lib/domain/refusal";
import { ok, type Result } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer, planOperation } from "./payment-command.ts";
import { auditActor, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Gives held money back to the customer; the gate closes when the provider confirms. */
export async function releaseHold(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
): Promise<Result<PaymentAnswer, Refusal>> {
  return commandPayment(world, actor, paymentId, "release_hold", async (hand) => {
    const { payment, story } = hand;
    story.timeline.push({
      orderId: payment.orderId,
      paymentId,
      kind: "release_hold.requested",
      params: {
        amount: moneyView(payment.heldMinor, payment.currency),
        attempt: payment.attempt,
        provider: payment.provider,
      },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "payment.release_hold",
      entity: "payment",
      entityId: paymentId,
      before: { held: payment.heldMinor },
      after: {},
    });
    return ok(await planOperation(hand, world, actor, "release_hold", null));
  });
}
