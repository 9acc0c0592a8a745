import { eq, type SQL, sql } from "drizzle-orm";
import type { OrderListQuery } from "#lib/contracts/orders";
import { ORDER_STATUSES } from "#lib/domain/order";
import type { Database } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { salesOrders } from "../schema/orders.ts";
import { users } from "../schema/people.ts";
import { paymentServices } from "../schema/services.ts";
import { type After, type Order, oneOf, pageOf } from "./list-page.ts";
import { inPlainState, inView } from "./order-views.ts";
import { hasWords, readSearch, type Search } from "./search-words.ts";

export type OrderFilter = Pick<
  OrderListQuery,
  "view" | "q" | "status" | "payment" | "salespersonId" | "customerId" | "from" | "to"
>;
export type OrderSort = OrderListQuery["sort"];

/** One ordered stretch of the list. The deadline sort has two: orders that have one, then the others. */
export type Stretch = Order & { column: "createdAt" | "totalMinor" | "nextDeadlineAt"; where?: SQL };

const byAge = (descending: boolean) =>
  ({ column: "createdAt", key: sql`created_at`, type: "timestamptz", descending }) as const satisfies Stretch;
const byTotal = (descending: boolean) =>
  ({ column: "totalMinor", key: sql`total_minor`, type: "bigint", descending }) as const satisfies Stretch;

export const STRETCHES: Record<OrderSort, readonly Stretch[]> = {
  "-createdAt": [byAge(true)],
  createdAt: [byAge(false)],
  "-total": [byTotal(true)],
  total: [byTotal(false)],
  deadline: [
    {
      column: "nextDeadlineAt",
      key: sql`next_deadline_at`,
      type: "timestamptz",
      descending: false,
      where: sql`next_deadline_at is not null`,
    },
    { ...byAge(true), where: sql`next_deadline_at is null` },
  ],
};

/**
 * At most `limit` orders of one stretch, from behind `after` on. Reads about as many rows as it returns, however many
 * orders there are: every stretch and view has its index.
 */
export function listOrders(
  db: Database,
  filter: OrderFilter,
  stretch: Stretch,
  after: After,
  limit: number,
  now: Date,
) {
  const search = readSearch(filter.q);
  const page = pageOf({
    table: sql`sales_orders`,
    order: stretch,
    after,
    limit,
    where: [
      inView(filter.view, now),
      // Words of a closed list, written out: the planner knows how many orders are in each.
      filter.status ? sql`status = ${oneOf(ORDER_STATUSES, filter.status)}` : null,
      filter.payment ? inPlainState(filter.payment) : null,
      filter.salespersonId ? sql`salesperson_id = ${filter.salespersonId}` : null,
      filter.customerId ? sql`customer_id = ${filter.customerId}` : null,
      filter.from ? sql`created_at >= ${startOfDay(filter.from)}` : null,
      filter.to ? sql`created_at < ${startOfDay(filter.to)} + interval '1 day'` : null,
      stretch.where,
    ],
    search: search && {
      columns: sql`number, search_text, total_minor`,
      near: sql.join(waysOf(search), sql` or `),
      far: sql.join(
        waysOf(search).map((way) => sql`(select id from sales_orders where ${way} ${mostOf(search, way)})`),
        sql` union all `,
      ),
    },
  });
  const way = sql.raw(stretch.descending ? "desc" : "asc");
  return db
    .select({
      id: salesOrders.id,
      number: salesOrders.number,
      customerName: customers.name,
      salespersonName: users.name,
      holdMarginHours: paymentServices.holdMarginHours,
      currency: salesOrders.currency,
      totalMinor: salesOrders.totalMinor,
      requiredMinor: salesOrders.requiredMinor,
      securedMinor: salesOrders.securedMinor,
      heldMinor: salesOrders.heldMinor,
      status: salesOrders.status,
      paymentState: salesOrders.paymentState,
      needsReview: salesOrders.needsReview,
      shipped: salesOrders.shipped,
      invoiced: salesOrders.invoiced,
      accepted: salesOrders.accepted,
      acceptedUntil: salesOrders.acceptedUntil,
      nextDeadlineKind: salesOrders.nextDeadlineKind,
      nextDeadlineAt: salesOrders.nextDeadlineAt,
      createdAt: salesOrders.createdAt,
    })
    .from(salesOrders)
    .innerJoin(sql`(${page}) page`, sql`page.id = ${salesOrders.id}`)
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .leftJoin(users, eq(users.id, salesOrders.salespersonId))
    .leftJoin(paymentServices, eq(paymentServices.id, salesOrders.serviceId))
    .orderBy(sql`page.key ${way}, page.id ${way}`);
}
export type ListedOrder = Awaited<ReturnType<typeof listOrders>>[number];

/** The words are in the order's text, or it has this number, or this total; each way has an index. */
export function waysOf(search: Search): SQL[] {
  const { orderNumber, amountMinor } = search;
  const ways = [orderNumber?.begins ?? hasWords(sql`search_text`, search)];
  if (orderNumber?.exact) ways.push(sql`number = ${orderNumber.exact}`);
  if (amountMinor !== null && !orderNumber?.begins) ways.push(sql`total_minor = ${amountMinor}`);
  return ways;
}

/** The beginning of a number may be that of every order: the highest numbers are enough of them. */
export const mostOf = ({ orderNumber }: Search, way: SQL): SQL =>
  way === orderNumber?.begins ? sql`order by search_text using ~>~ limit 2000` : sql``;

/** Midnight in the company's zone. */
const startOfDay = (date: string): SQL =>
  sql`(${date}::date::timestamp at time zone (select zone from company where id = 1))`;
