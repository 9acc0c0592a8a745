import { and, asc, desc, eq, getTableColumns, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { OrderId, PaymentId, ReviewTaskId } from "#lib/domain/ids";
import type { ReviewCause } from "#lib/domain/review";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { users } from "../schema/people.ts";
import { reviewTasks } from "../schema/review.ts";
import type { After } from "./list-page.ts";

export type ReviewTaskRow = typeof reviewTasks.$inferSelect;
export type NewReviewTask = typeof reviewTasks.$inferInsert;
export type Resolution = NonNullable<ReviewTaskRow["resolution"]>;

/** How a task ends: when, by whom, with what, and why. */
export type TaskEnd = Pick<ReviewTaskRow, "closedAt" | "closedById" | "closedByName"> & {
  note?: string | null;
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

const withNames = (db: Database) =>
  db
    .select({
      task: getTableColumns(reviewTasks),
      orderNumber: salesOrders.number,
      customerName: customers.name,
      ownerName: users.name,
      money: {
        heldMinor: payments.heldMinor,
        capturedMinor: payments.capturedMinor,
        amountMinor: payments.amountMinor,
        currency: payments.currency,
      },
    })
    .from(reviewTasks)
    .leftJoin(salesOrders, eq(salesOrders.id, reviewTasks.orderId))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(payments, eq(payments.id, reviewTasks.paymentId))
    .leftJoin(users, eq(users.id, reviewTasks.ownerId));

/** Open tasks, the first due on top, or closed ones, the latest on top: `limit` at most, from behind `after` on. */
export function listTasks(
  db: Database,
  filter: { state: "open" | "closed"; orderId?: OrderId | undefined },
  after: After,
  limit: number,
) {
  const isOpen = filter.state === "open";
  const key = isOpen ? reviewTasks.dueAt : reviewTasks.closedAt;
  const behind =
    after && sql`(${key}, ${reviewTasks.id}) ${sql.raw(isOpen ? ">" : "<")} (${after.key}::timestamptz, ${after.id})`;
  const way = isOpen ? asc : desc;
  return withNames(db)
    .where(
      and(
        isOpen ? isNull(reviewTasks.closedAt) : isNotNull(reviewTasks.closedAt),
        filter.orderId ? eq(reviewTasks.orderId, filter.orderId) : undefined,
        behind ?? undefined,
      ),
    )
    .orderBy(way(key), way(reviewTasks.id))
    .limit(limit);
}
export type ListedTask = Awaited<ReturnType<typeof listTasks>>[number];

export async function findTaskWithNames(db: Database, id: ReviewTaskId): Promise<ListedTask | null> {
  const [row] = await withNames(db).where(eq(reviewTasks.id, id));
  return row ?? null;
}

export async function countOpenTasks(db: Database): Promise<number> {
  return db.$count(reviewTasks, isNull(reviewTasks.closedAt));
}
