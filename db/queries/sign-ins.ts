import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { SignInId, UserId } from "../../lib/domain/ids.ts";
import type { Database, Tx } from "../client.ts";
import { prepared } from "../prepared.ts";
import { signIns, users } from "../schema/people.ts";

export type NewSignIn = {
  id: SignInId;
  userId: UserId;
  at: Date;
  userAgent: string | null;
  ip: string | null;
  kept: boolean;
};

export async function insertSignIn(db: Database | Tx, { at, ...signIn }: NewSignIn): Promise<void> {
  await db.insert(signIns).values({ ...signIn, createdAt: at, lastSeenAt: at });
}

/** A sign-in and its user as they are now; null when there is no such row. */
export async function readSignIn(db: Database | Tx, id: SignInId) {
  const [found] = await signInWithUser(db, { id });
  if (!found) return null;
  const { createdAt, lastSeenAt, endedAt, kept, ...user } = found;
  return { createdAt, lastSeenAt, endedAt, kept, user };
}

const signInWithUser = prepared((db) =>
  db
    .select({
      createdAt: signIns.createdAt,
      lastSeenAt: signIns.lastSeenAt,
      endedAt: signIns.endedAt,
      kept: signIns.kept,
      id: users.id,
      name: users.name,
      email: users.email,
      role: users.role,
      language: users.language,
      active: users.active,
    })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .where(eq(signIns.id, sql.placeholder("id"))),
);

/** Moves `last_seen_at` forward; of several requests at once one writes. */
export async function touchSignIn(db: Database | Tx, id: SignInId, at: Date, unlessSince: Date): Promise<void> {
  await db
    .update(signIns)
    .set({ lastSeenAt: at })
    .where(and(eq(signIns.id, id), lt(signIns.lastSeenAt, unlessSince), isNull(signIns.endedAt)));
}

export async function endSignIn(db: Database | Tx, id: SignInId, at: Date): Promise<void> {
  await db
    .update(signIns)
    .set({ endedAt: at })
    .where(and(eq(signIns.id, id), isNull(signIns.endedAt)));
}

/** Signs a user out everywhere. Answers how many sign-ins that ended. */
export async function endSignInsOf(db: Database | Tx, userId: UserId, at: Date): Promise<number> {
  const ended = await db
    .update(signIns)
    .set({ endedAt: at })
    .where(and(eq(signIns.userId, userId), isNull(signIns.endedAt)))
    .returning({ id: signIns.id });
  return ended.length;
}

/** Rows that can never be used again and that nobody asks about any more. */
export async function forgetOldSignIns(db: Database | Tx, endedBefore: Date): Promise<void> {
  await db.delete(signIns).where(or(lt(signIns.endedAt, endedBefore), lt(signIns.lastSeenAt, endedBefore)));
}
