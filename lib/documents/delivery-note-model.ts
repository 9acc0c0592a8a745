import type { ShipmentFacts } from "#db/queries/documents";
import type { Locale } from "#lib/i18n/locale";
import { type PrintedDocument, plainLines } from "./document.ts";
import { buyerOf, countedTable, factsOf, footOf, penOf, sellerOf } from "./parts.ts";

/** A delivery note: what left, to be counted and signed for. It names no prices. */
export function deliveryNoteModel(facts: ShipmentFacts, locale: Locale): PrintedDocument {
  const { document, order, parties } = facts;
  const pen = penOf(locale, order.currency, facts.zone);
  const { say } = pen;
  const title = say("title.deliveryNote", { number: document.number });
  const seller = sellerOf({ ...parties, seller: { ...parties.seller, iban: null, bankName: null } }, pen);
  return {
    language: locale,
    title,
    fileName: title,
    madeAt: document.createdAt,
    subtitle: pen.day(document.createdAt),
    warning: null,
    logo: facts.logo,
    seller,
    buyer: buyerOf(parties, pen),
    facts: factsOf(
      [say("fact.order"), say("fact.orderOf", { number: order.number, date: pen.date(order.orderDate) })],
      [say("fact.reference"), order.externalReference],
      [say("fact.tracking"), document.trackingNumber],
      [say("fact.preparedBy"), facts.preparedBy],
    ),
    table: countedTable(facts.lines, pen),
    totals: [],
    pay: null,
    notes: plainLines(document.note ?? ""),
    signatures: [say("sign.handedOver"), say("sign.received")],
    foot: footOf(title, parties, pen),
  };
}
