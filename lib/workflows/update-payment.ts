import { lockOrderOfPayment } from "#db/queries/order-locks";
import { savePayment } from "#db/queries/payments";
import { transact } from "#db/transact";
import type { PaymentId } from "#lib/domain/ids";
import { notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import type { PaymentAnswer } from "./payment-command.ts";
import { auditActor, emptyStory, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Description and metadata of a payment: the only things about it that a person may ever change. */
export async function updatePayment(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: { description?: string | null | undefined; metadata?: Record<string, string> | undefined },
): Promise<Result<PaymentAnswer, Refusal>> {
  return transact<PaymentAnswer, Refusal>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    const payment = locked?.payments.find((row) => row.id === paymentId);
    if (!locked || !payment) return refuse(notFound("payment"));
    const changes = {
      description: input.description === undefined ? payment.description : input.description,
      metadata: input.metadata ?? payment.metadata,
    };
    await savePayment(tx, paymentId, changes);
    const story = emptyStory();
    story.audits.push({
      actor: auditActor(actor),
      action: "payment.edit",
      entity: "payment",
      entityId: paymentId,
      before: { description: payment.description, metadata: payment.metadata },
      after: changes,
    });
    await tellStory(tx, story);
    return ok({ paymentId, orderId: locked.order.id, pending: false });
  });
}
