import { asc, eq, sql } from "drizzle-orm";
import type { OrderId, PaymentServiceId } from "#lib/domain/ids";
import type { Database, Tx } from "../client.ts";
import { preparedUpdate } from "../prepared.ts";
import { customers } from "../schema/catalog.ts";
import { orderServices } from "../schema/messages.ts";
import { salesOrders } from "../schema/orders.ts";
import { company } from "../schema/people.ts";

export type NewOrder = typeof salesOrders.$inferInsert;
export type OrderChanges = Partial<NewOrder>;

export async function insertOrder(tx: Tx, order: NewOrder): Promise<void> {
  await tx.insert(salesOrders).values(order);
}

/** Whoever calls holds the order's lock. */
export const saveOrder: (tx: Tx, id: OrderId, changes: OrderChanges) => Promise<void> = preparedUpdate(
  salesOrders,
  salesOrders.id,
  { updatedAt: sql`now()` },
);

/** What a provider shows of an order on its own page: number, customer, seller; and where our page of it is. */
export async function findOrderForLink(db: Database, id: OrderId) {
  const [row] = await db
    .select({ number: salesOrders.number, payToken: salesOrders.payToken, customer: customers, company: company.name })
    .from(salesOrders)
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(company, sql`true`)
    .where(eq(salesOrders.id, id));
  return row ?? null;
}

/** Services among which the customer may choose, the order's own first; none where there is no choice. */
export async function namedServices(tx: Tx, id: OrderId): Promise<PaymentServiceId[]> {
  const rows = await tx
    .select({ id: orderServices.serviceId })
    .from(orderServices)
    .where(eq(orderServices.orderId, id))
    .orderBy(asc(orderServices.position));
  return rows.map((row) => row.id);
}

export async function nameServices(tx: Tx, orderId: OrderId, ids: readonly PaymentServiceId[]): Promise<void> {
  if (ids.length > 0)
    await tx.insert(orderServices).values(ids.map((serviceId, position) => ({ orderId, serviceId, position })));
}

/** Whoever calls holds the order's lock. */
export async function renameServices(tx: Tx, orderId: OrderId, ids: readonly PaymentServiceId[]): Promise<void> {
  await tx.delete(orderServices).where(eq(orderServices.orderId, orderId));
  await nameServices(tx, orderId, ids);
}
