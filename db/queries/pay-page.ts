import { and, asc, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { OrderId, PaymentServiceId } from "#lib/domain/ids";
import type { OperationKind } from "#lib/domain/payment";
import type { Provider } from "#lib/domain/provider";
import type { Database } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { orderLines, salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { company, users } from "../schema/people.ts";
import { paymentServices } from "../schema/services.ts";
import { LIVE_OPERATIONS } from "./order-locks.ts";
import { factsOf } from "./payment-rows.ts";

/** A service the customer may pay with now. `logo` is a version of its picture; null = it has none. */
export type PayService = {
  id: PaymentServiceId;
  name: string;
  provider: Provider;
  mode: "test" | "live";
  logo: string | null;
  /** The customer may make the next link when one has ended; pay the whole where a prepayment is asked for. */
  mayRenew: boolean;
  mayPayWhole: boolean;
};

/** Says that a picture is there and when it changed, without fetching it. */
const logoVersion = (column: SQL | typeof company.logo) => sql<string | null>`left(md5(${column}), 8)`;

/** Those named on the order, else its own; only what can make a link in the order's currency now. */
const services = sql<PayService[]>`(select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name,
    'provider', s.provider, 'mode', s.mode, 'logo', left(md5(s.logo), 8), 'mayRenew', s.customer_may_renew,
    'mayPayWhole', s.customer_may_pay_whole) order by c.position, s.id), '[]'::jsonb)
  from (select named.service_id, named.position from order_services named where named.order_id = ${salesOrders.id}
    union all select ${salesOrders.serviceId}, 0 where not exists
      (select from order_services named where named.order_id = ${salesOrders.id})) c
  join payment_services s on s.id = c.service_id
  where s.enabled and s.credentials_complete and s.credentials_problem_at is null and s.currency = ${salesOrders.currency})`;

/** When the customer asked the seller for a new link, as long as no attempt has been made since. */
const linkAskedAt = sql`(select max(t.at) from order_timeline t where t.order_id = ${salesOrders.id}
    and t.kind = 'page.link_asked' and not exists
      (select from payments p where p.order_id = ${salesOrders.id} and p.created_at > t.at))`.mapWith(
  salesOrders.createdAt,
);

const liveOperations = sql.raw(LIVE_OPERATIONS.map((state) => `'${state}'`).join(", "));

const selectAttempts = (db: Database, orderId: SQL) =>
  db
    .select({
      payment: payments,
      serviceName: sql<string>`coalesce(${paymentServices.name}, '')`,
      serviceLogo: logoVersion(sql`${paymentServices.logo}`),
      serviceMayPayWhole: paymentServices.customerMayPayWhole,
      unsettled: sql<OperationKind | null>`(select op.kind from provider_operations op where op.payment_id = ${payments.id}
        and op.state in (${liveOperations}) order by op.created_at desc limit 1)`,
      cancelledByCustomer: sql<boolean>`exists (select from order_timeline t where t.payment_id = ${payments.id}
        and t.kind in ('link.cancelled', 'link.cancel_requested') and t.source = 'customer')`,
      /** When the money was first reported, by the provider's clock where it told. */
      moneyAt: sql`(select min(coalesce(e.provider_time, e.received_at)) from payment_events e
        where e.payment_id = ${payments.id}
        and (coalesce(e.facts->>'capturedMinor', '0') <> '0' or coalesce(e.facts->>'heldMinor', '0') <> '0'))`.mapWith(
        payments.createdAt,
      ),
    })
    .from(payments)
    .leftJoin(paymentServices, eq(paymentServices.id, payments.serviceId))
    // What was recorded by hand and reversed whole may have been a slip of the pen: nothing to tell a customer.
    .where(
      and(
        sql`${payments.orderId} = ${orderId}`,
        isNull(payments.deletedAt),
        sql`not (${payments.provider} = 'offline' and ${payments.state} = 'refunded')`,
      ),
    )
    .orderBy(desc(payments.attempt));

type AttemptRow = Awaited<ReturnType<typeof selectAttempts>>[number];

function attemptOf({ payment, ...row }: AttemptRow) {
  return {
    id: payment.id,
    attempt: payment.attempt,
    serviceId: payment.serviceId,
    serviceName: row.serviceName,
    serviceLogo: row.serviceLogo,
    serviceMayPayWhole: row.serviceMayPayWhole ?? false,
    provider: payment.provider,
    mode: payment.mode,
    state: payment.state,
    facts: factsOf(payment),
    amountMinor: payment.amountMinor,
    needsReview: payment.needsReview,
    url: payment.url,
    expiresAt: payment.expiresAt,
    holdExpiresAt: payment.holdExpiresAt,
    checkedAt: payment.checkedAt,
    createdAt: payment.createdAt,
    moneyAt: row.moneyAt as Date | null,
    unsettled: row.unsettled,
    stoppedBy:
      payment.cancelRequestedAt === null && !payment.withdrawn
        ? null
        : row.cancelledByCustomer
          ? ("customer" as const)
          : ("seller" as const),
    failureCode: payment.details.failureCode ?? null,
    failureReason: payment.details.failureReason ?? payment.endedReason,
    maskedCard: payment.details.maskedCard ?? null,
    /** How money came that was recorded by hand; null for what a bank has told. */
    way: payment.provider === "offline" ? (payment.details.method ?? null) : null,
  };
}
export type PayAttempt = ReturnType<typeof attemptOf>;

async function findPayFacts(db: Database, which: SQL, orderId: SQL) {
  const [rows, attempts, lines] = await Promise.all([
    db
      .select({
        order: {
          id: salesOrders.id,
          number: salesOrders.number,
          payToken: salesOrders.payToken,
          orderDate: salesOrders.orderDate,
          language: salesOrders.language,
          currency: salesOrders.currency,
          totalMinor: salesOrders.totalMinor,
          requiredMinor: salesOrders.requiredMinor,
          securedMinor: salesOrders.securedMinor,
          heldMinor: salesOrders.heldMinor,
          releasedAt: salesOrders.releasedAt,
          cancelledAt: salesOrders.cancelledAt,
          cancelRequestedAt: salesOrders.cancelRequestedAt,
          shipped: salesOrders.shipped,
          serviceId: salesOrders.serviceId,
        },
        customer: { id: customers.id, name: customers.name, email: customers.email },
        salesperson: users.name,
        company: {
          name: company.name,
          phone: company.phone,
          email: company.email,
          zone: company.zone,
          logo: logoVersion(company.logo),
          legalName: company.legalName,
          taxId: company.taxId,
          iban: company.iban,
          bankName: company.bankName,
          currency: company.currency,
        },
        services,
        linkAskedAt,
      })
      .from(salesOrders)
      .leftJoin(customers, eq(customers.id, salesOrders.customerId))
      .leftJoin(users, eq(users.id, salesOrders.salespersonId))
      .leftJoin(company, sql`true`)
      .where(which),
    selectAttempts(db, orderId),
    db
      .select({
        description: orderLines.description,
        unit: orderLines.unit,
        quantityMilli: orderLines.quantityMilli,
        totalMinor: orderLines.totalMinor,
      })
      .from(orderLines)
      .where(sql`${orderLines.orderId} = ${orderId}`)
      .orderBy(asc(orderLines.position)),
  ]);
  const row = rows[0];
  return row ? { ...row, linkAskedAt: row.linkAskedAt as Date | null, attempts: attempts.map(attemptOf), lines } : null;
}

/** Everything the customer's page of an order is made of; attempts newest first, deleted ones left out. */
export type PayFacts = NonNullable<Awaited<ReturnType<typeof findPayFacts>>>;

/** By the token in its address: three statements side by side. */
export const payFactsOfToken = (db: Database, token: string): Promise<PayFacts | null> =>
  findPayFacts(
    db,
    sql`${salesOrders.payToken} = ${token}`,
    sql`(select o.id from sales_orders o where o.pay_token = ${token})`,
  );

export const payFactsOfOrder = (db: Database, orderId: OrderId): Promise<PayFacts | null> =>
  findPayFacts(db, sql`${salesOrders.id} = ${orderId}`, sql`${orderId}`);

/** The seller's picture, or a service's that has to do with this order, as its data URL. */
export async function logoOfToken(db: Database, token: string, of: string): Promise<string | null> {
  const [row] = await db
    .select({ logo: of === "seller" ? company.logo : paymentServices.logo })
    .from(salesOrders)
    .leftJoin(company, sql`true`)
    .leftJoin(
      paymentServices,
      sql`${paymentServices.id} = ${of} and (${paymentServices.id} = ${salesOrders.serviceId}
        or exists (select from order_services named where named.order_id = ${salesOrders.id} and named.service_id = ${of})
        or exists (select from payments p where p.order_id = ${salesOrders.id} and p.service_id = ${of}))`,
    )
    .where(eq(salesOrders.payToken, token));
  return row?.logo ?? null;
}
