import { randomBytes } from "node:crypto";
import { and, asc, desc, eq, inArray, isNull, lte, ne, or, sql } from "drizzle-orm";
import { type MessageId, makeId, type OrderId, type PaymentId, type UserId } from "#lib/domain/ids";
import type { MessageChannel, MessageFault, MessageKind, MessageState, ReturnReason } from "#lib/domain/message";
import type { MoneyView } from "#lib/domain/money";
import type { Database, Tx } from "../client.ts";
import { writeJobs } from "../job-queue.ts";
import { prepared, preparedInsert } from "../prepared.ts";
import { customers } from "../schema/catalog.ts";
import { messageSettings, messages } from "../schema/messages.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { company } from "../schema/people.ts";

/** The queue whose jobs name messages to send. */
export const SEND_MESSAGE = "send-message";

export type MessageParams = Record<string, MoneyView | string | number | null>;

/** A message to be sent; see `Story` in lib/workflows/story.ts for what each field means to whoever writes one. */
export type MessageDraft = {
  channel?: MessageChannel;
  kind: MessageKind;
  orderId: OrderId | null;
  paymentId?: PaymentId | null;
  userId?: UserId | null;
  to?: string | null;
  language?: "en" | "uk";
  params?: MessageParams;
  dedupeKey: string;
  sendAt?: Date;
};

const customersOf = prepared((tx) =>
  tx
    .select({
      id: salesOrders.id,
      language: salesOrders.language,
      email: customers.email,
      phone: customers.phone,
      texts: sql<boolean | null>`(${messageSettings.sms}->>'enabled')::boolean`,
    })
    .from(salesOrders)
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(messageSettings, sql`true`)
    .where(sql`${salesOrders.id} = any(${sql.placeholder("orderIds")}::text[])`),
);

const insertDue = preparedInsert(
  messages,
  ["id", "orderId", "paymentId", "userId", "channel", "kind", "language", "recipient", "params", "dedupeKey"],
  (insert) => insert.onConflictDoNothing({ target: messages.dedupeKey }).returning({ id: messages.id }),
);

/**
 * Writes messages and their jobs in the transaction of what they tell of. One that was written before (same dedupe key) is
 * not written again; one without an address is not written at all, and one whose customer has a phone only is a text message.
 */
export async function queueMessages(tx: Tx, ...drafts: MessageDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const orderIds = [...new Set(drafts.flatMap(({ orderId }) => (orderId ? [orderId] : [])))];
  const orders = orderIds.length ? await customersOf(tx, { orderIds }) : [];
  const rows = drafts.flatMap((draft) => {
    const order = orders.find(({ id }) => id === draft.orderId);
    // Who has no mailbox hears by text message, where the company can send them.
    const channel =
      draft.channel ?? (order && !order.email && order.phone && order.texts && !draft.to ? "sms" : "email");
    const recipient = draft.to ?? (channel === "email" ? order?.email : order?.phone);
    if (!recipient) return [];
    return [
      {
        id: makeId("msg", Date.now(), randomBytes(16)),
        orderId: draft.orderId,
        paymentId: draft.paymentId ?? null,
        userId: draft.userId ?? null,
        channel,
        kind: draft.kind,
        language: draft.language ?? order?.language ?? "uk",
        recipient,
        params: draft.params ?? {},
        dedupeKey: draft.dedupeKey,
        sendAt: draft.sendAt ?? null,
      },
    ];
  });
  if (rows.length === 0) return;
  const later = rows.some(({ sendAt }) => sendAt !== null);
  // The server's own clock says when a message is due at once.
  const written = later
    ? await tx
        .insert(messages)
        .values(rows.map(({ sendAt, ...row }) => ({ ...row, ...(sendAt ? { nextAttemptAt: sendAt } : {}) })))
        .onConflictDoNothing({ target: messages.dedupeKey })
        .returning({ id: messages.id })
    : await insertDue(tx, rows);
  await writeJobs(
    tx,
    SEND_MESSAGE,
    written.map(({ id }) => id),
  );
}

export type MessageRow = typeof messages.$inferSelect;

const isFree = or(isNull(messages.lockedUntil), lte(messages.lockedUntil, sql`now()`));

/** Names messages whose turn has come; {@link claimMessage} takes each for itself. */
export const dueMessages = (db: Database, limit: number): Promise<{ id: MessageId }[]> =>
  db
    .select({ id: messages.id })
    .from(messages)
    .where(and(eq(messages.state, "queued"), lte(messages.nextAttemptAt, sql`now()`), isFree))
    .orderBy(asc(messages.nextAttemptAt))
    .limit(limit);

/** Takes a waiting message for so long. Null when somebody else has it, or its turn has not come. */
export async function claimMessage(db: Database, id: MessageId, seconds: number): Promise<MessageRow | null> {
  const [row] = await db
    .update(messages)
    .set({
      attempts: sql`${messages.attempts} + 1`,
      lockedUntil: sql`now() + make_interval(secs => ${seconds})`,
    })
    .where(and(eq(messages.id, id), eq(messages.state, "queued"), lte(messages.nextAttemptAt, sql`now()`), isFree))
    .returning();
  return row ?? null;
}

/** The number of the try is the fence: whoever was overtaken may no longer say anything about the message. */
const isOurTry = ({ id, attempts }: Pick<MessageRow, "id" | "attempts">) =>
  and(eq(messages.id, id), eq(messages.attempts, attempts));

/** From here on nobody knows whether it arrives. False when the message is no longer in this process's hands. */
export async function markMessageSending(
  db: Database,
  message: Pick<MessageRow, "id" | "attempts">,
  seconds: number,
): Promise<boolean> {
  const marked = await db
    .update(messages)
    .set({ state: "sending", lockedUntil: sql`now() + make_interval(secs => ${seconds})` })
    .where(and(isOurTry(message), eq(messages.state, "queued"), sql`${messages.lockedUntil} > now()`))
    .returning({ id: messages.id });
  return marked.length === 1;
}

export type MessageEnd = {
  state: Exclude<MessageState, "queued" | "sending" | "delayed" | "bounced">;
  fault: MessageFault | string | null;
  said: string | null;
};

/** Ends a message. False when it has been ended otherwise meanwhile. */
export async function endMessage(
  tx: Tx,
  message: Pick<MessageRow, "id" | "attempts">,
  { state, fault, said }: MessageEnd,
): Promise<boolean> {
  const ended = await tx
    .update(messages)
    .set({
      state,
      lockedUntil: null,
      error: fault === null ? null : errorText(fault, said),
      ...(state === "sent" ? { sentAt: sql`now()` } : {}),
    })
    .where(and(isOurTry(message), inArray(messages.state, ["queued", "sending"])))
    .returning({ id: messages.id });
  return ended.length === 1;
}

/** A message, locked, and whose order it is about. Null: there is no such message. */
export async function lockMessage(tx: Tx, id: MessageId) {
  const [row] = await tx
    .select({ message: messages, salespersonId: salesOrders.salespersonId })
    .from(messages)
    .leftJoin(salesOrders, eq(salesOrders.id, messages.orderId))
    .where(eq(messages.id, id))
    .for("no key update", { of: messages });
  return row ?? null;
}

/** What a mail server reports about a message that it had taken; whoever calls holds the message's lock. */
export async function noteReport(
  tx: Tx,
  id: MessageId,
  { state, fault, said }: { state: "delayed" | "bounced"; fault: ReturnReason; said: string | null },
): Promise<void> {
  await tx
    .update(messages)
    .set({
      state,
      lockedUntil: null,
      error: errorText(fault, said),
      sentAt: sql`coalesce(${messages.sentAt}, now())`,
    })
    .where(eq(messages.id, id));
}

/** Puts a message back: nothing was delivered, and its turn comes again. `counted`: whether this was a try. */
export async function postponeMessage(
  db: Database | Tx,
  message: Pick<MessageRow, "id" | "attempts">,
  { at, fault, said, counted = true }: { at: Date; fault: MessageFault | null; said: string | null; counted?: boolean },
): Promise<void> {
  await db
    .update(messages)
    .set({
      state: "queued",
      lockedUntil: null,
      nextAttemptAt: at,
      error: fault === null ? null : errorText(fault, said),
      ...(counted ? {} : { attempts: sql`${messages.attempts} - 1` }),
    })
    .where(and(isOurTry(message), inArray(messages.state, ["queued", "sending"])));
}

/** Messages whose turn has come and that nothing is set up to send: they wait, hour by hour, for a day. */
export async function postponeUnsendable(db: Database, channel: MessageChannel): Promise<void> {
  await db
    .update(messages)
    .set({
      attempts: sql`${messages.attempts} + 1`,
      state: sql`case when ${messages.attempts} >= 24 then 'failed' else ${messages.state} end`,
      nextAttemptAt: sql`now() + interval '1 hour'`,
      error: "not_configured" satisfies MessageFault,
    })
    .where(
      and(eq(messages.state, "queued"), eq(messages.channel, channel), lte(messages.nextAttemptAt, sql`now()`), isFree),
    );
}

/** `code: the server's own sentence`, as kept in one column. */
const errorText = (fault: string, said: string | null): string => (said ? `${fault}: ${said}` : fault).slice(0, 400);

/** Messages whose sender died between the last dot and its answer. */
export const abandonedMessages = (db: Database, limit: number): Promise<MessageRow[]> =>
  db
    .select()
    .from(messages)
    .where(and(eq(messages.state, "sending"), lte(messages.lockedUntil, sql`now()`)))
    .limit(limit);

/** Everything a message is written from, as it is now. */
export async function messageFacts(db: Database, message: MessageRow) {
  const [seller, [row], others] = await Promise.all([
    db.select().from(company),
    message.orderId
      ? db
          .select({ order: salesOrders, customer: customers, payment: payments })
          .from(salesOrders)
          .leftJoin(customers, eq(customers.id, salesOrders.customerId))
          .leftJoin(payments, eq(payments.id, message.paymentId ?? ("" as PaymentId)))
          .where(eq(salesOrders.id, message.orderId))
      : [],
    message.orderId && message.paymentId
      ? db
          .select({ id: payments.id })
          .from(payments)
          .where(
            and(
              eq(payments.orderId, message.orderId),
              sql`${payments.id} <> ${message.paymentId}`,
              isNull(payments.deletedAt),
              sql`${payments.state} not in ('failed', 'expired', 'cancelled')`,
              sql`${payments.attempt} > (select p.attempt from payments p where p.id = ${message.paymentId})`,
            ),
          )
          .limit(1)
      : [],
  ]);
  return {
    company: seller[0] ?? null,
    ...(row ?? { order: null, customer: null, payment: null }),
    laterAttempt: others.length > 0,
  };
}
export type MessageFacts = Awaited<ReturnType<typeof messageFacts>>;

const SHOWN = 50;

/** What was sent about an order, newest first; what staff were told is theirs. Null: no such order. */
export async function messagesOfOrder(db: Database, orderId: OrderId): Promise<MessageRow[] | null> {
  const rows = await db
    .select()
    .from(messages)
    .where(and(eq(messages.orderId, orderId), ne(messages.kind, "staff_notice")))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(SHOWN);
  if (rows.length > 0) return rows;
  const [order] = await db.select({ id: salesOrders.id }).from(salesOrders).where(eq(salesOrders.id, orderId));
  return order ? [] : null;
}

export async function findMessage(db: Database | Tx, id: MessageId): Promise<MessageRow | null> {
  const [row] = await db.select().from(messages).where(eq(messages.id, id));
  return row ?? null;
}
