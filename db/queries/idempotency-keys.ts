import { and, eq, isNull, lte, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { idempotencyKeys } from "../schema/records.ts";

export type StoredAnswer = { status: number; body: string; type: string };

/** What a repeat finds: `ours` to run, an answer to replay, a request that still runs, or another request's key. */
export type Claim =
  | { is: "ours"; lockedAt: Date }
  | { is: "answered"; answer: StoredAnswer }
  | { is: "running" }
  | { is: "mismatch" };

type Wish = { userId: string; key: string; requestHash: string };
const same = ({ userId, key }: Wish) => and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));

/**
 * Takes a key for one run. Of any number of requests with one key the unique constraint lets one through; a run whose lock
 * is older than `staleBefore` is taken for dead, and one of its repeats inherits the key.
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
    const inherited = await db
      .update(idempotencyKeys)
      .set({ lockedAt: now })
      .where(and(same(wish), isNull(idempotencyKeys.responseStatus), eq(idempotencyKeys.lockedAt, found.lockedAt)))
      .returning({ lockedAt: idempotencyKeys.lockedAt });
    if (inherited[0]) return { is: "ours", lockedAt: inherited[0].lockedAt };
  }
  return { is: "running" };
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
