import { type PaymentListQuery, paymentListQuery } from "#lib/contracts/payments";
import { PAYMENT_SOURCES, type PaymentSource } from "#lib/domain/provider";

/** The list of transactions in the address bar: every filter combination is an address that can be pasted to a colleague. */

const NAMES = ["q", "plain", "state", "serviceId", "orderId", "sort", "cursor"] as const;
type Name = (typeof NAMES)[number];

export type UrlParams = Record<string, string | string[] | undefined>;

/**
 * What an address asks for. A parameter that means nothing (an old link, a typing error) is left out, because a list is more
 * use than an error page; each is judged by the contract's own rule.
 */
export function paymentQueryOf(params: UrlParams, provider?: PaymentSource): PaymentListQuery {
  const wanted = provider ?? PAYMENT_SOURCES.find((known) => known === first(params.provider));
  const good = NAMES.flatMap((name) => {
    const text = first(params[name])?.trim();
    return text && paymentListQuery.shape[name].safeParse(text).success ? [[name, text] as const] : [];
  });
  return paymentListQuery.parse({ ...Object.fromEntries(good), ...(wanted ? { provider: wanted } : {}) });
}

const first = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

export type PaymentFilters = Partial<Pick<PaymentListQuery, Name | "provider">>;

/** The address of a filtered list. A provider has its own page; what is usual is left out; a new filter starts at the top. */
export function transactionsHref({ provider, ...filters }: PaymentFilters): string {
  const path = provider ? `/transactions/${provider}` : "/transactions";
  const params = new URLSearchParams();
  for (const name of NAMES) {
    const value = filters[name];
    if (value && !(name === "sort" && value === "-createdAt")) params.set(name, value);
  }
  return params.size > 0 ? `${path}?${params}` : path;
}

/** True when something narrows the list beyond the provider whose page it is. */
export const isFiltered = (query: PaymentFilters): boolean =>
  Boolean(query.q || query.plain || query.state || query.serviceId || query.orderId);

/** Every hold and nothing else: that is the worklist of holds, whatever the sorting. */
export const asksForHolds = ({ state, ...others }: PaymentFilters): boolean =>
  state === "withholding" && !others.provider && !isFiltered(others);
