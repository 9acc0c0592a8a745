import { eq, inArray } from "drizzle-orm";
import type { ItemId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { items } from "../schema/catalog.ts";

export type ItemRow = typeof items.$inferSelect;
export type NewItem = typeof items.$inferInsert;

export async function findItem(db: Database | Tx, id: ItemId): Promise<ItemRow | null> {
  const [row] = await db.select().from(items).where(eq(items.id, id));
  return row ?? null;
}

/** Those of these ids that exist, in no order. */
export const findItems = (tx: Tx, ids: readonly ItemId[]): Promise<ItemRow[]> =>
  tx
    .select()
    .from(items)
    .where(inArray(items.id, [...ids]));

export async function lockItem(tx: Tx, id: ItemId): Promise<ItemRow | null> {
  const [row] = await tx.select().from(items).where(eq(items.id, id)).for("no key update");
  return row ?? null;
}

/** Breaks the constraint items_sku where another item has this code; so does {@link saveItem}. */
export async function insertItem(tx: Tx, item: NewItem): Promise<void> {
  await tx.insert(items).values(item);
}

export async function saveItem(tx: Tx, id: ItemId, changes: Partial<NewItem>): Promise<void> {
  await tx.update(items).set(changes).where(eq(items.id, id));
}
