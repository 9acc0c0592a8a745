import { and, eq, isNull } from "drizzle-orm";
import type { OrderId, WaiverId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { waivers } from "../schema/review.ts";

export type WaiverRow = typeof waivers.$inferSelect;

export async function insertWaiver(tx: Tx, waiver: typeof waivers.$inferInsert): Promise<void> {
  await tx.insert(waivers).values(waiver);
}

/** Which order to lock before {@link lockWaiver}. */
export async function findOrderOfWaiver(db: Database | Tx, id: WaiverId): Promise<OrderId | null> {
  const [found] = await db.select({ orderId: waivers.orderId }).from(waivers).where(eq(waivers.id, id));
  return found?.orderId ?? null;
}

export async function lockWaiver(tx: Tx, id: WaiverId): Promise<WaiverRow | null> {
  const [waiver] = await tx.select().from(waivers).where(eq(waivers.id, id)).for("no key update");
  return waiver ?? null;
}

/** Writes the approval or the revocation; what is revoked stays as it is. */
export async function saveWaiver(tx: Tx, id: WaiverId, changes: Partial<WaiverRow>): Promise<void> {
  await tx
    .update(waivers)
    .set(changes)
    .where(and(eq(waivers.id, id), isNull(waivers.revokedAt)));
}
