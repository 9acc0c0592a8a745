import { randomBytes } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { makeId, type OrderId, type PaymentId, type UserId } from "#lib/domain/ids";
import type { MessageChannel, MessageKind } from "#lib/domain/message";
import type { MoneyView } from "#lib/domain/money";
import type { Tx } from "../client.ts";
import { writeJobs } from "../job-queue.ts";
import { customers } from "../schema/catalog.ts";
import { messages } from "../schema/messages.ts";
import { salesOrders } from "../schema/orders.ts";

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

/**
 * Writes messages and their jobs in the transaction of what they tell of. One that was written before (same dedupe key) is
 * not written again; one without an address is not written at all.
 */
export async function queueMessages(tx: Tx, ...drafts: MessageDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const orderIds = [...new Set(drafts.flatMap(({ orderId }) => (orderId ? [orderId] : [])))];
  const orders = orderIds.length
    ? await tx
        .select({
          id: salesOrders.id,
          language: salesOrders.language,
          email: customers.email,
          phone: customers.phone,
        })
        .from(salesOrders)
        .leftJoin(customers, eq(customers.id, salesOrders.customerId))
        .where(inArray(salesOrders.id, orderIds))
    : [];
  const rows = drafts.flatMap((draft) => {
    const order = orders.find(({ id }) => id === draft.orderId);
    const channel = draft.channel ?? "email";
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
        ...(draft.sendAt ? { nextAttemptAt: draft.sendAt } : {}),
      },
    ];
  });
  if (rows.length === 0) return;
  const written = await tx
    .insert(messages)
    .values(rows)
    .onConflictDoNothing({ target: messages.dedupeKey })
    .returning({ id: messages.id });
  await writeJobs(
    tx,
    SEND_MESSAGE,
    written.map(({ id }) => id),
  );
}
