import { and, asc, eq, gt, isNull, lt } from "drizzle-orm";
import type { PasswordResetId, UserId } from "../../lib/domain/ids.ts";
import type { Database, Tx } from "../client.ts";
import { passwordResets, users } from "../schema/people.ts";

/** Writes down that somebody asks; whether the e-mail is anybody's is not looked at here. */
export async function insertPasswordReset(
  db: Database,
  reset: { id: PasswordResetId; email: string; at: Date },
): Promise<void> {
  await db.insert(passwordResets).values({ id: reset.id, email: reset.email, createdAt: reset.at });
}

/** Takes the oldest wish nobody has looked at, with the active user it is for; null where none waits. */
export async function claimPasswordReset(tx: Tx) {
  const [waiting] = await tx
    .select({ id: passwordResets.id, email: passwordResets.email, createdAt: passwordResets.createdAt })
    .from(passwordResets)
    .where(isNull(passwordResets.answeredAt))
    .orderBy(asc(passwordResets.createdAt))
    .limit(1)
    .for("update", { skipLocked: true });
  if (!waiting) return null;
  const [user] = await tx
    .select({ id: users.id, email: users.email, name: users.name, language: users.language })
    .from(users)
    .where(and(eq(users.email, waiting.email), eq(users.active, true)));
  return { ...waiting, user: user ?? null };
}

export async function answerPasswordReset(
  tx: Tx,
  id: PasswordResetId,
  { userId, at }: { userId: UserId | null; at: Date },
): Promise<void> {
  await tx.update(passwordResets).set({ userId, answeredAt: at }).where(eq(passwordResets.id, id));
}

/** Not used, not too old, and of a user who may sign in. */
const isGood = (id: PasswordResetId, askedAfter: Date) =>
  and(eq(passwordResets.id, id), isNull(passwordResets.usedAt), gt(passwordResets.createdAt, askedAfter));

/** Whose password a link sets; null where it is good for nothing any more. */
export async function userOfPasswordReset(db: Database, id: PasswordResetId, askedAfter: Date) {
  const [found] = await db
    .select({ id: users.id, email: users.email, name: users.name })
    .from(passwordResets)
    .innerJoin(users, eq(users.id, passwordResets.userId))
    .where(and(isGood(id, askedAfter), eq(users.active, true)));
  return found ?? null;
}

/** Uses a link up. False when somebody was faster. */
export async function usePasswordReset(tx: Tx, id: PasswordResetId, at: Date, askedAfter: Date): Promise<boolean> {
  const used = await tx
    .update(passwordResets)
    .set({ usedAt: at })
    .where(isGood(id, askedAfter))
    .returning({ id: passwordResets.id });
  return used.length === 1;
}

/** A new password makes every link to set one worthless. */
export async function endPasswordResetsOf(tx: Tx, userId: UserId, at: Date): Promise<void> {
  await tx
    .update(passwordResets)
    .set({ usedAt: at })
    .where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)));
}

/** Also what strangers typed is not kept. */
export async function forgetOldPasswordResets(db: Database, askedBefore: Date): Promise<void> {
  await db.delete(passwordResets).where(lt(passwordResets.createdAt, askedBefore));
}
