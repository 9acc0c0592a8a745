import type { Tx } from "#db/client";
import { timeNow } from "#db/clock";
import { automaticRules } from "#db/queries/message-settings";
import type { MessageDraft, MessageParams } from "#db/queries/messages";
import type { TimelineFact, TimelineKind } from "#db/queries/timeline";
import type { PaymentId } from "#lib/domain/ids";
import { type AutomaticKind, FAILED_AFTER_MS } from "#lib/domain/message";
import type { MoneyView } from "#lib/domain/money";

/** Events that a customer hears of, and by what. Whatever tells the order's story of one of them sends the message with it. */
const TELLS: Partial<Record<TimelineKind, AutomaticKind>> = {
  "link.created": "payment_request",
  "payment.held": "hold_notice",
  "payment.captured": "paid_receipt",
  "payment.failed": "failed",
  "payment.refunded": "refund",
  "payment.hold_released": "refund",
};

/**
 * The messages that follow from what has just been told, as far as the company wants them sent by themselves. A link that
 * the customer asked for on their own page, or that somebody is sending anyway, is not sent to them a second time.
 */
export async function automaticMessages(
  tx: Tx,
  facts: readonly TimelineFact[],
  byHand: readonly MessageDraft[],
): Promise<MessageDraft[]> {
  const told = facts.flatMap((fact) => {
    const kind = TELLS[fact.kind];
    return kind && fact.paymentId ? [{ fact, kind, paymentId: fact.paymentId }] : [];
  });
  if (told.length === 0) return [];
  const { automatic, links } = await automaticRules(
    tx,
    told.map(({ paymentId }) => paymentId),
  );
  return told.flatMap(({ fact, kind, paymentId }) => {
    const link = links.get(paymentId);
    // The provider refused to make it: nobody has seen it.
    if (!link?.handed) return [];
    if (kind === "payment_request") {
      const sentAnyway = link.asked || byHand.some((draft) => draft.paymentId === paymentId);
      if (!link.byStaff || sentAnyway) return [];
    }
    const said = kind === "payment_request" && link.replaces ? "expired_new_link" : kind;
    return automatic[said] === false ? [] : [draftOf(fact, said, paymentId)];
  });
}

/** Once for each event: the sum so far is part of its name, so a second part of the money, as large as the first, is told as well. */
function draftOf(
  { kind: told, orderId, params = {} }: TimelineFact,
  kind: AutomaticKind,
  paymentId: PaymentId,
): MessageDraft {
  const { amount, total = amount } = params;
  const sum = sumIn(amount);
  const event = sum && kind !== "payment_request" && kind !== "expired_new_link" ? `:${sumIn(total)?.amount}` : "";
  return {
    kind,
    orderId,
    paymentId,
    params: { ...(sum ? { amount: sum } : {}), ...(told === "payment.hold_released" ? { released: "yes" } : {}) },
    dedupeKey: `${kind}:${paymentId}${event}`,
    ...(kind === "failed" ? { sendAt: new Date(timeNow().getTime() + FAILED_AFTER_MS) } : {}),
  };
}

const sumIn = (value: MessageParams[string] | undefined): MoneyView | null =>
  value && typeof value === "object" ? value : null;
