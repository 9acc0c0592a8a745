import { desc, eq } from "drizzle-orm";
import type { PaymentId } from "#lib/domain/ids";
import type { Database } from "../client.ts";
import { paymentEvents } from "../schema/payments.ts";

/** Reports shown on the transaction page; a payment that is told of more often shows its newest. */
const MOST_EVENTS = 200;

/** What was reported about a payment, newest first. */
export const findPaymentEvents = (db: Database, id: PaymentId) =>
  db
    .select()
    .from(paymentEvents)
    .where(eq(paymentEvents.paymentId, id))
    .orderBy(desc(paymentEvents.id))
    .limit(MOST_EVENTS);
