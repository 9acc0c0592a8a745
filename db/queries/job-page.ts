import { desc, eq, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { jobRuns } from "../schema/records.ts";

const RUNS_SHOWN = 20;

export const recentRuns = (db: Database, job: string) =>
  db.select().from(jobRuns).where(eq(jobRuns.job, job)).orderBy(desc(jobRuns.startedAt)).limit(RUNS_SHOWN);

/** What waits for Manage Payment Links now, and since when the oldest of it has been due. */
export async function waitingWork(db: Database) {
  const [row] = await db.execute<{ webhooks: number; operations: number; payments: number; oldest: string | null }>(sql`
    select webhooks.n as webhooks, operations.n as operations, due.n as payments,
      to_char(least(webhooks.oldest, operations.oldest, due.oldest) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as oldest
    from (select count(*)::int as n, min(next_attempt_at) as oldest from webhook_inbox where state = 'received') webhooks,
      (select count(*)::int as n, min(next_attempt_at) as oldest from provider_operations
        where state in ('planned', 'sent', 'unknown')) operations,
      (select count(*)::int as n, min(next_sync_at) as oldest from payments where next_sync_at <= now()) due`);
  if (!row) throw new Error("Invariant broken: a count without a row");
  return row;
}

/** Since when the oldest of it has been due; null when nothing is. Three looks at the front of an index. */
export async function oldestDueWork(db: Database): Promise<Date | null> {
  const [row] = await db.execute<{ ms: number | null }>(sql`
    select (extract(epoch from least(
      (select min(next_attempt_at) from webhook_inbox where state = 'received'),
      (select min(next_attempt_at) from provider_operations where state in ('planned', 'sent', 'unknown')),
      (select min(next_sync_at) from payments where next_sync_at is not null)
    )) * 1000)::float8 as ms`);
  return typeof row?.ms === "number" ? new Date(row.ms) : null;
}

const MOST_WAITING = 20;
export type WaitingRow = {
  kind: "webhook" | "statement" | "operation" | "payment";
  what: string;
  orderNumber: string | null;
  paymentId: string | null;
  attempts: number;
  said: string | null;
  dueAt: string;
};

/** The next of what waits, one by one: news not applied, calls without an answer, payments to be asked about within `minutes`. */
export async function waitingRows(db: Database, minutes: number): Promise<WaitingRow[]> {
  const rows = await db.execute<WaitingRow>(sql`
    select kind, what, number as "orderNumber", payment_id as "paymentId", attempts, said,
      to_char(due at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "dueAt"
    from (
      (select i.source as kind, i.state as what, null as number, null as payment_id, i.attempts, i.error as said,
          i.next_attempt_at as due
        from webhook_inbox i where i.state in ('received', 'unmatched') and i.received_at > now() - interval '3 days'
        order by i.next_attempt_at limit ${MOST_WAITING})
      union all
      (select 'operation', o.kind, s.number, o.payment_id, o.attempts, coalesce(o.message, o.code), o.next_attempt_at
        from provider_operations o join sales_orders s on s.id = o.order_id
        where o.state in ('planned', 'sent', 'unknown') order by o.next_attempt_at limit ${MOST_WAITING})
      union all
      (select 'payment', p.state, s.number, p.id, p.sync_attempts, null, p.next_sync_at
        from payments p join sales_orders s on s.id = p.order_id
        where p.next_sync_at <= now() + make_interval(mins => ${minutes}) order by p.next_sync_at limit ${MOST_WAITING})
    ) waiting order by due limit ${MOST_WAITING}`);
  return rows.map((row) => ({ ...row }));
}
