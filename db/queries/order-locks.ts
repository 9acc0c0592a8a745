import { and, asc, inArray, type SQL, sql } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Tx } from "../client.ts";
import { prepared } from "../prepared.ts";
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

/** The four statements of a lock, for an order that is named by `whose`. */
function locksOf(whose: SQL) {
  const orders = prepared((tx) =>
    tx.select().from(salesOrders).where(sql`${salesOrders.id} = ${whose}`).for("no key update"),
  );
  const paymentRows = prepared((tx) =>
    tx
      .select()
      .from(payments)
      .where(sql`${payments.orderId} = ${whose}`)
      .orderBy(asc(payments.id))
      .for("no key update"),
  );
  const operations = prepared((tx) =>
    tx
      .select()
      .from(providerOperations)
      .where(
        and(sql`${providerOperations.orderId} = ${whose}`, inArray(providerOperations.state, [...LIVE_OPERATIONS])),
      )
      .orderBy(asc(providerOperations.id))
      .for("no key update"),
  );
  // Read after the order's lock: whoever writes one of these holds it first.
  const besides = prepared((tx) =>
    tx
      .select({
        kind: sql<"waiver" | "in" | "out">`kind`,
        id: sql<string>`id`,
        amount: sql<string>`amount`,
        until: sql<string | null>`until`,
      })
      .from(sql`(
        select 'waiver' as kind, id, cap_minor::text as amount, ends_at::text as until from waivers
        where order_id = ${whose} and approved_at is not null and revoked_at is null
        union all
        -- What its own payment has lost meanwhile counts here no longer either, as in the database's gate.
        select 'in', a.payment_id, least(a.amount_minor, secured_now(p))::text, null
        from allocations a join payments p on p.id = a.payment_id where a.to_order_id = ${whose}
        union all
        select 'out', payment_id, amount_minor::text, null from allocations where from_order_id = ${whose}) besides`),
  );
  return (tx: Tx, id: string) =>
    Promise.all([orders(tx, { id }), paymentRows(tx, { id }), operations(tx, { id }), besides(tx, { id })]);
}

const lockById = locksOf(sql`${sql.placeholder("id")}`);
const lockByPayment = locksOf(sql`(select p.order_id from payments p where p.id = ${sql.placeholder("id")})`);

/**
 * Locks an order, its payments and its unsettled provider operations, in this order and ids ascending, as everywhere. The
 * statements travel together and run one after the other. Null when there is no such order.
 */
export const lockOrder = async (tx: Tx, id: OrderId): Promise<LockedOrder | null> => lockedOf(await lockById(tx, id));

/** The same, found by one of its payments. */
export const lockOrderOfPayment = async (tx: Tx, id: PaymentId): Promise<LockedOrder | null> =>
  lockedOf(await lockByPayment(tx, id));

function lockedOf([orders, paymentRows, operations, besides]: Awaited<
  ReturnType<typeof lockById>
>): LockedOrder | null {
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
