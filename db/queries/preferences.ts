import { eq } from "drizzle-orm";
import type { UserId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { users } from "../schema/people.ts";

export async function findPreferences(db: Database, id: UserId): Promise<Record<string, unknown>> {
  const [row] = await db.select({ preferences: users.preferences }).from(users).where(eq(users.id, id));
  return row?.preferences ?? {};
}

/** The same, locked until the transaction ends: of two changes at once neither loses the other's part. */
export async function lockPreferences(tx: Tx, id: UserId): Promise<Record<string, unknown>> {
  const [row] = await tx
    .select({ preferences: users.preferences })
    .from(users)
    .where(eq(users.id, id))
    .for("no key update");
  return row?.preferences ?? {};
}

export async function savePreferences(tx: Tx, id: UserId, preferences: Record<string, unknown>): Promise<void> {
  await tx.update(users).set({ preferences }).where(eq(users.id, id));
}
