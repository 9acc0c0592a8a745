import { eq, sql } from "drizzle-orm";
import { invariant } from "#lib/domain/invariant";
import type { RunDid } from "#lib/domain/job-run";
import type { Database } from "../client.ts";
import { jobRuns } from "../schema/records.ts";

type JobRun = typeof jobRuns.$inferSelect;

export async function insertRun(db: Database, run: Pick<JobRun, "job" | "startedBy">): Promise<bigint> {
  const [row] = await db.insert(jobRuns).values(run).returning({ id: jobRuns.id });
  invariant(row, "an insert gives its row");
  return row.id;
}

export async function finishRun(
  db: Database,
  id: bigint,
  answer: Pick<JobRun, "looked" | "moved" | "failed" | "left">,
  did: RunDid = {},
): Promise<void> {
  await db
    .update(jobRuns)
    .set({ ...answer, note: JSON.stringify(did), finishedAt: sql`now()` })
    .where(eq(jobRuns.id, id));
}

/** How much is due this moment and in nobody's hands: webhooks, provider calls, payments. */
export async function countDueWork(db: Database): Promise<number> {
  const [row] = await db.execute<{ n: number }>(sql`
    select (select count(*) from webhook_inbox where state = 'received' and next_attempt_at <= now())
         + (select count(*) from provider_operations where state in ('planned', 'sent', 'unknown') and next_attempt_at <= now())
         + (select count(*) from payments where next_sync_at <= now() and (locked_until is null or locked_until <= now())) as n`);
  return Number(row?.n ?? 0);
}
