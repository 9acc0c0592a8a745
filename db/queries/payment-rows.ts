import type { payments } from "#db/schema/payments";
import type { MoneyFacts, OperationKind, PaymentForGate } from "#lib/domain/payment";

export type PaymentRow = typeof payments.$inferSelect;

/** The facts of a stored payment. */
export const factsOf = (
  row: Pick<
    PaymentRow,
    "progress" | "heldMinor" | "capturedMinor" | "refundedMinor" | "holdReleased" | "ended" | "withdrawn"
  >,
): MoneyFacts => ({
  progress: row.progress,
  heldMinor: row.heldMinor,
  capturedMinor: row.capturedMinor,
  refundedMinor: row.refundedMinor,
  holdReleased: row.holdReleased,
  ended: row.ended,
  withdrawn: row.withdrawn,
});

/**
 * A stored payment as the domain's rules see it: the one mapping, for workflows and reads alike.
 * @param unsettledKind the kind of its provider operation that is planned, sent or unknown, if there is one
 */
export function paymentForGate(row: PaymentRow, unsettledKind: OperationKind | null): PaymentForGate {
  return {
    id: row.id,
    facts: factsOf(row),
    state: row.state,
    amountMinor: row.amountMinor,
    currency: row.currency,
    paymentType: row.paymentType,
    holdExpiresAt: row.holdExpiresAt,
    holdMarginHours: row.holdMarginHours,
    needsReview: row.needsReview,
    reviewReasons: row.reviewReasons.filter((reason) => !row.reviewAccepted.includes(reason)),
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    unsettled: unsettledKind,
    failureReason: row.details.failureReason ?? row.endedReason,
    provider: row.provider,
    requiredMinor: row.requiredMinor,
  };
}
