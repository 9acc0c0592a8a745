import { findMessage } from "#db/queries/messages";
import { lockOrder } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { ResendMessageInput } from "#lib/contracts/messages";
import type { MessageId, OrderId } from "#lib/domain/ids";
import { isMailbox, isPhone, messageTurn } from "#lib/domain/message";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Kinds that hand out the link: each time is written down as such. */
const HANDS_OUT = ["payment_request", "reminder", "expired_new_link"];

/**
 * Sends a message once more, to the same address or to another. One that is still on its way is not sent beside itself, and a
 * dead link is sent to nobody. Pressed twice it goes once: each message has one successor.
 */
export async function resendMessage(
  world: World,
  actor: Actor,
  id: MessageId,
  input: ResendMessageInput,
): Promise<Result<{ orderId: OrderId }, Refusal>> {
  return transact<{ orderId: OrderId }, Refusal>(world.db, async (tx) => {
    const message = await findMessage(tx, id);
    if (!message?.orderId || message.kind === "staff_notice") return refuse(notFound("message"));
    const locked = await lockOrder(tx, message.orderId);
    if (!locked) return refuse(notFound("message"));
    const recipient = input.recipient ?? message.recipient;
    const fits = message.channel === "email" ? isMailbox(recipient) : isPhone(recipient);
    if (!fits)
      return refuse(invalid({ field: "recipient", code: message.channel === "email" ? "bad_email" : "bad_phone" }));
    const orderId = locked.order.id;
    if (message.state === "queued" || message.state === "sending") return ok({ orderId });

    const payment = locked.payments.find((row) => row.id === message.paymentId);
    const over = payment?.state === "pending" && payment.expiresAt !== null && payment.expiresAt <= world.now();
    const turn = messageTurn(message.kind, {
      state: over ? "expired" : (payment?.state ?? null),
      orderCancelled: locked.order.cancelledAt !== null,
      settledOtherwise: locked.order.accepted,
    });
    if (turn !== "send" && turn !== "wait")
      return refuse(
        blocked(
          blocker("NOT_LIVE", "send_link", "sales", ["new_link"], {
            ...(payment ? { paymentId: payment.id, provider: payment.provider, state: payment.state } : {}),
          }),
        ),
      );
    const story = emptyStory();
    const handsOut = HANDS_OUT.includes(message.kind);
    // What hands out the link is written down now, as this person's; anything else when it has been sent.
    const dedupeKey = `${handsOut ? "share" : "message"}:again:${message.id}`;
    story.messages.push({
      channel: message.channel,
      kind: message.kind,
      orderId,
      paymentId: message.paymentId,
      to: recipient,
      language: message.language,
      params: message.params as never,
      dedupeKey,
    });
    if (handsOut)
      story.timeline.push({
        orderId,
        paymentId: message.paymentId,
        kind: "link.shared",
        params: {
          channel: message.channel,
          recipient,
          message: dedupeKey,
          ...(payment ? { attempt: payment.attempt } : {}),
        },
        actor,
        source: sourceOf(actor),
      });
    story.audits.push({
      actor: auditActor(actor),
      action: "message.resend",
      entity: "order",
      entityId: orderId,
      after: { messageId: message.id, kind: message.kind, channel: message.channel, recipient },
    });
    await tellStory(tx, story);
    return ok({ orderId });
  });
}
