import { and, asc, eq, isNotNull } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { salesOrders } from "../schema/orders.ts";
import { allocations } from "../schema/review.ts";

/** The database refuses more than the payment has left (constraint allocation_too_large). */
export async function insertAllocation(tx: Tx, allocation: typeof allocations.$inferInsert): Promise<void> {
  await tx.insert(allocations).values(allocation);
}

/** Where a payment's money counts instead: another order, or none. */
export const findAllocations = (db: Database, paymentId: PaymentId) =>
  db
    .select({
      amountMinor: allocations.amountMinor,
      currency: allocations.currency,
      orderId: allocations.toOrderId,
      orderNumber: salesOrders.number,
    })
    .from(allocations)
    .leftJoin(salesOrders, eq(salesOrders.id, allocations.toOrderId))
    .where(eq(allocations.paymentId, paymentId))
    .orderBy(asc(allocations.createdAt), asc(allocations.id));

/** Other orders that this payment's money counts for. */
export async function ordersHoldingMoneyOf(db: Database, paymentId: PaymentId): Promise<OrderId[]> {
  const rows = await db
    .selectDistinct({ id: allocations.toOrderId })
    .from(allocations)
    .where(and(eq(allocations.paymentId, paymentId), isNotNull(allocations.toOrderId)));
  return rows.flatMap(({ id }) => (id ? [id] : []));
}
