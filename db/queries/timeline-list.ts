import { desc, eq } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Database } from "../client.ts";
import { orderTimeline } from "../schema/orders.ts";

/** Longer stories are cut at their old end. */
const LONGEST = 500;

const list = (db: Database) => db.select().from(orderTimeline);

export const timelineOfOrder = (db: Database, id: OrderId) =>
  list(db).where(eq(orderTimeline.orderId, id)).orderBy(desc(orderTimeline.id)).limit(LONGEST);
export const timelineOfPayment = (db: Database, id: PaymentId) =>
  list(db).where(eq(orderTimeline.paymentId, id)).orderBy(desc(orderTimeline.id)).limit(LONGEST);
export type TimelineRow = Awaited<ReturnType<typeof timelineOfOrder>>[number];
