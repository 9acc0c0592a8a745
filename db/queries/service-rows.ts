import { and, eq, ne, sql } from "drizzle-orm";
import type { PaymentServiceId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { payments } from "../schema/payments.ts";
import { paymentServices } from "../schema/services.ts";

export type ServiceRow = typeof paymentServices.$inferSelect;

export async function findService(db: Database | Tx, id: PaymentServiceId): Promise<ServiceRow | null> {
  const [row] = await db.select().from(paymentServices).where(eq(paymentServices.id, id));
  return row ?? null;
}

export async function lockService(tx: Tx, id: PaymentServiceId): Promise<ServiceRow | null> {
  const [row] = await tx.select().from(paymentServices).where(eq(paymentServices.id, id)).for("no key update");
  return row ?? null;
}

export async function serviceHasPayments(tx: Tx, id: PaymentServiceId): Promise<boolean> {
  const rows = await tx.select({ id: payments.id }).from(payments).where(eq(payments.serviceId, id)).limit(1);
  return rows.length > 0;
}

/**
 * Takes the Always include mark off every other service and answers which had it. Two people moving the mark at once
 * would each miss the other's row, so the mark is moved by one transaction at a time.
 */
export async function takeAlwaysInclude(tx: Tx, newHolder: PaymentServiceId): Promise<ServiceRow[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('holdpoint.always_include'))`);
  return tx
    .update(paymentServices)
    .set({ alwaysInclude: false, version: sql`${paymentServices.version} + 1` })
    .where(and(eq(paymentServices.alwaysInclude, true), ne(paymentServices.id, newHolder)))
    .returning();
}
