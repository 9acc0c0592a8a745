import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type {
  AllocationId,
  AttachmentId,
  OfflineReceiptId,
  OrderId,
  PaymentId,
  ReviewTaskId,
  UserId,
  WaiverId,
} from "../../lib/domain/ids.ts";
import type { Currency, MoneyView } from "../../lib/domain/money.ts";
import type { OfflineKind } from "../../lib/domain/offline.ts";
import type { REVIEW_STEPS } from "../../lib/domain/review.ts";
import { bytea, createdAt, instant, minor } from "./columns.ts";
import { salesOrders } from "./orders.ts";
import { payments } from "./payments.ts";
import { users } from "./people.ts";

/** An exception that a person must decide: one task per cause, closed by an answer or because the cause went away. */
export const reviewTasks = pgTable(
  "review_tasks",
  {
    id: text("id").$type<ReviewTaskId>().primaryKey(),
    cause: text("cause").notNull(),
    orderId: text("order_id")
      .$type<OrderId>()
      .references(() => salesOrders.id),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .references(() => payments.id),
    /** A webhook that matches no payment. */
    inboxId: minor("inbox_id"),
    /** The facts side by side, as they were when the task was opened. */
    details: jsonb("details").$type<Record<string, unknown>>().notNull().default({}),
    ownerId: text("owner_id")
      .$type<UserId>()
      .references(() => users.id),
    openedAt: instant("opened_at").notNull().defaultNow(),
    dueAt: instant("due_at").notNull(),
    closedAt: instant("closed_at"),
    closedById: text("closed_by_id"),
    closedByName: text("closed_by_name"),
    resolution: text("resolution").$type<"accepted" | "refunded" | "attached" | "dismissed" | "cause_gone">(),
    note: text("note"),
  },
  (t) => [
    uniqueIndex("one_open_task_per_cause")
      .on(t.cause, sql`coalesce(${t.paymentId}, '')`, sql`coalesce(${t.orderId}, '')`, sql`coalesce(${t.inboxId}, 0)`)
      .where(sql`${t.closedAt} is null`),
    index("review_open").on(t.dueAt).where(sql`${t.closedAt} is null`),
    index("review_payment").on(t.paymentId),
    check("review_closed_with_resolution", sql`(${t.closedAt} is null) = (${t.resolution} is null)`),
  ],
);

/** What became of a task, step by step: who took it, what changed while it was open, how it ended. Append-only. */
export const reviewEvents = pgTable(
  "review_events",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    taskId: text("task_id")
      .$type<ReviewTaskId>()
      .notNull()
      .references(() => reviewTasks.id),
    at: instant("at").notNull(),
    kind: text("kind").$type<(typeof REVIEW_STEPS)[number]>().notNull(),
    actorKind: text("actor_kind").notNull(),
    actorName: text("actor_name").notNull(),
    params: jsonb("params").$type<Record<string, MoneyView | string | number | null>>().notNull().default({}),
  },
  (t) => [
    index("review_events_task").on(t.taskId, t.id),
    check("review_event_kind", sql`${t.kind} in ('opened', 'facts', 'assigned', 'answered', 'closed')`),
  ],
);

/** Lets an order ship unpaid up to an amount until a moment: asked for by one person, approved by another. */
export const waivers = pgTable(
  "waivers",
  {
    id: text("id").$type<WaiverId>().primaryKey(),
    orderId: text("order_id").$type<OrderId>().notNull(),
    currency: text("currency").$type<Currency>().notNull(),
    capMinor: minor("cap_minor").notNull(),
    reason: text("reason").notNull(),
    endsAt: instant("ends_at").notNull(),
    requestedBy: text("requested_by")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    requestedAt: instant("requested_at").notNull().defaultNow(),
    approvedBy: text("approved_by")
      .$type<UserId>()
      .references(() => users.id),
    approvedAt: instant("approved_at"),
    revokedBy: text("revoked_by")
      .$type<UserId>()
      .references(() => users.id),
    revokedAt: instant("revoked_at"),
  },
  (t) => [
    foreignKey({
      name: "waivers_order_currency",
      columns: [t.orderId, t.currency],
      foreignColumns: [salesOrders.id, salesOrders.currency],
    }),
    index("waivers_order").on(t.orderId),
    index("waivers_newest").on(t.requestedAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    check("waiver_amount", sql`${t.capMinor} > 0 and ${t.capMinor} <= 100000000000`),
    check("waiver_reason", sql`length(${t.reason}) >= 3`),
    check("waiver_four_eyes", sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.requestedBy}`),
    check("waiver_approved_when", sql`(${t.approvedBy} is null) = (${t.approvedAt} is null)`),
    check("waiver_ends", sql`isfinite(${t.endsAt}) and ${t.endsAt} > ${t.requestedAt}`),
  ],
);

/**
 * Money of one order's payment that counts for another order (the answer "attach to another order"), or for none (the answer
 * "dismiss": it stays recorded and counts for nothing). Append-only.
 */
export const allocations = pgTable(
  "allocations",
  {
    id: text("id").$type<AllocationId>().primaryKey(),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .notNull()
      .references(() => payments.id),
    fromOrderId: text("from_order_id")
      .$type<OrderId>()
      .notNull()
      .references(() => salesOrders.id),
    /** Null: set aside, it counts for no order. */
    toOrderId: text("to_order_id").$type<OrderId>(),
    amountMinor: minor("amount_minor").notNull(),
    currency: text("currency").$type<Currency>().notNull(),
    reason: text("reason").notNull(),
    createdBy: text("created_by")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
  },
  (t) => [
    foreignKey({
      name: "allocations_order_currency",
      columns: [t.toOrderId, t.currency],
      foreignColumns: [salesOrders.id, salesOrders.currency],
    }),
    index("allocations_payment").on(t.paymentId),
    index("allocations_to").on(t.toOrderId),
    check("allocation_amount", sql`${t.amountMinor} > 0 and ${t.amountMinor} <= 100000000000`),
    check("allocation_elsewhere", sql`${t.toOrderId} <> ${t.fromOrderId}`),
  ],
);

/** A file that proves something: a bank's paper, a receipt for cash. */
export const attachments = pgTable(
  "attachments",
  {
    id: text("id").$type<AttachmentId>().primaryKey(),
    orderId: text("order_id")
      .$type<OrderId>()
      .notNull()
      .references(() => salesOrders.id),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .references(() => payments.id),
    name: text("name").notNull(),
    mediaType: text("media_type").notNull(),
    size: integer("size").notNull(),
    sha256: text("sha256").notNull(),
    content: bytea("content").notNull(),
    uploadedBy: text("uploaded_by")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
  },
  (t) => [
    index("attachments_order").on(t.orderId),
    check("attachment_size", sql`${t.size} between 1 and 5242880 and octet_length(${t.content}) = ${t.size}`),
    check("attachment_type", sql`${t.mediaType} in ('application/pdf', 'image/png', 'image/jpeg', 'image/webp')`),
  ],
);

/**
 * What a person recorded about money that came past the providers. Above the company's limit it waits for a second person;
 * the payment that counts is made when it needs nobody or once it is approved. Never edited: a mistake is reversed.
 */
export const offlineReceipts = pgTable(
  "offline_receipts",
  {
    id: text("id").$type<OfflineReceiptId>().primaryKey(),
    orderId: text("order_id").$type<OrderId>().notNull(),
    kind: text("kind").$type<OfflineKind>().notNull(),
    amountMinor: minor("amount_minor").notNull(),
    currency: text("currency").$type<Currency>().notNull(),
    receivedOn: date("received_on", { mode: "string" }).notNull(),
    reference: text("reference").notNull(),
    note: text("note"),
    attachmentId: text("attachment_id")
      .$type<AttachmentId>()
      .references(() => attachments.id),
    recordedBy: text("recorded_by")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    recordedAt: instant("created_at").notNull().defaultNow(),
    needsApproval: boolean("needs_approval").notNull(),
    approvedBy: text("approved_by")
      .$type<UserId>()
      .references(() => users.id),
    approvedAt: instant("approved_at"),
    refusedBy: text("refused_by")
      .$type<UserId>()
      .references(() => users.id),
    refusedAt: instant("refused_at"),
    refusedReason: text("refused_reason"),
    /** The money, from the moment it counts. */
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .references(() => payments.id),
  },
  (t) => [
    foreignKey({
      name: "offline_order_currency",
      columns: [t.orderId, t.currency],
      foreignColumns: [salesOrders.id, salesOrders.currency],
    }),
    uniqueIndex("offline_payment").on(t.paymentId),
    index("offline_order").on(t.orderId),
    index("offline_newest").on(t.recordedAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
    check("offline_kind", sql`${t.kind} in ('bank_transfer', 'cash')`),
    check("offline_amount", sql`${t.amountMinor} > 0 and ${t.amountMinor} <= 100000000000`),
    check("offline_received", sql`${t.receivedOn} between date '2000-01-01' and date '2100-12-31'`),
    check("offline_reference", sql`length(${t.reference}) between 1 and 140`),
    check("offline_four_eyes", sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.recordedBy}`),
    check("offline_approved_when", sql`(${t.approvedBy} is null) = (${t.approvedAt} is null)`),
    check(
      "offline_refused_when",
      sql`(${t.refusedBy} is null) = (${t.refusedAt} is null) and (${t.refusedBy} is null) = (${t.refusedReason} is null)`,
    ),
    check("offline_decided_once", sql`${t.approvedAt} is null or ${t.refusedAt} is null`),
    check(
      "offline_counts",
      sql`${t.paymentId} is null or (${t.refusedAt} is null and (not ${t.needsApproval} or ${t.approvedAt} is not null))`,
    ),
  ],
);
