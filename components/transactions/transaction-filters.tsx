import { X } from "lucide-react";
import Form from "next/form";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { SearchBox } from "#components/orders/search-box";
import { transactionsHref } from "#lib/api/payment-filters";
import { PLAIN_STATES } from "#lib/contracts/orders";
import type { PaymentListQuery } from "#lib/contracts/payments";
import { SortSelect } from "./sort-select";
import { viewOf } from "./transaction-views";

const SORTS = { "-createdAt": "newest", createdAt: "oldest", deadline: "deadline", "-amount": "amount" } as const;

/** Search, the six plain words, and the order of rows. All of it is links and one GET form, so it works without script. */
export function TransactionFilters({ query }: { query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  const start = { ...query, cursor: undefined };
  const sorts = (Object.keys(SORTS) as (keyof typeof SORTS)[]).map((sort) => ({
    value: sort,
    label: t(`sort.${SORTS[sort]}`),
    href: transactionsHref({ ...start, sort }),
  }));
  return (
    <search className="orders-filters">
      <SearchForm query={query} />
      {/* One exact state says more than the plain words, and stands there to be taken off. */}
      {!query.state && viewOf(query) !== "review" && <PlainStates query={query} />}
      <OtherFilters query={query} />
      <div className="ms-auto">
        <SortSelect label={t("sort.label")} value={query.sort} options={sorts} />
      </div>
    </search>
  );
}

function SearchForm({ query }: { query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  return (
    <Form action={transactionsHref({ provider: query.provider })} className="orders-search" replace>
      <SearchBox label={t("search")} placeholder={t("searchHint")} value={query.q ?? ""} />
      {(["plain", "state", "serviceId", "orderId", "sort"] as const).map(
        (name) =>
          query[name] &&
          query[name] !== "-createdAt" && <input key={name} type="hidden" name={name} value={query[name]} />,
      )}
    </Form>
  );
}

/** The six words managers use. One of them or none; pressing the current one again lets go of it. */
function PlainStates({ query }: { query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  const states = useTranslations("states.plain");
  return (
    <nav aria-label={t("status")} className="-mx-2 flex min-w-0 flex-1 gap-1 overflow-x-auto px-2 py-1">
      {PLAIN_STATES.map((plain) => {
        const current = query.plain === plain;
        return (
          <Link
            key={plain}
            className={`inline-flex h-7 flex-none items-center gap-1 rounded px-2 text-xs font-medium pointer-coarse:h-9 ${current ? "bg-accent-soft text-accent-soft-foreground" : "text-muted hover:bg-default hover:text-foreground"}`}
            href={transactionsHref({
              ...query,
              state: undefined,
              cursor: undefined,
              plain: current ? undefined : plain,
            })}
            prefetch={false}
            aria-current={current || undefined}
          >
            {states(plain === "review" ? "manual_review" : plain)}
            {current && <X className="size-3" aria-hidden="true" />}
          </Link>
        );
      })}
    </nav>
  );
}

/** Filters that come from elsewhere (a service, an order, one exact state) show up so that they can be taken off. */
function OtherFilters({ query }: { query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  const common = useTranslations("common");
  const states = useTranslations("states.payment");
  const others = [
    query.serviceId && { name: "serviceId", label: t("filters.service") },
    query.orderId && { name: "orderId", label: t("filters.order") },
    query.state && { name: "state", label: states(query.state) },
  ].filter((filter) => typeof filter === "object");
  return others.map(({ name, label }) => (
    <span key={name} className="inline-flex h-7 items-center rounded border border-border ps-2 text-xs">
      {label}
      <Link
        className="inline-flex size-7 items-center justify-center rounded text-muted hover:text-foreground"
        prefetch={false}
        href={transactionsHref({ ...query, cursor: undefined, [name]: undefined })}
        aria-label={`${common("clear")}: ${label}`}
      >
        <X className="size-3.5" aria-hidden="true" />
      </Link>
    </span>
  ));
}
