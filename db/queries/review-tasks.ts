import { and, eq, inArray, isNull } from "drizzle-orm";
import type { OrderId, PaymentId, ReviewTaskId } from "#lib/domain/ids";
import type { ReviewCause } from "#lib/domain/review";
import type { Database, Tx } from "../client.ts";
import { reviewTasks } from "../schema/review.ts";

export type ReviewTaskRow = typeof reviewTasks.$inferSelect;
export type NewReviewTask = typeof reviewTasks.$inferInsert;
export type Resolution = NonNullable<ReviewTaskRow["resolution"]>;

/** How a task ends: when, by whom, with what, and why. */
export type TaskEnd = Pick<ReviewTaskRow, "closedAt" | "closedById" | "closedByName" | "note"> & {
  resolution: Resolution;
};

export async function findTask(db: Database | Tx, id: ReviewTaskId): Promise<ReviewTaskRow | null> {
  const [task] = await db.select().from(reviewTasks).where(eq(reviewTasks.id, id));
  return task ?? null;
}

/** One open task per cause and subject: where there is one, nothing happens. */
export async function insertTaskUnlessOpen(tx: Tx, task: NewReviewTask): Promise<void> {
  await tx.insert(reviewTasks).values(task).onConflictDoNothing();
}

export async function closeTask(tx: Tx, id: ReviewTaskId, end: TaskEnd): Promise<void> {
  await tx.update(reviewTasks).set(end).where(eq(reviewTasks.id, id));
}

/** Closes what is open about a payment for these causes. */
export async function closeTasksOfPayment(
  tx: Tx,
  paymentId: PaymentId,
  causes: readonly ReviewCause[],
  end: TaskEnd,
): Promise<void> {
  await tx
    .update(reviewTasks)
    .set(end)
    .where(
      and(eq(reviewTasks.paymentId, paymentId), inArray(reviewTasks.cause, [...causes]), isNull(reviewTasks.closedAt)),
    );
}

export async function closeTasksOfOrder(tx: Tx, orderId: OrderId, cause: ReviewCause, end: TaskEnd): Promise<void> {
  await tx
    .update(reviewTasks)
    .set(end)
    .where(and(eq(reviewTasks.orderId, orderId), eq(reviewTasks.cause, cause), isNull(reviewTasks.closedAt)));
}

/** Who sees to a task that stays open, and with what words. */
export async function saveOpenTask(
  db: Database | Tx,
  id: ReviewTaskId,
  changes: Pick<ReviewTaskRow, "note" | "ownerId">,
): Promise<void> {
  await db
    .update(reviewTasks)
    .set(changes)
    .where(and(eq(reviewTasks.id, id), isNull(reviewTasks.closedAt)));
}
