import { sql } from "drizzle-orm";
import type { OrderId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";

/** Further back a waiver's end is nobody's news. */
const BACK_DAYS = 90;

/**
 * Orders of which something left while a waiver stood in for the money, the waiver is over and the money is not there, as long
 * as nobody has been asked to collect it since; and those of which it has come while somebody is still asked.
 */
export async function goodsOnEndedWaivers(
  db: Database,
  { now, except, limit }: { now: Date; except: ReadonlySet<string>; limit: number },
): Promise<{ id: OrderId }[]> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = await db.execute<{ id: OrderId }>(sql`
    select o.id from sales_orders o
    where o.id <> all(${sql.param([...except])}) and o.id in (
      select w.order_id from (
        select order_id, approved_at, least(ends_at, revoked_at) as over_at from waivers
        where approved_at is not null and least(ends_at, revoked_at) between ${at} - make_interval(days => ${BACK_DAYS}) and ${at}
      ) w
      join sales_orders s on s.id = w.order_id
      where s.cancelled_at is null and s.secured_minor < s.required_minor
        and exists (select 1 from shipments g where g.order_id = w.order_id and g.created_at between w.approved_at and w.over_at)
        and not exists (select 1 from waivers other where other.order_id = w.order_id and other.approved_at is not null
          and other.revoked_at is null and other.ends_at > ${at})
        and not exists (select 1 from review_tasks t where t.order_id = w.order_id
          and (t.cause = 'left_on_waiver' and t.opened_at >= w.over_at
            or t.cause in ('left_on_waiver', 'cover_lost_after_shipping') and t.closed_at is null))
      union
      select t.order_id from review_tasks t join sales_orders s on s.id = t.order_id
      where t.cause = 'left_on_waiver' and t.closed_at is null
        and (s.secured_minor >= s.required_minor or s.cancelled_at is not null))
    order by o.id limit ${limit}`);
  return rows.map(({ id }) => ({ id }));
}

/** When something of an order last left while it might leave unpaid. */
export async function lastLeftOnWaiver(tx: Tx, orderId: OrderId): Promise<Date | null> {
  const [row] = await tx.execute<{ at: string | null }>(sql`
    select max(g.created_at)::text as at from shipments g join waivers w on w.order_id = g.order_id
    where g.order_id = ${orderId} and w.approved_at is not null
      and g.created_at between w.approved_at and least(w.ends_at, w.revoked_at)`);
  return row?.at ? new Date(row.at) : null;
}
