import { and, eq, gte, isNull, lte, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { auditLog, idempotencyKeys } from "../schema/records.ts";

export type StoredAnswer = { status: number; body: string; type: string };

/**
 * What a repeat finds: `ours` to run, an answer to replay, a request that still runs, one that died after it had written
 * what it was asked for, or another request's key.
 */
export type Claim =
  | { is: "ours"; lockedAt: Date }
  | { is: "answered"; answer: StoredAnswer }
  | { is: "running" }
  | { is: "begun" }
  | { is: "mismatch" };

type Wish = { userId: string; key: string; requestHash: string; requestId: string | null };
const same = ({ userId, key }: Wish) => and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));

/**
 * Takes a key for one run. Of any number of requests with one key the unique constraint lets one through; a run whose lock
 * is older than `staleBefore` is taken for dead, and one of its repeats inherits the key, unless the dead one had got so far
 * as to write what it was asked for: that is never done a second time.
 */
export async function claimKey(db: Database, wish: Wish, now: Date, staleBefore: Date): Promise<Claim> {
  // A key that is let go between our insert and our look is free again: three rounds settle every race but a contrived one.
  for (let round = 0; round < 3; round++) {
    const inserted = await db
      .insert(idempotencyKeys)
      .values({ ...wish, lockedAt: now, createdAt: now })
      .onConflictDoNothing()
      .returning({ lockedAt: idempotencyKeys.lockedAt });
    if (inserted[0]) return { is: "ours", lockedAt: inserted[0].lockedAt };

    const [found] = await db.select().from(idempotencyKeys).where(same(wish)).limit(1);
    if (!found) continue;
    if (found.requestHash !== wish.requestHash) return { is: "mismatch" };
    if (found.responseStatus !== null)
      return {
        is: "answered",
        answer: { status: found.responseStatus, body: found.responseBody ?? "", type: found.responseType ?? "" },
      };
    if (found.lockedAt >= staleBefore) return { is: "running" };
    if (await hasWritten(db, found.requestId, found.createdAt)) return { is: "begun" };
    const inherited = await db
      .update(idempotencyKeys)
      .set({ lockedAt: now, requestId: wish.requestId })
      .where(and(same(wish), isNull(idempotencyKeys.responseStatus), eq(idempotencyKeys.lockedAt, found.lockedAt)))
      .returning({ lockedAt: idempotencyKeys.lockedAt });
    if (inherited[0]) return { is: "ours", lockedAt: inherited[0].lockedAt };
  }
  return { is: "running" };
}

/** Whether a run has left anything behind: whatever changes something is in the audit log, under the request that did it. */
async function hasWritten(db: Database, requestId: string | null, since: Date): Promise<boolean> {
  if (requestId === null) return false;
  const rows = await db
    .select({ seq: auditLog.seq })
    .from(auditLog)
    .where(and(eq(auditLog.requestId, requestId), gte(auditLog.at, new Date(since.getTime() - 60_000))))
    .limit(1);
  return rows.length > 0;
}

/** Keeps the answer for repeats. A run that was taken for dead and inherited no longer owns the key: nothing happens. */
export async function keepAnswer(db: Database, wish: Wish, lockedAt: Date, answer: StoredAnswer): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ responseStatus: answer.status, responseBody: answer.body, responseType: answer.type })
    .where(and(same(wish), isNull(idempotencyKeys.responseStatus), eq(idempotencyKeys.lockedAt, lockedAt)));
}

/** Lets the key go without an answer: the same wish may be tried again. */
export async function releaseKey(db: Database, wish: Wish, lockedAt: Date): Promise<void> {
  await db
    .delete(idempotencyKeys)
    .where(and(same(wish), isNull(idempotencyKeys.responseStatus), eq(idempotencyKeys.lockedAt, lockedAt)));
}

/** Answers to repeated requests are kept for four days: a bad Friday survives the weekend. */
export async function forgetOldKeys(db: Database): Promise<void> {
  await db.delete(idempotencyKeys).where(lte(idempotencyKeys.createdAt, sql`now() - interval '96 hours'`));
}
