import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { alias, type PgColumn } from "drizzle-orm/pg-core";
import type { InvoiceId, OrderId, PaymentId, ShipmentId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import {
  type DocumentParties,
  invoiceLines,
  invoices,
  orderLines,
  salesOrders,
  shipmentLines,
  shipments,
} from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { company, users } from "../schema/people.ts";
import { offlineReceipts } from "../schema/review.ts";
import { type PayFacts, payFactsOfOrder, payFactsOfToken } from "./pay-page.ts";

export type { DocumentParties };

const ordering = alias(salesOrders, "ordering");

const PARTIES = {
  seller: {
    name: company.name,
    legalName: company.legalName,
    taxId: company.taxId,
    address: company.address,
    phone: company.phone,
    email: company.email,
    iban: company.iban,
    bankName: company.bankName,
  },
  buyer: { name: customers.name, taxId: customers.taxId, phone: customers.phone, email: customers.email },
};
const NOBODY: DocumentParties["seller"] = {
  name: "",
  legalName: null,
  taxId: null,
  address: null,
  phone: null,
  email: null,
  iban: null,
  bankName: null,
};

type Joined = { seller: DocumentParties["seller"] | null; buyer: DocumentParties["buyer"] };
const partiesOf = ({ seller, buyer }: Joined): DocumentParties => ({ seller: seller ?? NOBODY, buyer });

/** Seller and buyer of an order as they are now; frozen with each shipment and invoice. */
export async function partiesOfOrder(tx: Tx, orderId: OrderId): Promise<DocumentParties> {
  const [row] = await tx
    .select(PARTIES)
    .from(salesOrders)
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(company, sql`true`)
    .where(eq(salesOrders.id, orderId));
  return partiesOf(row ?? { seller: null, buyer: null });
}

const ORDER = {
  id: ordering.id,
  number: ordering.number,
  orderDate: ordering.orderDate,
  currency: ordering.currency,
  language: ordering.language,
  externalReference: ordering.externalReference,
  pricesIncludeVat: ordering.pricesIncludeVat,
  totalMinor: ordering.totalMinor,
};
const LINE = {
  sku: orderLines.sku,
  description: orderLines.description,
  unit: orderLines.unit,
  unitPriceMinor: orderLines.unitPriceMinor,
  discountBp: orderLines.discountBp,
  vatBp: orderLines.vatBp,
};
const LOOK = { logo: company.logo, zone: company.zone };
type Look = { logo: string | null; zone: string } | null;
const lookOf = (look: Look) => ({ logo: look?.logo ?? null, zone: look?.zone ?? "Europe/Kyiv" });

/** The head of a paper about goods, of which the order has many: a delivery note, an invoice. `own`: what only it has. */
async function findHead<Own extends Record<string, PgColumn>>(
  db: Database,
  paper: typeof invoices | typeof shipments,
  own: Own,
  id: InvoiceId | ShipmentId,
) {
  const [head] = await db
    .select({
      own,
      paper: { number: paper.number, createdAt: paper.createdAt, note: paper.note, parties: paper.parties },
      order: ORDER,
      preparedBy: users.name,
      look: LOOK,
      ...PARTIES,
    })
    .from(paper)
    .innerJoin(ordering, eq(ordering.id, paper.orderId))
    .leftJoin(customers, eq(customers.id, ordering.customerId))
    .leftJoin(users, eq(users.id, paper.createdBy))
    .leftJoin(company, sql`true`)
    .where(eq(paper.id, id));
  if (!head) return null;
  const { parties, ...document } = head.paper;
  return {
    own: head.own,
    ...lookOf(head.look),
    document,
    order: head.order,
    preparedBy: head.preparedBy,
    parties: parties ?? partiesOf(head),
  };
}

export async function findInvoiceFacts(db: Database, id: InvoiceId) {
  const [head, lines] = await Promise.all([
    findHead(db, invoices, { totalMinor: invoices.totalMinor }, id),
    db
      .select({
        ...LINE,
        quantityMilli: invoiceLines.quantityMilli,
        totalMinor: invoiceLines.totalMinor,
        vatMinor: invoiceLines.vatMinor,
      })
      .from(invoiceLines)
      .innerJoin(orderLines, eq(orderLines.id, invoiceLines.lineId))
      .where(eq(invoiceLines.invoiceId, id))
      .orderBy(asc(orderLines.position)),
  ]);
  if (!head) return null;
  const { own, document, ...facts } = head;
  return { ...facts, document: { ...document, ...own }, lines };
}
export type InvoiceFacts = NonNullable<Awaited<ReturnType<typeof findInvoiceFacts>>>;

export async function findShipmentFacts(db: Database, id: ShipmentId) {
  const [head, lines] = await Promise.all([
    findHead(db, shipments, { trackingNumber: shipments.trackingNumber }, id),
    db
      .select({
        sku: orderLines.sku,
        description: orderLines.description,
        unit: orderLines.unit,
        quantityMilli: shipmentLines.quantityMilli,
      })
      .from(shipmentLines)
      .innerJoin(orderLines, eq(orderLines.id, shipmentLines.lineId))
      .where(eq(shipmentLines.shipmentId, id))
      .orderBy(asc(orderLines.position)),
  ]);
  if (!head) return null;
  const { own, document, ...facts } = head;
  return { ...facts, document: { ...document, ...own }, lines };
}
export type ShipmentFacts = NonNullable<Awaited<ReturnType<typeof findShipmentFacts>>>;

async function findProFormaFacts(db: Database, pay: Promise<PayFacts | null>, which: SQL) {
  const [facts, [head], lines] = await Promise.all([
    pay,
    db
      .select({
        order: {
          ...ORDER,
          netMinor: ordering.netMinor,
          vatMinor: ordering.vatMinor,
          requiredMinor: ordering.requiredMinor,
          payToken: ordering.payToken,
        },
        preparedBy: users.name,
        look: LOOK,
        ...PARTIES,
      })
      .from(ordering)
      .leftJoin(customers, eq(customers.id, ordering.customerId))
      .leftJoin(users, eq(users.id, ordering.salespersonId))
      .leftJoin(company, sql`true`)
      .where(which),
    db
      .select({
        ...LINE,
        quantityMilli: orderLines.quantityMilli,
        totalMinor: orderLines.totalMinor,
        vatMinor: orderLines.vatMinor,
      })
      .from(orderLines)
      .innerJoin(ordering, eq(ordering.id, orderLines.orderId))
      .where(which)
      .orderBy(asc(orderLines.position)),
  ]);
  if (!facts || !head) return null;
  return {
    ...lookOf(head.look),
    pay: facts,
    order: head.order,
    preparedBy: head.preparedBy,
    parties: partiesOf(head),
    lines,
  };
}
export type ProFormaFacts = NonNullable<Awaited<ReturnType<typeof findProFormaFacts>>>;

export const findProFormaOfOrder = (db: Database, orderId: OrderId): Promise<ProFormaFacts | null> =>
  findProFormaFacts(db, payFactsOfOrder(db, orderId), eq(ordering.id, orderId));
export const findProFormaOfToken = (db: Database, token: string): Promise<ProFormaFacts | null> =>
  findProFormaFacts(db, payFactsOfToken(db, token), eq(ordering.payToken, token));

async function findReceiptFacts(db: Database, which: SQL | undefined) {
  const [head] = await db
    .select({
      payment: {
        id: payments.id,
        attempt: payments.attempt,
        provider: payments.provider,
        mode: payments.mode,
        state: payments.state,
        needsReview: payments.needsReview,
        currency: payments.currency,
        capturedMinor: payments.capturedMinor,
        refundedMinor: payments.refundedMinor,
        details: payments.details,
      },
      /** When the money was first reported as taken, by the provider's clock where it told. */
      paidAt: sql`(select min(coalesce(e.provider_time, e.received_at)) from payment_events e
        where e.payment_id = ${payments.id} and coalesce(e.facts->>'capturedMinor', '0') <> '0')`.mapWith(
        payments.createdAt,
      ),
      /** What a person wrote down about money that came past the providers. */
      offline: {
        kind: offlineReceipts.kind,
        receivedOn: offlineReceipts.receivedOn,
        reference: offlineReceipts.reference,
      },
      order: { ...ORDER, securedMinor: ordering.securedMinor, heldMinor: ordering.heldMinor },
      look: LOOK,
      ...PARTIES,
    })
    .from(payments)
    .innerJoin(ordering, eq(ordering.id, payments.orderId))
    .leftJoin(offlineReceipts, eq(offlineReceipts.paymentId, payments.id))
    .leftJoin(customers, eq(customers.id, ordering.customerId))
    .leftJoin(company, sql`true`)
    .where(and(which, isNull(payments.deletedAt)));
  if (!head) return null;
  const { look, seller, buyer, ...facts } = head;
  return {
    ...lookOf(look),
    ...facts,
    paidAt: facts.paidAt as Date | null,
    parties: partiesOf({ seller, buyer }),
  };
}
export type ReceiptFacts = NonNullable<Awaited<ReturnType<typeof findReceiptFacts>>>;

export const findReceiptOfPayment = (db: Database, id: PaymentId): Promise<ReceiptFacts | null> =>
  findReceiptFacts(db, eq(payments.id, id));
export const findReceiptOfToken = (db: Database, token: string, attempt: number): Promise<ReceiptFacts | null> =>
  findReceiptFacts(db, and(eq(ordering.payToken, token), eq(payments.attempt, attempt)));
