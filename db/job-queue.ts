import "server-only";
import { sql } from "drizzle-orm";
import { fromDrizzle, type PgBoss } from "pg-boss";
import { log } from "#lib/log";
import type { Tx } from "./client.ts";

/** The schedule is started by another bundle of this process than the one that answers requests. */
const KEPT = Symbol.for("holdpoint.jobs");
const kept = globalThis as { [KEPT]?: PgBoss | null };

/** Makes this process's running pg-boss known to transactions; null when it stops. */
export function offerJobQueue(boss: PgBoss | null): void {
  kept[KEPT] = boss;
}

/**
 * Writes jobs in the transaction of what they are about: both are there after its commit, or neither. A job is the quick
 * way and never the only one: where no queue is running, or it refuses, the rows themselves are found by the schedule's
 * pulse, and a transaction about money does not fail for it.
 */
export async function writeJobs(tx: Tx, queue: string, keys: readonly string[]): Promise<void> {
  const boss = kept[KEPT];
  if (!boss || keys.length === 0) return;
  try {
    await tx.transaction(async (inner) => {
      const db = fromDrizzle(inner, sql);
      for (const key of keys) await boss.send(queue, { key }, { db, singletonKey: key });
    });
  } catch (error) {
    log.warn("job.not_written", { jobId: queue, error });
  }
}
