import { and, asc, inArray, sql } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Tx } from "../client.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments, providerOperations } from "../schema/payments.ts";
import type { PaymentRow } from "./payment-rows.ts";

export type OrderRow = typeof salesOrders.$inferSelect;
export type OperationRow = typeof providerOperations.$inferSelect;

/** An order with everything that decides about its money, rows locked until the transaction ends. */
export type LockedOrder = {
  order: OrderRow;
  payments: PaymentRow[];
  operations: OperationRow[];
  /** Approved and not revoked. */
  waivers: { id: string; capMinor: bigint; endsAt: Date }[];
  /** Money of other orders' payments attached to this one. */
  attachedMinor: bigint;
  /** Payment id → what of its money is attached elsewhere. */
  attachedElsewhere: Map<string, bigint>;
};

export const LIVE_OPERATIONS = ["planned", "sent", "unknown"] as const;

/**
 * Locks an order, its payments and its unsettled provider operations, in this order and ids ascending, as everywhere. The
 * statements travel together and run one after the other. Null when there is no such order.
 */
export async function lockOrder(tx: Tx, id: OrderId): Promise<LockedOrder | null> {
  return lockWhere(tx, sql`${id}`);
}

/** The same, found by one of its payments. */
export async function lockOrderOfPayment(tx: Tx, id: PaymentId): Promise<LockedOrder | null> {
  return lockWhere(tx, sql`(select p.order_id from payments p where p.id = ${id})`);
}

async function lockWhere(tx: Tx, orderId: ReturnType<typeof sql>): Promise<LockedOrder | null> {
  const [orders, paymentRows, operations, besides] = await Promise.all([
    tx.select().from(salesOrders).where(sql`${salesOrders.id} = ${orderId}`).for("no key update"),
    tx
      .select()
      .from(payments)
      .where(sql`${payments.orderId} = ${orderId}`)
      .orderBy(asc(payments.id))
      .for("no key update"),
    tx
      .select()
      .from(providerOperations)
      .where(
        and(sql`${providerOperations.orderId} = ${orderId}`, inArray(providerOperations.state, [...LIVE_OPERATIONS])),
      )
      .orderBy(asc(providerOperations.id))
      .for("no key update"),
    // Read after the order's lock: whoever writes one of these holds it first.
    tx.execute<{ kind: "waiver" | "in" | "out"; id: string; amount: string; until: string | null }>(sql`
      select 'waiver' as kind, id, cap_minor::text as amount, ends_at::text as until from waivers
      where order_id = ${orderId} and approved_at is not null and revoked_at is null
      union all
      -- What its own payment has lost meanwhile counts here no longer either, as in the database's gate.
      select 'in', a.payment_id, least(a.amount_minor, secured_now(p))::text, null
      from allocations a join payments p on p.id = a.payment_id where a.to_order_id = ${orderId}
      union all
      select 'out', payment_id, amount_minor::text, null from allocations where from_order_id = ${orderId}`),
  ]);
  const order = orders[0];
  if (!order) return null;
  const locked: LockedOrder = {
    order,
    payments: paymentRows,
    operations,
    waivers: [],
    attachedMinor: 0n,
    attachedElsewhere: new Map(),
  };
  for (const { kind, id, amount, until } of besides) {
    if (kind === "waiver" && until) locked.waivers.push({ id, capMinor: BigInt(amount), endsAt: new Date(until) });
    if (kind === "in") locked.attachedMinor += BigInt(amount);
    if (kind === "out") locked.attachedElsewhere.set(id, (locked.attachedElsewhere.get(id) ?? 0n) + BigInt(amount));
  }
  return locked;
}
