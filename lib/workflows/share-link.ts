import { lockOrderOfPayment } from "#db/queries/order-locks";
import { contactOfOrder, sentJustNow } from "#db/queries/shares";
import { transact } from "#db/transact";
import type { ShareInput } from "#lib/contracts/payments";
import type { PaymentId } from "#lib/domain/ids";
import { orderBlocker } from "#lib/domain/order-actions";
import { isLive } from "#lib/domain/payment";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { extrasOf } from "./order-extras.ts";
import type { PaymentAnswer } from "./payment-command.ts";
import { lockedForGate, paymentsForGate } from "./refresh-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

/**
 * Hands a live link out: queues the e-mail or text message where we send it ourselves, and logs who, when, by which channel,
 * to whom. Refused on a dead link. The same words to the same address within half a minute are one wish and go once.
 */
export async function shareLink(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: ShareInput,
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
    const orderId = locked.order.id;
    const done = { paymentId, orderId, pending: false };
    const story = emptyStory();
    let recipient = input.recipient ?? null;
    let message: string | null = null;
    if (input.channel === "email" || input.channel === "sms") {
      const { channel, text = null, language } = input;
      recipient ??= (await contactOfOrder(tx, orderId))[channel === "email" ? "email" : "phone"];
      if (!recipient) return refuse(invalid({ field: "recipient", code: "required" }));
      if (await sentJustNow(tx, { paymentId, channel, recipient, text })) return ok(done);
      message = `share:${newId(world, "msg")}`;
      story.messages.push({
        channel,
        kind: "payment_request",
        orderId,
        paymentId,
        to: recipient,
        ...(language ? { language } : {}),
        params: text ? { text } : {},
        dedupeKey: message,
      });
    }
    story.timeline.push({
      orderId,
      paymentId,
      kind: "link.shared",
      params: {
        channel: input.channel,
        attempt: payment.attempt,
        ...(recipient ? { recipient } : {}),
        ...(message ? { message } : {}),
      },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "payment.share",
      entity: "payment",
      entityId: paymentId,
      after: { channel: input.channel, recipient, ...("text" in input && input.text ? { text: input.text } : {}) },
    });
    await tellStory(tx, story);
    return ok(done);
  });
}
