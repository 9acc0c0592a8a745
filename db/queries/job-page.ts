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
