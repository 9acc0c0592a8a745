import { ORDER_VIEWS, type OrderListQuery, type OrderListViewName, orderListQuery } from "#lib/contracts/orders";

/**
 * The list of orders in the address bar: view, filters and page are an address that can be pasted to a colleague. A parameter
 * that means nothing (an old link, a typing error) is left out, because a list is more use than an error page.
 */

export const ORDER_FILTERS = ["q", "payment", "status", "salespersonId", "customerId", "from", "to"] as const;
export type OrderFilterName = (typeof ORDER_FILTERS)[number];
export type OrderFilters = Partial<Record<OrderFilterName, string>>;

const NAMES = ["view", ...ORDER_FILTERS, "sort", "cursor"] as const;
export type UrlParams = Record<string, string | string[] | undefined>;

/** Rows of one page. */
export const ORDERS_PER_PAGE = 50;

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** What an address asks for; each parameter is judged by the contract's own rule. */
export function orderQueryOf(params: UrlParams): OrderListQuery {
  const good = NAMES.flatMap((name) => {
    const text = first(params[name])?.trim();
    return text && orderListQuery.shape[name].safeParse(text).success ? [[name, text] as const] : [];
  });
  return orderListQuery.parse({ limit: ORDERS_PER_PAGE, ...Object.fromEntries(good) });
}

/** Cursors of the pages between the first and this one, so that "Newer" works in a pasted address too. */
export const trailOf = (params: UrlParams): string[] => (first(params.trail) ?? "").split("~").filter(Boolean);
const TRAIL_KEPT = 20;

/** The address of a list. What is usual is left out; whoever changes a filter starts at the top again. */
export function ordersHref(query: Partial<Omit<OrderListQuery, "limit">>, trail: readonly string[] = []): string {
  const params = new URLSearchParams();
  for (const name of NAMES) {
    const value = query[name];
    const usual = (name === "view" && value === "all") || (name === "sort" && value === "-createdAt");
    if (value && !usual) params.set(name, value);
  }
  if (query.cursor && trail.length > 0) params.set("trail", trail.slice(-TRAIL_KEPT).join("~"));
  return params.size > 0 ? `/orders?${params}` : "/orders";
}

export const olderHref = (query: OrderListQuery, trail: readonly string[], nextCursor: string): string =>
  ordersHref({ ...query, cursor: nextCursor }, query.cursor ? [...trail, query.cursor] : trail);

/** Null on the first page. */
export function newerHref(query: OrderListQuery, trail: readonly string[]): string | null {
  if (!query.cursor) return null;
  return ordersHref({ ...query, cursor: trail.at(-1) }, trail.slice(0, -1));
}

/** The same view and filters from the top, with some of them changed; an empty text removes one. */
export function refined(query: OrderListQuery, change: OrderFilters & { view?: OrderListViewName }): string {
  const { limit: _limit, cursor: _cursor, ...kept } = query;
  const merged = Object.entries({ ...kept, ...change }).filter(([, value]) => value !== "");
  return ordersHref(Object.fromEntries(merged));
}

export const activeFilters = (query: OrderListQuery): OrderFilterName[] => ORDER_FILTERS.filter((name) => query[name]);

/** `1`…`9` on the list: the view under that key. */
export const viewUnderKey = (key: string): OrderListViewName | undefined => ORDER_VIEWS[Number(key) - 1];
