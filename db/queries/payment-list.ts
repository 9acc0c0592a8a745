import { eq, type SQL, sql } from "drizzle-orm";
import type { PaymentListQuery } from "#lib/contracts/payments";
import type { OfflineKind } from "#lib/domain/offline";
import { PAYMENT_STATES } from "#lib/domain/payment";
import { PAYMENT_SOURCES } from "#lib/domain/provider";
import type { Database } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { paymentServices } from "../schema/services.ts";
import { type After, type Order, oneOf, pageOf } from "./list-page.ts";
import { mostOf, waysOf } from "./order-list.ts";
import { inPlainState } from "./order-views.ts";
import { readSearch, type Search } from "./search-words.ts";

export type PaymentFilter = Pick<PaymentListQuery, "provider" | "serviceId" | "orderId" | "state" | "plain" | "q">;
export type PaymentSort = PaymentListQuery["sort"];

/** One ordered stretch of the list. The deadline sort has two: payments that have one, then the others. */
export type PaymentStretch = Order & { column: "createdAt" | "amountMinor" | "deadline"; where?: SQL };

/** What runs out first, the hold or the link that may still be paid: as in the index payments_deadline, word for word. */
const DEADLINE = sql`(case
    when state = 'withholding' then hold_expires_at
    when state in ('creating', 'pending', 'processing') then expires_at end)`;
const RUNS_OUT = sql`state in ('withholding', 'creating', 'pending', 'processing')`;
const byAge = (descending: boolean) =>
  ({ column: "createdAt", key: sql`created_at`, type: "timestamptz", descending }) as const satisfies PaymentStretch;

export const PAYMENT_STRETCHES: Record<PaymentSort, readonly PaymentStretch[]> = {
  "-createdAt": [byAge(true)],
  createdAt: [byAge(false)],
  "-amount": [{ column: "amountMinor", key: sql`amount_minor`, type: "bigint", descending: true }],
  deadline: [
    {
      column: "deadline",
      key: DEADLINE,
      type: "timestamptz",
      descending: false,
      where: sql`${RUNS_OUT} and ${DEADLINE} is not null`,
    },
    { ...byAge(true), where: sql`(not ${RUNS_OUT} or ${DEADLINE} is null)` },
  ],
};

/** At most `limit` payments of one stretch, from behind `after` on. Deleted ones are not listed. */
export function listPayments(
  db: Database,
  filter: PaymentFilter,
  stretch: PaymentStretch,
  after: After,
  limit: number,
) {
  const search = readSearch(filter.q);
  const typed = filter.q?.trim() ?? "";
  const page = pageOf({
    table: sql`payments`,
    order: stretch,
    after,
    limit,
    where: [
      sql`deleted_at is null`,
      filter.provider ? sql`provider = ${oneOf(PAYMENT_SOURCES, filter.provider)}` : null,
      filter.serviceId ? sql`service_id = ${filter.serviceId}` : null,
      filter.orderId ? sql`order_id = ${filter.orderId}` : null,
      filter.state ? sql`state = ${oneOf(PAYMENT_STATES, filter.state)}` : null,
      filter.plain ? inPlainState(filter.plain, sql`state`) : null,
      stretch.where,
    ],
    search: search && {
      columns: sql`order_id, provider_payment_id, details, amount_minor`,
      // One look-up per row of the window: as a join it would be planned over every order there is.
      beside: sql`cross join lateral (select number, search_text from sales_orders o where o.id = next_rows.order_id offset 0) its_order`,
      near: sql`(${sql.join([...exactWays(typed, search.amountMinor), ...orderWays(search)], sql` or `)})`,
      far: farWays(search, typed),
    },
  });
  const way = sql.raw(stretch.descending ? "desc" : "asc");
  return db
    .select({
      id: payments.id,
      orderId: payments.orderId,
      orderNumber: salesOrders.number,
      customerName: customers.name,
      provider: payments.provider,
      /** Empty where the money came past the services. */
      serviceName: sql<string>`coalesce(${paymentServices.name}, '')`,
      offline: sql<OfflineKind | null>`(select r.kind from offline_receipts r where r.payment_id = ${payments.id})`,
      mode: payments.mode,
      attempt: payments.attempt,
      state: payments.state,
      needsReview: payments.needsReview,
      amountMinor: payments.amountMinor,
      heldMinor: payments.heldMinor,
      capturedMinor: payments.capturedMinor,
      refundedMinor: payments.refundedMinor,
      currency: payments.currency,
      expiresAt: payments.expiresAt,
      holdExpiresAt: payments.holdExpiresAt,
      maskedCard: sql<string | null>`${payments.details} ->> 'maskedCard'`,
      createdAt: payments.createdAt,
    })
    .from(payments)
    .innerJoin(sql`(${page}) page`, sql`page.id = ${payments.id}`)
    .innerJoin(salesOrders, eq(salesOrders.id, payments.orderId))
    .leftJoin(paymentServices, eq(paymentServices.id, payments.serviceId))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .orderBy(sql`page.key ${way}, page.id ${way}`);
}
export type ListedPayment = Awaited<ReturnType<typeof listPayments>>[number];

/**
 * By our id, the provider's id, RRN and approval code exactly, by amount, and by what the order is found by. An order's
 * total is not the payment's amount: only the payment's own counts here.
 */
function exactWays(typed: string, amountMinor: bigint | null): SQL[] {
  return [
    sql`id = ${typed.toLowerCase()}`,
    sql`provider_payment_id = ${typed}`,
    sql`(details ? 'rrn' and details ->> 'rrn' = ${typed})`,
    sql`(details ? 'approvalCode' and details ->> 'approvalCode' = ${typed})`,
    ...(amountMinor === null ? [] : [sql`amount_minor = ${amountMinor}`]),
  ];
}
const orderWays = (search: Search) => waysOf({ ...search, amountMinor: null });

const farWays = (search: Search, typed: string): SQL =>
  sql.join(
    [
      ...exactWays(typed, search.amountMinor).map(
        (way) => sql`select id from payments where ${way} and deleted_at is null`,
      ),
      ...orderWays(search).map(
        (way) => sql`select p.id from payments p
          where p.order_id in (select id from sales_orders where ${way} ${mostOf(search, way)})`,
      ),
    ],
    sql` union all `,
  );
