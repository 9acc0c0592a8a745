import type { OperationId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import type { Refusal } from "#lib/domain/refusal";
import { ok, type Result } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer, type PaymentInHand, planOperation } from "./payment-command.ts";
import { auditActor, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Gives held money back to the customer; the gate closes when the provider confirms. */
export async function releaseHold(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
): Promise<Result<PaymentAnswer, Refusal>> {
  return commandPayment(world, actor, paymentId, "release_hold", async (hand) =>
    ok(await planReleaseHold(hand, world, actor)),
  );
}

/** Writes the wish to let go of a whole hold; carried out after the commit. */
export async function planReleaseHold(hand: PaymentInHand, world: World, actor: Actor): Promise<OperationId> {
  const { payment, story } = hand;
  story.timeline.push({
    orderId: payment.orderId,
    paymentId: payment.id,
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
    entityId: payment.id,
    before: { held: payment.heldMinor },
    after: {},
  });
  return planOperation(hand, world, actor, "release_hold", null);
}
