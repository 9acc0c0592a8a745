import { and, desc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { messages } from "../schema/messages.ts";
import { orderTimeline, salesOrders } from "../schema/orders.ts";

/** Of each sort: more is the timeline's. */
const MOST = 10;

/** The last times the link of an order was handed out, newest first, with what became of those that we sent. */
export const sharesOfOrder = (db: Database, orderId: OrderId) =>
  db
    .select({
      id: orderTimeline.id,
      at: orderTimeline.at,
      params: orderTimeline.params,
      byName: orderTimeline.actorName,
      state: messages.state,
      error: messages.error,
    })
    .from(orderTimeline)
    .leftJoin(messages, sql`${messages.dedupeKey} = ${orderTimeline.params}->>'message'`)
    .where(and(eq(orderTimeline.orderId, orderId), eq(orderTimeline.kind, "link.shared")))
    .orderBy(desc(orderTimeline.id))
    .limit(MOST);

/** The messages that carried the link without anybody sending them. */
export const automaticShares = (db: Database, orderId: OrderId) =>
  db
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.orderId, orderId),
        inArray(messages.kind, ["payment_request", "expired_new_link", "reminder"]),
        ne(messages.state, "dropped"),
        sql`${messages.dedupeKey} not like 'share:%'`,
      ),
    )
    .orderBy(desc(messages.createdAt))
    .limit(MOST);

/** Where the customer of an order can be written to. */
export async function contactOfOrder(
  tx: Tx,
  orderId: OrderId,
): Promise<{ email: string | null; phone: string | null }> {
  const [row] = await tx
    .select({ email: customers.email, phone: customers.phone })
    .from(salesOrders)
    .innerJoin(customers, eq(customers.id, salesOrders.customerId))
    .where(eq(salesOrders.id, orderId));
  return row ?? { email: null, phone: null };
}

/** True when the very same words went to the same address a moment ago. Ask with the order locked. */
export async function sentJustNow(
  tx: Tx,
  message: { paymentId: PaymentId; channel: "email" | "sms"; recipient: string; text: string | null },
): Promise<boolean> {
  const rows = await tx
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        // By the order first: that is how messages are found among many.
        sql`${messages.orderId} = (select p.order_id from payments p where p.id = ${message.paymentId})`,
        eq(messages.paymentId, message.paymentId),
        eq(messages.channel, message.channel),
        eq(messages.recipient, message.recipient),
        sql`${messages.params}->>'text' is not distinct from ${message.text}`,
        gt(messages.createdAt, sql`now() - interval '30 seconds'`),
        sql`${messages.dedupeKey} like 'share:%'`,
      ),
    )
    .limit(1);
  return rows.length > 0;
}
