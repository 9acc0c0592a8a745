import { and, eq, inArray, lt, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { workInHand } from "../schema/records.ts";

export type WorkKind = typeof workInHand.$inferSelect.kind;

/** Longer than any piece of work takes: in hand for longer means that the hand is dead. */
const IN_HAND_FOR = sql`interval '60 seconds'`;

/** Takes work in hand, in a commit of its own; answers with what nobody has or had in hand: that may be begun. */
export async function takeInHand(db: Database, kind: WorkKind, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const taken = await db
    .insert(workInHand)
    .values(ids.map((id) => ({ kind, id })))
    .onConflictDoNothing()
    .returning({ id: workInHand.id });
  return new Set(taken.map(({ id }) => id));
}

/** Work that was in hand before and has been begun the least often comes first. */
export async function leastInterruptedFirst(db: Database, kind: WorkKind, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .select({ id: workInHand.id })
    .from(workInHand)
    .where(and(eq(workInHand.kind, kind), inArray(workInHand.id, [...ids])))
    .orderBy(workInHand.times, workInHand.takenAt);
  return rows.map(({ id }) => id);
}

/** Takes over from a dead hand: how often it has been begun now, this time included. Null when a living one has it. */
export async function takeOver(db: Database, kind: WorkKind, id: string): Promise<number | null> {
  const [row] = await db
    .update(workInHand)
    .set({ times: sql`${workInHand.times} + 1`, takenAt: sql`now()` })
    .where(and(eq(workInHand.kind, kind), eq(workInHand.id, id), lt(workInHand.takenAt, sql`now() - ${IN_HAND_FOR}`)))
    .returning({ times: workInHand.times });
  return row?.times ?? null;
}

export async function putDown(db: Database, kind: WorkKind, id: string): Promise<void> {
  await db.delete(workInHand).where(and(eq(workInHand.kind, kind), eq(workInHand.id, id)));
}
