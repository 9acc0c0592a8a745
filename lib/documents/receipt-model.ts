import type { ReceiptFacts } from "#db/queries/documents";
import { formatDate, formatOffset, formatTime } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import type { PrintedDocument } from "./document.ts";
import { buyerOf, factsOf, footOf, penOf, sellerOf } from "./parts.ts";
import { offlineKindName, providerName } from "./words.ts";

/** A receipt is for money that was taken; what is only held has none yet. */
export const hasReceipt = (payment: { capturedMinor: bigint }): boolean => payment.capturedMinor > 0n;

/** For the customer, also nothing that finance still wonders about. */
export const hasReceiptForCustomer = (payment: { capturedMinor: bigint; needsReview: boolean }): boolean =>
  hasReceipt(payment) && !payment.needsReview;

/** That one payment was received: how much, when, by which way, and what went back of it. */
export function receiptModel(facts: ReceiptFacts, locale: Locale): PrintedDocument {
  const { payment, order, parties, paidAt, offline, zone } = facts;
  const pen = penOf(locale, payment.currency, zone);
  const { say, money } = pen;
  const { details, capturedMinor, refundedMinor } = payment;
  const title = say("title.receipt", { number: `${order.number}/${payment.attempt}` });
  const at = paidAt ?? new Date(0);
  const offset = zone === "Europe/Kyiv" ? say("pay.kyivTime") : formatOffset(at, { zone });
  const moment = `${formatDate(at, { locale, zone })} ${formatTime(at, { zone })} (${offset})`;
  const card = (details.maskedCard ?? "").replace(/\D/g, "").slice(-4);
  const restMinor = order.totalMinor - order.securedMinor;
  return {
    language: locale,
    title,
    fileName: say("fileName.receipt", { number: `${order.number}-${payment.attempt}` }),
    madeAt: at,
    subtitle: offline ? pen.date(offline.receivedOn) : paidAt ? pen.day(paidAt) : "",
    warning: payment.mode === "test" ? say("warning.test") : null,
    logo: facts.logo,
    seller: sellerOf({ ...parties, seller: { ...parties.seller, iban: null, bankName: null } }, pen),
    buyer: buyerOf(parties, pen),
    facts: factsOf(
      [say("fact.paidFor"), say("fact.orderOf", { number: order.number, date: pen.date(order.orderDate) })],
      // What is recorded by hand has a day; a provider tells the moment.
      [say("fact.paidAt"), offline ? pen.date(offline.receivedOn) : paidAt ? moment : null],
      [say("fact.way"), offline ? offlineKindName(offline.kind, locale) : providerName(payment.provider, locale)],
      [say("fact.theirReference"), offline?.reference],
      [say("fact.card"), card.length === 4 ? `•••• ${card}` : null],
      [say("fact.rrn"), details.rrn],
      [say("fact.approvalCode"), details.approvalCode],
      [say("fact.paymentReference"), payment.id],
    ),
    table: null,
    totals: [
      { label: say("total.received"), value: money(capturedMinor), strong: true },
      ...(refundedMinor > 0n
        ? [
            { label: say("total.returned"), value: money(refundedMinor) },
            { label: say("total.kept"), value: money(capturedMinor - refundedMinor), strong: true },
          ]
        : []),
      { label: say("total.ofOrder"), value: money(order.totalMinor) },
      ...(restMinor > 0n ? [{ label: say("total.stillToPay"), value: money(restMinor) }] : []),
    ],
    pay: null,
    notes: [...(details.receiptUrl ? [say("note.fiscal", { link: details.receiptUrl })] : []), say("note.receipt")],
    signatures: [],
    foot: footOf(title, parties, pen),
  };
}
