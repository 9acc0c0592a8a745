import { and, eq } from "drizzle-orm";
import type { AttachmentId, OrderId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { attachments } from "../schema/review.ts";

export type NewAttachment = typeof attachments.$inferInsert;

export async function insertAttachment(tx: Tx, attachment: NewAttachment): Promise<void> {
  await tx.insert(attachments).values(attachment);
}

/** A file with its bytes; null when there is none. */
export async function findAttachment(db: Database, id: AttachmentId) {
  const [row] = await db
    .select({
      id: attachments.id,
      name: attachments.name,
      mediaType: attachments.mediaType,
      content: attachments.content,
    })
    .from(attachments)
    .where(eq(attachments.id, id));
  return row ?? null;
}

/** True when the file was taken in for this order. */
export async function isAttachmentOf(tx: Tx, id: AttachmentId, orderId: OrderId): Promise<boolean> {
  const [row] = await tx
    .select({ id: attachments.id })
    .from(attachments)
    .where(and(eq(attachments.id, id), eq(attachments.orderId, orderId)));
  return row !== undefined;
}
