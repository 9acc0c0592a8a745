import { and, asc, desc, eq, getTableColumns, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { OrderId, PaymentId, ReviewTaskId, UserId } from "#lib/domain/ids";
import { REVIEW_OWNER_ROLES, type ReviewCause } from "#lib/domain/review";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments, webhookInbox } from "../schema/payments.ts";
import { users } from "../schema/people.ts";
import { reviewEvents, reviewTasks } from "../schema/review.ts";
import { paymentServices } from "../schema/services.ts";
import type { After } from "./list-page.ts";

export type ReviewTaskRow = typeof reviewTasks.$inferSelect;
export type NewReviewTask = typeof reviewTasks.$inferInsert;
export type Resolution = NonNullable<ReviewTaskRow["resolution"]>;
export type NewReviewEvent = typeof reviewEvents.$inferInsert;
export type ReviewEventRow = typeof reviewEvents.$inferSelect;

/** How a task ends: when, by whom, with what, and why. */
export type TaskEnd = Pick<ReviewTaskRow, "closedAt" | "closedById" | "closedByName"> & {
  note?: string | null;
  resolution: Resolution;
};

export async function findTask(db: Database | Tx, id: ReviewTaskId): Promise<ReviewTaskRow | null> {
  const [task] = await db.select().from(reviewTasks).where(eq(reviewTasks.id, id));
  return task ?? null;
}

/** One open task per cause and subject: where there is one, nothing happens. True when it was opened now. */
export async function insertTaskUnlessOpen(tx: Tx, task: NewReviewTask): Promise<boolean> {
  const opened = await tx.insert(reviewTasks).values(task).onConflictDoNothing().returning({ id: reviewTasks.id });
  return opened.length > 0;
}

/** The task, locked until the transaction ends: of two people who answer at once one is first. */
export async function lockTask(tx: Tx, id: ReviewTaskId): Promise<ReviewTaskRow | null> {
  const [task] = await tx.select().from(reviewTasks).where(eq(reviewTasks.id, id)).for("no key update");
  return task ?? null;
}

/** Whoever looks after another open task of the order: one person deals with one order. */
export async function ownerOfOrdersTasks(tx: Tx, orderId: OrderId): Promise<UserId | null> {
  const [row] = await tx
    .select({ ownerId: reviewTasks.ownerId })
    .from(reviewTasks)
    .where(and(eq(reviewTasks.orderId, orderId), isNull(reviewTasks.closedAt), isNotNull(reviewTasks.ownerId)))
    .orderBy(asc(reviewTasks.dueAt))
    .limit(1);
  return row?.ownerId ?? null;
}

type TaskId = { id: ReviewTaskId };

export async function closeTask(tx: Tx, id: ReviewTaskId, end: TaskEnd): Promise<void> {
  await tx.update(reviewTasks).set(end).where(eq(reviewTasks.id, id));
}

/** Closes what is open about a payment for these causes; answers with what that was. */
export const closeTasksOfPayment = (
  tx: Tx,
  paymentId: PaymentId,
  causes: readonly ReviewCause[],
  end: TaskEnd,
): Promise<TaskId[]> =>
  tx
    .update(reviewTasks)
    .set(end)
    .where(
      and(eq(reviewTasks.paymentId, paymentId), inArray(reviewTasks.cause, [...causes]), isNull(reviewTasks.closedAt)),
    )
    .returning({ id: reviewTasks.id });

export const closeTasksOfOrder = (tx: Tx, orderId: OrderId, cause: ReviewCause, end: TaskEnd): Promise<TaskId[]> =>
  tx
    .update(reviewTasks)
    .set(end)
    .where(and(eq(reviewTasks.orderId, orderId), eq(reviewTasks.cause, cause), isNull(reviewTasks.closedAt)))
    .returning({ id: reviewTasks.id });

/** Closes the task that a webhook, or another one of the same payment, has opened. */
export const closeTasksOfWebhook = (tx: Tx, inboxId: bigint, end: TaskEnd): Promise<TaskId[]> =>
  tx
    .update(reviewTasks)
    .set(end)
    .where(
      and(
        isNull(reviewTasks.closedAt),
        sql`${reviewTasks.inboxId} in (select twin.id from webhook_inbox own join webhook_inbox twin
          on twin.service_id = own.service_id and twin.reference is not distinct from own.reference where own.id = ${inboxId})`,
      ),
    )
    .returning({ id: reviewTasks.id });

/** Who sees to a task that stays open, and with what words. */
export async function saveOpenTask(
  db: Database | Tx,
  id: ReviewTaskId,
  changes: Partial<Pick<ReviewTaskRow, "note" | "ownerId">>,
): Promise<void> {
  await db
    .update(reviewTasks)
    .set(changes)
    .where(and(eq(reviewTasks.id, id), isNull(reviewTasks.closedAt)));
}

export async function insertReviewEvents(tx: Tx, ...events: NewReviewEvent[]): Promise<void> {
  if (events.length > 0) await tx.insert(reviewEvents).values(events);
}

/** The open tasks of a payment: what changes about it belongs to their history. */
export const openTasksOfPayment = (tx: Tx, paymentId: PaymentId): Promise<TaskId[]> =>
  tx
    .select({ id: reviewTasks.id })
    .from(reviewTasks)
    .where(and(eq(reviewTasks.paymentId, paymentId), isNull(reviewTasks.closedAt)));

/** A task's history, oldest first. */
export const findReviewEvents = (db: Database, taskId: ReviewTaskId): Promise<ReviewEventRow[]> =>
  db.select().from(reviewEvents).where(eq(reviewEvents.taskId, taskId)).orderBy(asc(reviewEvents.id)).limit(200);

/** People who may own a task, by name. */
export const findReviewOwners = (db: Database | Tx): Promise<{ id: UserId; name: string }[]> =>
  db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(and(eq(users.active, true), inArray(users.role, [...REVIEW_OWNER_ROLES])))
    .orderBy(asc(users.name), asc(users.id));

const withNames = (db: Database) =>
  db
    .select({
      task: getTableColumns(reviewTasks),
      orderNumber: salesOrders.number,
      customerName: customers.name,
      ownerName: users.name,
      serviceName: paymentServices.name,
      provider: paymentServices.provider,
      webhook: {
        serviceId: webhookInbox.serviceId,
        source: webhookInbox.source,
        reference: webhookInbox.reference,
        receivedAt: webhookInbox.receivedAt,
        deliveryCount: webhookInbox.deliveryCount,
        state: webhookInbox.state,
      },
      money: {
        heldMinor: payments.heldMinor,
        capturedMinor: payments.capturedMinor,
        refundedMinor: payments.refundedMinor,
        amountMinor: payments.amountMinor,
        currency: payments.currency,
      },
    })
    .from(reviewTasks)
    .leftJoin(salesOrders, eq(salesOrders.id, reviewTasks.orderId))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(payments, eq(payments.id, reviewTasks.paymentId))
    .leftJoin(users, eq(users.id, reviewTasks.ownerId))
    .leftJoin(webhookInbox, eq(webhookInbox.id, reviewTasks.inboxId))
    .leftJoin(paymentServices, sql`${paymentServices.id} = coalesce(${payments.serviceId}, ${webhookInbox.serviceId})`);

/** Open tasks, the first due on top, or closed ones, the latest on top: `limit` at most, from behind `after` on. */
export function listTasks(
  db: Database,
  filter: { state: "open" | "closed"; orderId?: OrderId | undefined; ownerId?: UserId | null | undefined },
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
        filter.ownerId ? eq(reviewTasks.ownerId, filter.ownerId) : undefined,
        filter.ownerId === null ? isNull(reviewTasks.ownerId) : undefined,
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

export type ReviewCounts = { open: number; mine: number; unassigned: number; overdue: number };

/** What is open, for a person's own look at the desk. */
export async function countOpenTasks(db: Database, userId: UserId, now: Date): Promise<ReviewCounts> {
  const count = (condition: SQL) => sql<number>`(count(*) filter (where ${condition}))::int`;
  const [row] = await db
    .select({
      open: sql<number>`count(*)::int`,
      mine: count(sql`${reviewTasks.ownerId} = ${userId}`),
      unassigned: count(sql`${reviewTasks.ownerId} is null`),
      overdue: count(sql`${reviewTasks.dueAt} < ${now.toISOString()}`),
    })
    .from(reviewTasks)
    .where(isNull(reviewTasks.closedAt));
  return row ?? { open: 0, mine: 0, unassigned: 0, overdue: 0 };
}

export const countAllOpenTasks = (db: Database): Promise<number> =>
  db.$count(reviewTasks, isNull(reviewTasks.closedAt));
