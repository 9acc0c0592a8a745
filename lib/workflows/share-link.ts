import { lockOrderOfPayment } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { PaymentId } from "#lib/domain/ids";
import { orderBlocker } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import { blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { extrasOf } from "./order-extras.ts";
import type { PaymentAnswer } from "./payment-command.ts";
import { lockedForGate, paymentsForGate } from "./refresh-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Logs that a live link was handed out: who, when, by which channel, to whom. Refused on a dead link. */
export async function shareLink(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: { channel: string; recipient?: string | null | undefined },
): Promise<Result<PaymentAnswer, Refusal>> {
  return transact<PaymentAnswer, Refusal>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    const payment = locked?.payments.find((row) => row.id === paymentId);
    if (!locked || !payment) return refuse(notFound("payment"));
    if (!isLive(payment.state))
      return refuse(
        blocked(
          blocker("NOT_LIVE", "send_link", "sales", ["new_link"], {
            paymentId,
            provider: payment.provider,
            state: payment.state,
          }),
        ),
      );
    const { extras } = await extrasOf(tx, world, locked);
    const no = orderBlocker("send_link", lockedForGate(locked), paymentsForGate(locked), extras);
    if (no) return refuse(blocked(no));
    const story = emptyStory();
    story.timeline.push({
      orderId: locked.order.id,
      paymentId,
      kind: "link.shared",
      params: {
        channel: input.channel,
        attempt: payment.attempt,
        ...(input.recipient ? { recipient: input.recipient } : {}),
      },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "payment.share",
      entity: "payment",
      entityId: paymentId,
      after: { channel: input.channel, recipient: input.recipient ?? null },
    });
    await tellStory(tx, story);
    return ok({ paymentId, orderId: locked.order.id, pending: false });
  });
}
