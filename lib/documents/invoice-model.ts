import type { InvoiceFacts } from "#db/queries/documents";
import { divideHalfUp } from "#lib/domain/money";
import type { Locale } from "#lib/i18n/locale";
import { type PrintedDocument, plain, plainLines } from "./document.ts";
import {
  buyerOf,
  factsOf,
  footOf,
  type PricedLine,
  penOf,
  pricedTable,
  pricesNote,
  sellerOf,
  totalsOf,
} from "./parts.ts";

/** An invoice: what was invoiced of the order's lines, at the order's prices. */
export function invoiceModel(facts: InvoiceFacts, locale: Locale): PrintedDocument {
  const { document, order, parties } = facts;
  const pen = penOf(locale, order.currency, facts.zone);
  const { say } = pen;
  const lines: PricedLine[] = facts.lines.map((line) => ({ ...line, vatMinor: line.vatMinor ?? vatWithin(line) }));
  const title = say("title.invoice", { number: document.number });
  return {
    language: locale,
    title,
    fileName: title,
    madeAt: document.createdAt,
    subtitle: pen.day(document.createdAt),
    warning: null,
    logo: facts.logo,
    seller: sellerOf(parties, pen),
    buyer: buyerOf(parties, pen),
    facts: factsOf(
      [say("fact.order"), say("fact.orderOf", { number: order.number, date: pen.date(order.orderDate) })],
      [say("fact.reference"), order.externalReference],
      [say("fact.preparedBy"), facts.preparedBy],
    ),
    table: pricedTable(lines, pen),
    totals: totalsOf(lines, pen),
    pay: null,
    notes: [pricesNote(order.pricesIncludeVat, pen), ...plainLines(document.note ?? "").map(plain)],
    signatures: [],
    foot: footOf(title, parties, pen),
  };
}

/** Of an invoice older than its VAT column. */
const vatWithin = ({ totalMinor, vatBp }: { totalMinor: bigint; vatBp: number }): bigint =>
  divideHalfUp(totalMinor * BigInt(vatBp), 10_000n + BigInt(vatBp));
