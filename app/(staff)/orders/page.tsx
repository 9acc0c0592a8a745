import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getMessages, getTranslations } from "next-intl/server";
import { NoOrders } from "#components/orders/no-orders";
import { OrderFilters } from "#components/orders/order-filters";
import { OrderListHead } from "#components/orders/order-list-head";
import { OrderListTools } from "#components/orders/order-list-tools";
import { OrderPager } from "#components/orders/order-pager";
import { OrderTable } from "#components/orders/order-table";
import { OrderViews } from "#components/orders/order-views";
import { timeNow } from "#db/clock";
import { orderQueryOf, ordersHref, trailOf, type UrlParams } from "#lib/api/order-filters";
import { requireUser } from "#lib/auth/session";
import { ORDER_VIEWS } from "#lib/contracts/orders";
import { may } from "#lib/domain/roles";
import { BadCursor } from "#lib/reads/cursor";
import { readOrderCounts, readOrderList } from "#lib/reads/orders";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("orders"))("title") };
}

/** The list of orders: HTML from the server that works before its script has loaded; the script adds keys and selection. */
export default async function OrdersPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("order:read");
  const params = await searchParams;
  const query = orderQueryOf(params);
  const [page, counts, t, { ordersBulk }] = await Promise.all([
    readOrderList(query, viewer).catch((error: unknown) => {
      // An address kept for long may carry a place in a list that is no more: start at the top.
      if (error instanceof BadCursor) redirect(ordersHref({ ...query, cursor: undefined }));
      throw error;
    }),
    readOrderCounts(query, viewer),
    getTranslations("orders"),
    getMessages(),
  ]);
  return (
    <div className="orders" id="orders">
      <OrderListHead mayCreate={may(viewer.role, "order:write")} />
      <OrderViews query={query} counts={counts} />
      <OrderFilters query={query} viewer={viewer} rows={page.rows} />
      <OrderListTools
        words={{
          search: t("keys.search"),
          next: t("keys.next"),
          previous: t("keys.previous"),
          select: t("keys.select"),
        }}
        views={ORDER_VIEWS.map((view) => t(`view.${view}`))}
        bulk={ordersBulk}
      />
      {page.rows.length > 0 ? (
        <OrderTable rows={page.rows} now={timeNow()} />
      ) : (
        <NoOrders query={query} counts={counts} mayCreate={may(viewer.role, "order:write")} />
      )}
      <OrderPager query={query} trail={trailOf(params)} nextCursor={page.nextCursor} />
    </div>
  );
}
