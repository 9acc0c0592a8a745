import { lockOrderOfPayment } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import type { PaymentAnswer } from "./payment-command.ts";
import { applyObservation } from "./record-observation.ts";
import { refreshOrder } from "./refresh-order.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Takes recorded money out of the books again, all that is left of it (`amountMinor` null) or a part, with a reason: it was
 * given back by hand, or never came. What was recorded stays in sight. Nobody else is asked, so it is done at once.
 */
export async function reverseOffline(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  input: { amountMinor: bigint | null; reason: string },
): Promise<Result<PaymentAnswer, Refusal>> {
  return transact<PaymentAnswer, Refusal>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    const payment = locked?.payments.find((row) => row.id === paymentId);
    if (!locked || payment?.provider !== "offline") return refuse(notFound("payment"));
    const view = (amount: bigint) => moneyView(amount, payment.currency);
    const left = payment.capturedMinor - payment.refundedMinor;
    const amountMinor = input.amountMinor ?? left;
    if (left <= 0n) return refuse(blocked(blocker("NOTHING_TO_REFUND", "refund", "finance", ["open_transaction"])));
    if (amountMinor <= 0n) return refuse(invalid({ field: "amount", code: "not_positive" }));
    if (amountMinor > left)
      return refuse(
        blocked(
          blocker("REFUND_TOO_MUCH", "refund", "finance", ["refund"], { left: view(left), asked: view(amountMinor) }),
        ),
      );

    const story = emptyStory();
    const refundedMinor = payment.refundedMinor + amountMinor;
    story.timeline.push({
      orderId: payment.orderId,
      paymentId,
      kind: "payment.reversed",
      params: { amount: view(amountMinor), reason: input.reason, attempt: payment.attempt },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "offline.reverse",
      entity: "payment",
      entityId: paymentId,
      before: { captured: payment.capturedMinor, refunded: payment.refundedMinor },
      after: { refunded: refundedMinor },
      reason: input.reason,
    });
    await applyObservation(
      tx,
      world,
      locked,
      paymentId,
      {
        observation: {
          reference: paymentId,
          providerPaymentId: null,
          facts: { refundedMinor },
          asked: null,
          providerStatus: "reversed",
          unknownStatus: false,
          wrongAccount: false,
          holdExpiresAt: null,
          details: {},
          refunds: [],
          providerTime: null,
          // Cumulative, under the payment's lock: every reversal has a sum of its own.
          eventKey: `reversed:${refundedMinor}`,
          raw: { reason: input.reason, amountMinor: amountMinor.toString() },
        },
        source: "person",
        sourceRef: actor.requestId,
        actor,
      },
      story,
    );
    await refreshOrder(tx, locked, {}, world.now(), actor, story);
    await tellStory(tx, story);
    return ok({ paymentId, orderId: payment.orderId, pending: false });
  });
}
