import { database } from "#db/client";
import {
  findInvoiceFacts,
  findProFormaOfOrder,
  findProFormaOfToken,
  findReceiptOfPayment,
  findReceiptOfToken,
  findShipmentFacts,
  type InvoiceFacts,
  type ProFormaFacts,
  type ReceiptFacts,
  type ShipmentFacts,
} from "#db/queries/documents";
import type { InvoiceId, OrderId, PaymentId, ShipmentId } from "#lib/domain/ids";

/** What documents are made of; null where there is no such thing. */

export const readInvoiceFacts = (id: InvoiceId): Promise<InvoiceFacts | null> => findInvoiceFacts(database(), id);
export const readShipmentFacts = (id: ShipmentId): Promise<ShipmentFacts | null> => findShipmentFacts(database(), id);
export const readProFormaFacts = (id: OrderId): Promise<ProFormaFacts | null> => findProFormaOfOrder(database(), id);
export const readReceiptFacts = (id: PaymentId): Promise<ReceiptFacts | null> => findReceiptOfPayment(database(), id);

/** By the order's unguessable address. */
export const readProFormaOfToken = (token: string): Promise<ProFormaFacts | null> =>
  findProFormaOfToken(database(), token);
export const readReceiptOfToken = (token: string, attempt: number): Promise<ReceiptFacts | null> =>
  findReceiptOfToken(database(), token, attempt);
