import { and, asc, eq, getTableColumns, isNotNull, sql } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { allocations } from "../schema/review.ts";
import type { PaymentRow } from "./payment-rows.ts";

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

/** What counts for an order of other orders' payments, payment by payment, as far as it is still there. */
export async function moneyAttachedTo(
  tx: Tx,
  orderId: OrderId,
): Promise<{ payment: PaymentRow; amountMinor: bigint }[]> {
  const rows = await tx
    .select({
      payment: getTableColumns(payments),
      amount: sql<string>`least(sum(${allocations.amountMinor}), secured_now(${payments}))::text`,
    })
    .from(allocations)
    .innerJoin(payments, eq(payments.id, allocations.paymentId))
    .where(eq(allocations.toOrderId, orderId))
    .groupBy(payments.id)
    .orderBy(asc(payments.id));
  return rows
    .map(({ payment, amount }) => ({ payment, amountMinor: BigInt(amount) }))
    .filter(({ amountMinor }) => amountMinor > 0n);
}

/** Other orders that this payment's money counts for. */
export async function ordersHoldingMoneyOf(db: Database, paymentId: PaymentId): Promise<OrderId[]> {
  const rows = await db
    .selectDistinct({ id: allocations.toOrderId })
    .from(allocations)
    .where(and(eq(allocations.paymentId, paymentId), isNotNull(allocations.toOrderId)));
  return rows.flatMap(({ id }) => (id ? [id] : []));
}
