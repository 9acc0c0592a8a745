import { sql } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Database } from "../client.ts";

export type RemindableLink = {
  paymentId: PaymentId;
  orderId: OrderId;
  /** When it was last handed to the customer. */
  sentAt: Date;
  expiresAt: Date;
  /** The customer's own zone; null = the company's. */
  zone: string | null;
  /** Steps that were sent, or are waiting to be. */
  done: string[];
};

/** Links that can be paid now, were handed to their customers, and whose customers can be written to. */
export async function remindableLinks(db: Database, now: Date): Promise<RemindableLink[]> {
  const rows = await db.execute<{
    payment_id: PaymentId;
    order_id: OrderId;
    sent_at: string;
    expires_at: string;
    zone: string | null;
    done: string[];
  }>(sql`
    select p.id as payment_id, p.order_id, handed.at::text as sent_at, p.expires_at::text, c.zone,
      array(select m.dedupe_key from messages m where m.order_id = p.order_id and m.payment_id = p.id and m.kind = 'reminder') as done
    from payments p
    join sales_orders o on o.id = p.order_id
    join customers c on c.id = o.customer_id
    cross join lateral (
      select max(at) as at from (
        select m.sent_at as at from messages m
        where m.order_id = p.order_id and m.payment_id = p.id and m.state = 'sent'
          and m.kind in ('payment_request', 'expired_new_link')
        union all
        select t.at from order_timeline t
        where t.order_id = p.order_id and t.payment_id = p.id and t.kind = 'link.shared'
      ) every_time
    ) handed
    where p.state = 'pending' and p.deleted_at is null and p.url is not null and p.expires_at > ${now.toISOString()}
      and o.cancelled_at is null and handed.at is not null and (c.email is not null or c.phone is not null)`);
  return rows.map((row) => ({
    paymentId: row.payment_id,
    orderId: row.order_id,
    sentAt: new Date(row.sent_at),
    expiresAt: new Date(row.expires_at),
    zone: row.zone,
    done: row.done,
  }));
}
