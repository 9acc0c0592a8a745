import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { MessageId, OrderId, PaymentId, PaymentServiceId, UserId } from "../../lib/domain/ids.ts";
import type { MessageKind } from "../../lib/domain/message.ts";
import { createdAt, instant, minor } from "./columns.ts";
import { salesOrders } from "./orders.ts";
import { users } from "./people.ts";
import { paymentServices } from "./services.ts";

/** When the customer had the order's page on screen. Fetches and preview bots are not views. */
export const orderOpens = pgTable("order_opens", {
  orderId: text("order_id")
    .$type<OrderId>()
    .primaryKey()
    .references(() => salesOrders.id),
  firstAt: instant("first_at"),
  lastAt: instant("last_at"),
  count: integer("count").notNull().default(0),
  previewCount: integer("preview_count").notNull().default(0),
  lastFrom: text("last_from"),
});

/** Services among which the customer may choose; none = the order's own service only. */
export const orderServices = pgTable(
  "order_services",
  {
    orderId: text("order_id")
      .$type<OrderId>()
      .notNull()
      .references(() => salesOrders.id),
    serviceId: text("service_id")
      .$type<PaymentServiceId>()
      .notNull()
      .references(() => paymentServices.id),
    position: integer("position").notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.serviceId] })],
);

/** One message to one recipient. Written in the transaction of the event it tells of; at most once per event and step. */
export const messages = pgTable(
  "messages",
  {
    id: text("id").$type<MessageId>().primaryKey(),
    orderId: text("order_id")
      .$type<OrderId>()
      .references(() => salesOrders.id),
    paymentId: text("payment_id").$type<PaymentId>(),
    userId: text("user_id")
      .$type<UserId>()
      .references(() => users.id),
    channel: text("channel").$type<"email" | "sms">().notNull(),
    kind: text("kind").$type<MessageKind>().notNull(),
    language: text("language").$type<"en" | "uk">().notNull(),
    recipient: text("recipient").notNull(),
    /** What fills the template, frozen when the event happened. */
    params: jsonb("params").$type<Record<string, unknown>>().notNull().default({}),
    /** The event and step it tells of: the second of the same is not written. */
    dedupeKey: text("dedupe_key").notNull(),
    state: text("state")
      .$type<"queued" | "sending" | "sent" | "delayed" | "bounced" | "refused" | "failed" | "dropped">()
      .notNull()
      .default("queued"),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at").notNull().defaultNow(),
    lockedUntil: instant("locked_until"),
    /** The Message-ID it is sent under, also when it is sent again. */
    messageId: text("message_id"),
    error: text("error"),
    sentAt: instant("sent_at"),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("messages_once").on(t.dedupeKey),
    index("messages_due").on(t.nextAttemptAt).where(sql`${t.state} in ('queued', 'sending')`),
    index("messages_order").on(t.orderId, t.createdAt.desc()),
    check("message_channel", sql`${t.channel} in ('email', 'sms')`),
    check(
      "message_state",
      sql`${t.state} in ('queued', 'sending', 'sent', 'delayed', 'bounced', 'refused', 'failed', 'dropped')`,
    ),
  ],
);

/** The company's own wording of a message; without a row the built-in one is used. */
export const messageTemplates = pgTable(
  "message_templates",
  {
    kind: text("kind").notNull(),
    language: text("language").$type<"en" | "uk">().notNull(),
    subject: text("subject").notNull(),
    body: text("body").notNull(),
    updatedBy: text("updated_by")
      .$type<UserId>()
      .references(() => users.id),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.language] })],
);

/** How text messages leave: the gateway's address and what it is sent, with {to}, {text} and {secret} in it. */
export type StoredSmsGateway = {
  enabled: boolean;
  url: string;
  method: "POST" | "PUT" | "GET";
  headers: { name: string; value: string }[];
  body: string;
  /** What {secret} stands for, sealed; null = nothing is secret. */
  secret: { sealed: string; last4: string; changedAt: string; changedByName: string } | null;
};

/** What is sent to customers without anybody asking, and through what. One row; without it, the defaults. */
export const messageSettings = pgTable(
  "message_settings",
  {
    id: integer("id").primaryKey().default(1),
    /** Kind → whether it is sent by itself; what is not named is (lib/domain/message.ts). */
    automatic: jsonb("automatic").$type<Partial<Record<MessageKind, boolean>>>().notNull().default({}),
    sms: jsonb("sms").$type<StoredSmsGateway>(),
    version: integer("version").notNull().default(1),
  },
  (t) => [check("one_message_settings", sql`${t.id} = 1`)],
);

/** Something a member of staff should know; shown under the bell, mailed by preference. */
export const notices = pgTable(
  "notices",
  {
    id: minor("id").primaryKey().generatedAlwaysAsIdentity(),
    userId: text("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    kind: text("kind").notNull(),
    orderId: text("order_id").$type<OrderId>(),
    paymentId: text("payment_id").$type<PaymentId>(),
    params: jsonb("params").$type<Record<string, unknown>>().notNull().default({}),
    dedupeKey: text("dedupe_key").notNull(),
    byMail: boolean("by_mail").notNull().default(false),
    createdAt: createdAt(),
    readAt: instant("read_at"),
  },
  (t) => [
    uniqueIndex("notices_once").on(t.userId, t.dedupeKey),
    index("notices_user").on(t.userId, t.id.desc()),
    index("notices_unread").on(t.userId).where(sql`${t.readAt} is null`),
  ],
);
