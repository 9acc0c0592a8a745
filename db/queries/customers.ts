import { eq } from "drizzle-orm";
import type { CustomerId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";

export type CustomerRow = typeof customers.$inferSelect;
export type NewCustomer = typeof customers.$inferInsert;

export async function findCustomer(db: Database | Tx, id: CustomerId): Promise<CustomerRow | null> {
  const [row] = await db.select().from(customers).where(eq(customers.id, id));
  return row ?? null;
}

export async function lockCustomer(tx: Tx, id: CustomerId): Promise<CustomerRow | null> {
  const [row] = await tx.select().from(customers).where(eq(customers.id, id)).for("no key update");
  return row ?? null;
}

export async function insertCustomer(tx: Tx, customer: NewCustomer): Promise<CustomerRow> {
  const [row] = await tx.insert(customers).values(customer).returning();
  invariant(row, "an insert gives its row");
  return row;
}

export async function saveCustomer(tx: Tx, id: CustomerId, changes: Partial<NewCustomer>): Promise<void> {
  await tx.update(customers).set(changes).where(eq(customers.id, id));
}
