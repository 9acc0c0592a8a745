import { and, asc, desc, eq, sql } from "drizzle-orm";
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

/** When the first report of money on a payment came. */
export async function findMoneySeenAt(db: Database, id: PaymentId): Promise<Date | null> {
  const [first] = await db
    .select({ at: paymentEvents.receivedAt })
    .from(paymentEvents)
    .where(
      and(
        eq(paymentEvents.paymentId, id),
        sql`(coalesce(${paymentEvents.facts} ->> 'heldMinor', '0') <> '0' or coalesce(${paymentEvents.facts} ->> 'capturedMinor', '0') <> '0')`,
      ),
    )
    .orderBy(asc(paymentEvents.id))
    .limit(1);
  return first?.at ?? null;
}
