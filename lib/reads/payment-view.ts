import type { ReceiptOfPayment } from "#db/queries/offline-receipts";
import type { PaymentWithNames } from "#db/queries/order-page";
import { paymentForGate } from "#db/queries/payment-rows";
import type { OfflineFacts } from "#lib/contracts/offline";
import type { PaymentView } from "#lib/contracts/payments";
import { moneyView } from "#lib/domain/money";
import { OFFLINE_CAPABILITIES } from "#lib/domain/offline";
import { holdUsableUntil, type PaymentForGate } from "#lib/domain/payment";
import { paymentActions } from "#lib/domain/payment-actions";
import type { Capabilities, PaymentSource } from "#lib/domain/provider";
import { env } from "#lib/env";
import { pages } from "#lib/paths";
import { findProvider } from "#lib/providers/registry";
import type { Viewer } from "./viewer.ts";

/** A payment as the domain's rules see it, from the row a view is made of. */
export const ruledPayment = ({ payment, unsettled, attachedElsewhereMinor }: PaymentWithNames): PaymentForGate => ({
  ...paymentForGate(payment, unsettled?.kind ?? null),
  attachedElsewhereMinor,
});

/** What can be done with a payment by where its money comes from. */
export const capabilitiesOf = (source: PaymentSource): Capabilities =>
  source === "offline" ? OFFLINE_CAPABILITIES : findProvider(source).capabilities;

/** One attempt as screens and API show it, with what this person may do about it. */
export function paymentViewOf(row: PaymentWithNames, viewer: Viewer): PaymentView {
  const { payment } = row;
  const money = (amountMinor: bigint) => moneyView(amountMinor, payment.currency);
  const ruled = ruledPayment(row);
  const capabilities = capabilitiesOf(payment.provider);
  return {
    id: payment.id,
    orderId: payment.orderId,
    orderNumber: row.orderNumber,
    customerName: row.customerName,
    attempt: payment.attempt,
    provider: payment.provider,
    serviceId: payment.serviceId,
    serviceName: row.serviceName,
    mode: payment.mode,
    paymentType: payment.paymentType,
    state: payment.state,
    needsReview: payment.needsReview,
    reviewReasons: [...ruled.reviewReasons],
    amount: money(payment.amountMinor),
    held: money(payment.heldMinor),
    captured: money(payment.capturedMinor),
    refunded: money(payment.refundedMinor),
    holdReleased: payment.holdReleased,
    purpose: payment.purpose,
    description: payment.description,
    url: payment.url,
    shareUrl: payment.url && `${env().appUrl}${pages.pay(row.payToken)}`,
    expiresAt: iso(payment.expiresAt),
    holdExpiresAt: iso(payment.holdExpiresAt),
    holdUsableUntil: iso(holdUsableUntil(ruled)),
    replacedByAttempt: row.replacedByAttempt,
    endedReason: payment.endedReason,
    unsettled: row.unsettled,
    lastFailure: row.lastFailure,
    // Nobody was asked about what a person has recorded.
    checkedAt: payment.provider === "offline" ? null : iso(payment.checkedAt),
    lastSource: payment.lastSource,
    createdAt: payment.createdAt.toISOString(),
    createdByName: row.createdByName,
    deletedAt: iso(payment.deletedAt),
    offline: row.offline && offlineFactsOf(row.offline),
    capabilities: {
      cancelUnpaidLink: capabilities.cancelUnpaidLink,
      finalizePart: capabilities.finalizePart,
      finalizeTimes: capabilities.finalizeTimes,
      refund: capabilities.refund,
      refundPart: capabilities.refundPart,
      releaseHold: capabilities.releaseHold,
    },
    actions: paymentActions({ ...ruled, deleted: payment.deletedAt !== null }, capabilities, viewer.role),
  };
}

function offlineFactsOf({ attachmentId, attachmentName, ...facts }: ReceiptOfPayment): OfflineFacts {
  return {
    ...facts,
    attachment: attachmentId === null ? null : { id: attachmentId, name: attachmentName ?? attachmentId },
  };
}

/** Views carry instants as text: a Date would turn into text at the first refetch anyway. */
export const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null;
