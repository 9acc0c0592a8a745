import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { OperationId, OrderId, PaymentId, PaymentServiceId, UserId } from "../../lib/domain/ids.ts";
import type { Currency } from "../../lib/domain/money.ts";
import type {
  MoneyFacts,
  OperationKind,
  OperationState,
  PaymentState,
  PaymentType,
  ReviewReason,
} from "../../lib/domain/payment.ts";
import type { PaymentDetails, PaymentSource } from "../../lib/domain/provider.ts";
import { bytea, createdAt, instant, minor } from "./columns.ts";
import { salesOrders } from "./orders.ts";
import { users } from "./people.ts";
import { paymentServices } from "./services.ts";

/** One attempt to be paid: one link, one amount, one life. */
export const payments = pgTable(
  "payments",
  {
    /** Also the reference the provider hears. */
    id: text("id").$type<PaymentId>().primaryKey(),
    orderId: text("order_id").$type<OrderId>().notNull(),
    /** Null only for money that came past the providers. */
    serviceId: text("service_id")
      .$type<PaymentServiceId>()
      .references(() => paymentServices.id),
    provider: text("provider").$type<PaymentSource>().notNull(),
    attempt: integer("attempt").notNull(),
    paymentType: text("payment_type").$type<PaymentType>().notNull(),
    mode: text("mode").$type<"test" | "live">().notNull(),
    holdMarginHours: integer("hold_margin_hours").notNull(),

    // Frozen when the record is written (trigger payments_frozen).
    amountMinor: minor("amount_minor").notNull(),
    currency: text("currency").$type<Currency>().notNull(),
    /** What the order required in all when this was asked for: an edit since then shows by it. */
    requiredMinor: minor("required_minor"),
    purpose: text("purpose").notNull(),
    language: text("language").$type<"en" | "uk">().notNull(),
    validUntil: instant("valid_until").notNull(),

    // Facts: they only grow.
    progress: text("progress").$type<MoneyFacts["progress"]>().notNull().default("none"),
    heldMinor: minor("held_minor").notNull().default(sql`0`),
    capturedMinor: minor("captured_minor").notNull().default(sql`0`),
    refundedMinor: minor("refunded_minor").notNull().default(sql`0`),
    holdReleased: boolean("hold_released").notNull().default(false),
    ended: text("ended").$type<NonNullable<MoneyFacts["ended"]>>(),
    withdrawn: boolean("withdrawn").notNull().default(false),
    holdExpiresAt: instant("hold_expires_at"),
    /** How near the hold's end was when people were last warned of it, in hours; null: not yet. */
    holdWarnedHours: integer("hold_warned_hours"),
    reviewReasons: text("review_reasons").array().$type<ReviewReason[]>().notNull().default(sql`'{}'::text[]`),
    /** Reasons a person has looked at and accepted. */
    reviewAccepted: text("review_accepted").array().$type<ReviewReason[]>().notNull().default(sql`'{}'::text[]`),

    // Computed from the facts.
    state: text("state").$type<PaymentState>().notNull().default("creating"),
    needsReview: boolean("needs_review").notNull().default(false),

    providerPaymentId: text("provider_payment_id"),
    url: text("url"),
    expiresAt: instant("expires_at"),
    details: jsonb("details").$type<PaymentDetails>().notNull().default({}),
    description: text("description"),
    metadata: jsonb("metadata").$type<Record<string, string>>().notNull().default({}),
    replacedBy: text("replaced_by").$type<PaymentId>(),
    cancelRequestedAt: instant("cancel_requested_at"),
    finalizeRequestedMinor: minor("finalize_requested_minor"),
    endedReason: text("ended_reason"),
    deletedAt: instant("deleted_at"),

    /** When the provider is asked next; null = nothing is awaited. */
    nextSyncAt: instant("next_sync_at"),
    syncAttempts: integer("sync_attempts").notNull().default(0),
    lockedUntil: instant("locked_until"),
    checkedAt: instant("checked_at"),
    lastSource: text("last_source"),
    createdBy: text("created_by")
      .$type<UserId>()
      .references(() => users.id),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    foreignKey({
      name: "payments_order_currency",
      columns: [t.orderId, t.currency],
      foreignColumns: [salesOrders.id, salesOrders.currency],
    }).onDelete("restrict"),
    unique("payments_attempt").on(t.orderId, t.attempt),
    uniqueIndex("one_live_payment")
      .on(t.orderId)
      .where(sql`${t.state} in ('creating', 'pending', 'processing') and ${t.provider} <> 'offline'`),
    uniqueIndex("payments_provider_id")
      .on(t.serviceId, t.providerPaymentId)
      .where(sql`${t.providerPaymentId} is not null`),
    index("payments_newest")
      .on(t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`${t.deletedAt} is null`),
    index("payments_provider")
      .on(t.provider, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`${t.deletedAt} is null`),
    index("payments_state")
      .on(t.state, t.createdAt.desc().nullsFirst(), t.id.desc().nullsFirst())
      .where(sql`${t.deletedAt} is null`),
    index("payments_due").on(t.nextSyncAt).where(sql`${t.nextSyncAt} is not null`),
    index("payments_holds").on(t.holdExpiresAt).where(sql`${t.state} = 'withholding'`),
    check("payment_amount", sql`${t.amountMinor} > 0 and ${t.amountMinor} <= 100000000000`),
    check("payment_facts", sql`${t.heldMinor} >= 0 and ${t.capturedMinor} >= 0 and ${t.refundedMinor} >= 0`),
    check("payment_finalize", sql`${t.finalizeRequestedMinor} is null or ${t.finalizeRequestedMinor} > 0`),
    check("payment_progress", sql`${t.progress} in ('none', 'pending', 'processing')`),
    check("payment_ended", sql`${t.ended} in ('failed', 'expired', 'cancelled')`),
    check("payment_type", sql`${t.paymentType} in ('debit', 'withholding')`),
    check("payment_source", sql`(${t.provider} = 'offline') = (${t.serviceId} is null)`),
    check("payment_mode", sql`${t.mode} in ('test', 'live')`),
    check(
      "payment_state",
      sql`${t.state} in ('creating', 'pending', 'processing', 'withholding', 'successful', 'partially_refunded', 'refunded', 'failed', 'expired', 'cancelled')`,
    ),
    check(
      "payment_instants",
      sql`isfinite(${t.validUntil}) and isfinite(${t.expiresAt}) and isfinite(${t.holdExpiresAt}) and isfinite(${t.nextSyncAt})`,
    ),
    check(
      "payment_deleted_is_moneyless",
      sql`${t.deletedAt} is null or (${t.heldMinor} = 0 and ${t.capturedMinor} = 0) or ${t.needsReview}`,
    ),
  ],
);

/** One intended call to a provider: committed before the call, settled after it. */
export const providerOperations = pgTable(
  "provider_operations",
  {
    id: text("id").$type<OperationId>().primaryKey(),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .notNull()
      .references(() => payments.id, { onDelete: "restrict" }),
    orderId: text("order_id")
      .$type<OrderId>()
      .notNull()
      .references(() => salesOrders.id, { onDelete: "restrict" }),
    kind: text("kind").$type<OperationKind>().notNull(),
    state: text("state").$type<OperationState>().notNull().default("planned"),
    amountMinor: minor("amount_minor"),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at"),
    lockedUntil: instant("locked_until"),
    sentAt: instant("sent_at"),
    finishedAt: instant("finished_at"),
    durationMs: integer("duration_ms"),
    code: text("code"),
    message: text("message"),
    /** Why a person wanted it (refunds, releases). */
    reason: text("reason"),
    actorId: text("actor_id"),
    actorName: text("actor_name").notNull(),
    requestId: text("request_id"),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("one_live_operation").on(t.paymentId, t.kind).where(sql`${t.state} in ('planned', 'sent', 'unknown')`),
    index("operations_payment").on(t.paymentId, t.createdAt),
    index("operations_due").on(t.nextAttemptAt).where(sql`${t.state} in ('planned', 'sent', 'unknown')`),
    check("operation_kind", sql`${t.kind} in ('create_link', 'cancel_link', 'finalize', 'release_hold', 'refund')`),
    check(
      "operation_state",
      sql`${t.state} in ('planned', 'sent', 'unknown', 'confirmed', 'rejected', 'resolved', 'needs_review')`,
    ),
    check("operation_amount", sql`${t.amountMinor} is null or ${t.amountMinor} > 0`),
    check("operation_due", sql`${t.state} not in ('planned', 'sent', 'unknown') or ${t.nextAttemptAt} is not null`),
  ],
);

/** What providers told us, byte for byte. The identity is kept for ever; nothing here is ever deleted by the app. */
export const webhookInbox = pgTable(
  "webhook_inbox",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    serviceId: text("service_id")
      .$type<PaymentServiceId>()
      .notNull()
      .references(() => paymentServices.id),
    /** A signed message, or a line of the provider's statement that no payment of ours explains. */
    source: text("source").$type<"webhook" | "statement">().notNull().default("webhook"),
    eventKey: text("event_key").notNull(),
    reference: text("reference"),
    receivedAt: instant("received_at").notNull().defaultNow(),
    deliveryCount: integer("delivery_count").notNull().default(1),
    headers: jsonb("headers").$type<Record<string, string>>().notNull(),
    raw: bytea("raw").notNull(),
    state: text("state").$type<"received" | "applied" | "unmatched" | "quarantined">().notNull().default("received"),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at").notNull().defaultNow(),
    handledAt: instant("handled_at"),
    error: text("error"),
  },
  (t) => [
    unique("webhook_event").on(t.serviceId, t.eventKey),
    index("inbox_due").on(t.nextAttemptAt).where(sql`${t.state} in ('received', 'unmatched')`),
    index("inbox_reference").on(t.reference).where(sql`${t.state} = 'unmatched'`),
    check("inbox_state", sql`${t.state} in ('received', 'applied', 'unmatched', 'quarantined')`),
    check("inbox_source", sql`${t.source} in ('webhook', 'statement')`),
  ],
);

/** Facts about money; append-only. No business CHECK: whatever a provider says happened must be storable. */
export const paymentEvents = pgTable(
  "payment_events",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    paymentId: text("payment_id")
      .$type<PaymentId>()
      .notNull()
      .references(() => payments.id, { onDelete: "restrict" }),
    orderId: text("order_id").$type<OrderId>().notNull(),
    eventKey: text("event_key").notNull(),
    source: text("source").$type<"webhook" | "status" | "action" | "statement" | "person">().notNull(),
    sourceRef: text("source_ref"),
    providerStatus: text("provider_status").notNull(),
    /** The reported facts, amounts as decimal text of minor units. */
    facts: jsonb("facts").$type<Record<string, string | boolean | null>>().notNull(),
    effect: text("effect").$type<"applied" | "known" | "review">().notNull(),
    providerTime: instant("provider_time"),
    receivedAt: instant("received_at").notNull().defaultNow(),
    raw: jsonb("raw").$type<Record<string, unknown>>(),
  },
  (t) => [unique("payment_event").on(t.paymentId, t.eventKey), index("payment_events_order").on(t.orderId)],
);
