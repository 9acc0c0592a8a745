import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { createdAt, instant, minor } from "./columns.ts";

/** Append-only, hash-chained by a trigger (`seq`, `prev_hash`, `hash` are the trigger's). One row per change. */
export const auditLog = pgTable(
  "audit_log",
  {
    seq: minor("seq").primaryKey(),
    /** Each database connection writes a chain of its own, so that writers do not wait for each other's disk. */
    chain: smallint("chain").notNull().default(0),
    at: instant("at").notNull(),
    actorKind: text("actor_kind").$type<"user" | "token" | "webhook" | "task" | "customer" | "holdpoint">().notNull(),
    actorId: text("actor_id").notNull(),
    actorName: text("actor_name").notNull(),
    action: text("action").notNull(),
    entity: text("entity").notNull(),
    entityId: text("entity_id").notNull(),
    requestId: text("request_id"),
    /** The canonical text that is hashed: before, after, reason. Stored as text so that the hash never depends on jsonb. */
    body: text("body").notNull(),
    prevHash: text("prev_hash").notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [
    index("audit_entity").on(t.entity, t.entityId, t.seq),
    index("audit_chain_order").on(t.chain, t.seq.desc().nullsFirst()),
    index("audit_actor").on(t.actorId, t.seq.desc().nullsFirst()),
    // Rows come in the order of time: a few summaries find a day among millions, and cost a writer next to nothing.
    index("audit_at").using("brin", t.at),
  ],
);

/** Answers to people's writes, so that a repeat of the same intent gets the same answer. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    userId: text("user_id").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    /** The run that has the key: what it wrote names it, so that a dead one's work is not done a second time. */
    requestId: text("request_id"),
    /** Null while the first request runs. */
    responseStatus: integer("response_status"),
    responseBody: text("response_body"),
    responseType: text("response_type"),
    lockedAt: instant("locked_at").notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.userId, t.key] }), index("idempotency_age").on(t.createdAt)],
);

/** A job runs in one place at a time; the token fences off a holder that slept through its lease. */
export const jobLeases = pgTable("job_leases", {
  name: text("name").primaryKey(),
  holder: text("holder"),
  token: minor("token").notNull().default(sql`0`),
  expiresAt: instant("expires_at").notNull(),
});

export const jobRuns = pgTable(
  "job_runs",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    job: text("job").notNull(),
    startedAt: instant("started_at").notNull().defaultNow(),
    finishedAt: instant("finished_at"),
    startedBy: text("started_by").notNull(),
    looked: integer("looked").notNull().default(0),
    moved: integer("moved").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    left: integer("left").notNull().default(0),
    note: text("note"),
  },
  (t) => [index("job_runs_recent").on(t.job, t.startedAt.desc())],
);

/**
 * What Manage Payment Links is working on this moment. Written before the work in a commit of its own and removed after it,
 * whatever came of it: a row that stays was in the hands of a process that died.
 */
export const workInHand = pgTable(
  "work_in_hand",
  {
    kind: text("kind").$type<"webhook" | "operation" | "payment">().notNull(),
    id: text("id").notNull(),
    times: smallint("times").notNull().default(1),
    takenAt: instant("taken_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.kind, t.id] }),
    check("work_kind", sql`${t.kind} in ('webhook', 'operation', 'payment')`),
  ],
);

/** Raised by the database when a shipped order loses its cover: an alarm, never an error. */
export const alarms = pgTable(
  "alarms",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    orderId: text("order_id").notNull(),
    paymentId: text("payment_id"),
    kind: text("kind").notNull(),
    details: jsonb("details").$type<Record<string, unknown>>().notNull().default({}),
    raisedAt: instant("raised_at").notNull().defaultNow(),
    closedAt: instant("closed_at"),
  },
  (t) => [
    index("alarms_open").on(t.orderId).where(sql`${t.closedAt} is null`),
    check("alarm_kind", sql`length(${t.kind}) > 0`),
  ],
);

/** Kept by rate-limiter-flexible. */
export const rateLimits = pgTable("rate_limits", {
  key: text("key").primaryKey(),
  points: integer("points").notNull().default(0),
  expire: minor("expire"),
});
