import { savePayment } from "#db/queries/payments";
import type { PaymentId } from "#lib/domain/ids";
import type { Refusal } from "#lib/domain/refusal";
import { ok, type Result } from "#lib/domain/result";
import { commandPayment, type PaymentAnswer } from "./payment-command.ts";
import { auditActor, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Takes a payment that never held money and is not live out of lists and totals. It stays in history and audit. */
export async function deletePayment(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
): Promise<Result<PaymentAnswer, Refusal>> {
  return commandPayment(world, actor, paymentId, "delete_payment", async ({ tx, payment, story }) => {
    const changes = { deletedAt: world.now() };
    await savePayment(tx, paymentId, changes);
    Object.assign(payment, changes);
    story.timeline.push({
      orderId: payment.orderId,
      paymentId,
      kind: "payment.deleted",
      params: { attempt: payment.attempt, provider: payment.provider },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "payment.delete",
      entity: "payment",
      entityId: paymentId,
      before: { state: payment.state },
      after: { deleted: true },
    });
    return ok(null);
  });
}
