import { type SQL, sql } from "drizzle-orm";
import type { OrderListViewName, PLAIN_STATES } from "#lib/contracts/orders";
import type { Database } from "../client.ts";

/** A link that ends within this time is "ending": long enough to call the customer. */
const LINK_ENDING_WITHIN_HOURS = 3;
/** Nobody counts further by eye; a count stops here. */
const COUNT_TO = 10_001;

/**
 * The ready views of the order list as predicates over `sales_orders`, constants written out so that the partial indexes
 * of drizzle/0002_search.sql apply. Null: every order.
 */
export function inView(view: OrderListViewName, now: Date): SQL | null {
  const moment = sql`${now.toISOString()}::timestamptz`;
  switch (view) {
    case "all":
      return null;
    case "todo":
      return sql`(needs_review or (released_at is not null and cancelled_at is null and shipped <> 'fully'
        and (accepted or payment_state is null or payment_state not in ('creating', 'pending', 'processing'))))`;
    case "pending_prepayment":
      return sql`status = 'pending_prepayment'`;
    case "ready_to_ship":
      return sql`(status = 'released' and shipped <> 'fully' and accepted
        and (accepted_until is null or accepted_until > ${moment}))`;
    case "partly_shipped":
      return sql`shipped = 'partly'`;
    case "holds":
      return sql`held_minor > 0`;
    case "link_ending":
      return sql`(next_deadline_kind = 'link' and next_deadline_at is not null
        and next_deadline_at < ${moment} + ${sql.raw(`interval '${LINK_ENDING_WITHIN_HOURS} hours'`)})`;
    case "review":
      return sql`needs_review`;
  }
}

/** The six plain words managers filter by, over `payment_state` and `needs_review`. */
export function inPlainState(plain: (typeof PLAIN_STATES)[number], state: SQL = sql`payment_state`): SQL {
  const words = {
    paid: "'successful', 'withholding'",
    pending: "'creating', 'pending', 'processing'",
    failed: "'failed'",
    expired: "'expired', 'cancelled'",
    refunded: "'refunded', 'partially_refunded'",
  };
  return plain === "review" ? sql`needs_review` : sql`${state} in (${sql.raw(words[plain])})`;
}

/** How many orders each view holds, counted no further than {@link COUNT_TO}. One statement. */
export async function countViews<V extends OrderListViewName>(
  db: Database,
  views: readonly V[],
  now: Date,
): Promise<Record<V, number>> {
  const counts = views.map((view) => {
    const where = inView(view, now);
    const bounded = sql`select 1 from sales_orders ${where ? sql`where ${where}` : sql``} limit ${sql.raw(String(COUNT_TO))}`;
    return sql`(select count(*)::int from (${bounded}) counted) as ${sql.identifier(view)}`;
  });
  const [row] = await db.execute<Record<V, number>>(sql`select ${sql.join(counts, sql`, `)}`);
  if (!row) throw new Error("Invariant broken: a count without a row");
  return row;
}
