import { asc, desc, eq, getTableColumns, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { OperationKind, OperationState } from "#lib/domain/payment";
import type { Database } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { orderOpens } from "../schema/messages.ts";
import { invoices, orderLines, salesOrders, shipments } from "../schema/orders.ts";
import { payments, providerOperations } from "../schema/payments.ts";
import { users } from "../schema/people.ts";
import { paymentServices } from "../schema/services.ts";
import { receiptOf } from "./offline-receipts.ts";
import { LIVE_OPERATIONS } from "./order-locks.ts";

/** How many of a customer's newest orders are looked at when theirs are counted. */
const CUSTOMER_ORDERS_COUNTED = 1_000;

/** An instant inside JSON, as views carry it. */
const iso = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

/** Money that counts for another order than the one it was paid for: of others here, and of this one elsewhere. */
type Attachment = { from: string; to: string; paymentId: PaymentId; amountMinor: string; isHeld: boolean };
const attachments = sql<
  Attachment[]
>`(select coalesce(jsonb_agg(jsonb_build_object('from', payer.number, 'to', other.number,
    'paymentId', p.id, 'amountMinor', there.amount::text, 'isHeld', p.state = 'withholding') order by p.id, other.id), '[]')
  from (select a.payment_id, a.from_order_id, a.to_order_id, sum(a.amount_minor) as attached from allocations a
    where a.to_order_id = ${salesOrders.id} or (a.from_order_id = ${salesOrders.id} and a.to_order_id is not null)
    group by a.payment_id, a.from_order_id, a.to_order_id) one
  join payments p on p.id = one.payment_id
  join sales_orders payer on payer.id = one.from_order_id
  join sales_orders other on other.id = one.to_order_id
  -- As far as it is still there.
  cross join lateral (select least(one.attached, secured_now(p)) as amount) there where there.amount > 0)`;

/** An order, who and what it names, and whether another service could make its links. Null when there is none. */
export async function findOrderPage(db: Database, id: OrderId) {
  // Under a name of its own, or the outer order's customer would be compared with itself.
  const theirs = sql`(select released_at, cancelled_at, accepted, shipped from sales_orders other
    where other.customer_id = ${salesOrders.customerId} limit ${sql.raw(String(CUSTOMER_ORDERS_COUNTED))}) theirs`;
  const [row] = await db
    .select({
      order: salesOrders,
      customer: {
        id: customers.id,
        name: customers.name,
        email: customers.email,
        phone: customers.phone,
        language: customers.language,
        taxId: customers.taxId,
      },
      orderCount: sql<number>`(select count(*)::int from ${theirs})`,
      unpaidCount: sql<number>`(select count(*)::int from ${theirs} where released_at is not null and cancelled_at is null
        and not accepted and shipped <> 'fully')`,
      salesperson: { id: users.id, name: users.name },
      opened: orderOpens,
      service: {
        id: paymentServices.id,
        name: paymentServices.name,
        provider: paymentServices.provider,
        paymentType: paymentServices.paymentType,
        validitySeconds: paymentServices.validitySeconds,
        holdMarginHours: paymentServices.holdMarginHours,
        mode: paymentServices.mode,
        enabled: paymentServices.enabled,
        currency: paymentServices.currency,
        credentialsUsable: sql<boolean>`${paymentServices.credentialsComplete} and ${paymentServices.credentialsProblemAt} is null`,
      },
      otherServiceUsable: sql<boolean>`exists (select from payment_services other where other.enabled
        and other.currency = ${salesOrders.currency} and other.credentials_problem_at is null
        and other.id is distinct from ${salesOrders.serviceId})`,
      otherServices: sql<{ id: string; name: string }[]>`(select coalesce(jsonb_agg(jsonb_build_object('id', s.id,
          'name', s.name) order by c.position), '[]') from order_services c join payment_services s on s.id = c.service_id
        where c.order_id = ${salesOrders.id} and c.service_id is distinct from ${salesOrders.serviceId})`,
      /** Money of other orders' payments attached to this one. */
      attachedMinor: sql`(select coalesce(sum(least(a.amount_minor, secured_now(p))), 0)::bigint
          from allocations a join payments p on p.id = a.payment_id where a.to_order_id = ${salesOrders.id})`.mapWith(
        BigInt,
      ),
      attachments,
    })
    .from(salesOrders)
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(users, eq(users.id, salesOrders.salespersonId))
    .leftJoin(paymentServices, eq(paymentServices.id, salesOrders.serviceId))
    .leftJoin(orderOpens, eq(orderOpens.orderId, salesOrders.id))
    .where(eq(salesOrders.id, id));
  return row ?? null;
}
export type OrderPageRow = NonNullable<Awaited<ReturnType<typeof findOrderPage>>>;

/** The lines of an order, with what has been shipped and invoiced of each. */
export function findLines(db: Database, orderId: OrderId) {
  const done = (table: "shipment_lines" | "invoice_lines") =>
    sql`(select coalesce(sum(d.quantity_milli), 0)::bigint from ${sql.raw(table)} d where d.line_id = order_lines.id)`.mapWith(
      BigInt,
    );
  return db
    .select({
      ...getTableColumns(orderLines),
      shippedMilli: done("shipment_lines"),
      invoicedMilli: done("invoice_lines"),
    })
    .from(orderLines)
    .where(eq(orderLines.orderId, orderId))
    .orderBy(asc(orderLines.position));
}
export type LineRow = Awaited<ReturnType<typeof findLines>>[number];

/** A provider call on a payment: the one without an answer, or the last that was refused. */
type Unsettled = { kind: OperationKind; state: OperationState; since: string; attempts: number };
type Failure = { kind: OperationKind; code: string; message: string; at: string };

const replacement = alias(payments, "replacement");
const liveStates = sql.raw(LIVE_OPERATIONS.map((state) => `'${state}'`).join(", "));

/** A payment with everything its view shows. Used for one payment and for all of an order. */
const paymentWithNames = {
  payment: payments,
  orderNumber: salesOrders.number,
  payToken: salesOrders.payToken,
  orderStatus: salesOrders.status,
  customerName: customers.name,
  /** Empty where the money came past the services. */
  serviceName: sql<string>`coalesce(${paymentServices.name}, '')`,
  createdByName: users.name,
  offline: receiptOf(payments),
  replacedByAttempt: replacement.attempt,
  unsettled: sql<Unsettled | null>`(select jsonb_build_object('kind', op.kind, 'state', op.state, 'since', ${iso("op.created_at")},
      'attempts', op.attempts) from provider_operations op
    where op.payment_id = ${payments.id} and op.state in (${liveStates}) order by op.created_at desc limit 1)`,
  attachedElsewhereMinor:
    sql`(select coalesce(sum(a.amount_minor), 0)::bigint from allocations a where a.payment_id = ${payments.id})`.mapWith(
      BigInt,
    ),
  // What was done last, and only when it was refused: a refusal that was followed by a success is history.
  lastFailure: sql<Failure | null>`(select case when last.state = 'rejected' then jsonb_build_object('kind', last.kind,
      'code', coalesce(last.code, ''), 'message', coalesce(last.message, ''),
      'at', ${iso("coalesce(last.finished_at, last.created_at)")}) end
    from provider_operations last where last.payment_id = ${payments.id} and last.state not in (${liveStates})
    order by last.created_at desc, last.id desc limit 1)`,
};

export const selectPayments = (db: Database) =>
  db
    .select(paymentWithNames)
    .from(payments)
    .innerJoin(salesOrders, eq(salesOrders.id, payments.orderId))
    .leftJoin(paymentServices, eq(paymentServices.id, payments.serviceId))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(users, eq(users.id, payments.createdBy))
    .leftJoin(replacement, eq(replacement.id, payments.replacedBy));

/** All attempts of an order, newest first, deleted ones included. */
export const findPaymentsOfOrder = (db: Database, orderId: OrderId) =>
  selectPayments(db).where(eq(payments.orderId, orderId)).orderBy(desc(payments.attempt));
export type PaymentWithNames = Awaited<ReturnType<typeof findPaymentsOfOrder>>[number];

export async function findPaymentWithNames(db: Database, id: PaymentId): Promise<PaymentWithNames | null> {
  const [row] = await selectPayments(db).where(eq(payments.id, id));
  return row ?? null;
}

/** Shipments and invoices of an order, oldest first, each with its lines. */
export async function findFulfilment(db: Database, orderId: OrderId) {
  const [sent, billed] = await Promise.all([
    db
      .select({
        id: shipments.id,
        number: shipments.number,
        createdAt: shipments.createdAt,
        createdByName: users.name,
        trackingNumber: shipments.trackingNumber,
        lines: linesOf("shipment_lines", "shipment_id", sql`${shipments.id}`),
      })
      .from(shipments)
      .leftJoin(users, eq(users.id, shipments.createdBy))
      .where(eq(shipments.orderId, orderId))
      .orderBy(asc(shipments.createdAt), asc(shipments.id)),
    db
      .select({
        id: invoices.id,
        number: invoices.number,
        createdAt: invoices.createdAt,
        createdByName: users.name,
        currency: invoices.currency,
        totalMinor: invoices.totalMinor,
        lines: linesOf("invoice_lines", "invoice_id", sql`${invoices.id}`),
      })
      .from(invoices)
      .leftJoin(users, eq(users.id, invoices.createdBy))
      .where(eq(invoices.orderId, orderId))
      .orderBy(asc(invoices.createdAt), asc(invoices.id)),
  ]);
  return { shipments: sent, invoices: billed };
}

/** Quantities as text: JSON numbers are no place for thousandths. */
const linesOf = (table: string, key: string, document: ReturnType<typeof sql>) =>
  sql<{ lineId: string; quantityMilli: string }[]>`(select coalesce(jsonb_agg(jsonb_build_object('lineId', l.id,
    'quantityMilli', d.quantity_milli::text) order by l.position), '[]'::jsonb)
    from ${sql.raw(table)} d join order_lines l on l.id = d.line_id where d.${sql.raw(key)} = ${document})`;

/** Every provider call of a payment, newest first. */
export const findOperations = (db: Database, paymentId: PaymentId) =>
  db
    .select()
    .from(providerOperations)
    .where(eq(providerOperations.paymentId, paymentId))
    .orderBy(desc(providerOperations.createdAt), desc(providerOperations.id))
    .limit(200);
