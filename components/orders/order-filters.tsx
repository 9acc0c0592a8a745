import Form from "next/form";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { activeFilters, ORDER_FILTERS, refined } from "#lib/api/order-filters";
import type { OrderListQuery, OrderListRow } from "#lib/contracts/orders";
import { PLAIN_STATES } from "#lib/contracts/orders";
import { ORDER_STATUSES } from "#lib/domain/order";
import { useFilterWords } from "./filter-words";
import { SalespersonOptions } from "./salesperson-options";
import { SearchBox } from "./search-box";

/** What is usual does not stand in the address; the rest travels with every form as hidden fields. */
function Kept({ query, without }: { query: OrderListQuery; without: readonly string[] }) {
  const kept = { view: query.view === "all" ? "" : query.view, sort: query.sort === "-createdAt" ? "" : query.sort };
  const fields = [...Object.entries(kept), ...ORDER_FILTERS.map((name) => [name, query[name] ?? ""] as const)];
  return fields
    .filter(([name, value]) => value !== "" && !without.includes(name))
    .map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />);
}

/** Search, the filters in force as chips that can be taken away, and the panel in which they are set. All in the address. */
export function OrderFilters({
  query,
  viewer,
  rows,
}: {
  query: OrderListQuery;
  viewer: { id: string; name: string };
  rows: readonly OrderListRow[];
}) {
  const t = useTranslations("orders");
  const salesperson =
    query.salespersonId === viewer.id ? viewer.name : (query.salespersonId && rows[0]?.salespersonName) || "…";
  const words = useFilterWords({
    ...(query.salespersonId ? { salespersonId: salesperson } : {}),
    ...(query.customerId && rows[0] ? { customerId: rows[0].customerName } : {}),
  });
  const chips = activeFilters(query).filter((name) => name !== "q");
  return (
    <search className="orders-filters">
      <Form action="/orders" className="orders-search" replace>
        <Kept query={query} without={["q"]} />
        <SearchBox label={t("searchLabel")} placeholder={t("search")} value={query.q ?? ""} />
      </Form>
      {chips.map((name) => (
        <Link key={name} className="chip" href={refined(query, { [name]: "" })} prefetch={false}>
          <span className="quiet">{t(`field.${name}`)}</span> {words(name, query[name] ?? "")}
          <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" className="icon" role="img">
            <title>{t("removeFilter", { name: t(`field.${name}`) })}</title>
            <path d="M18 6 6 18M6 6l12 12" />
          </svg>
        </Link>
      ))}
      <FilterPanel query={query} viewer={viewer} salesperson={salesperson} />
      <span className="orders-sort">{t(`sort.${query.sort}`)}</span>
    </search>
  );
}

const SORTS = ["-createdAt", "createdAt", "-total", "total", "deadline"] as const;
const IN_PANEL = ["payment", "status", "salespersonId", "from", "to", "sort"];

/** A native disclosure with a native form: it works before any script, and costs the list none. */
function FilterPanel({
  query,
  viewer,
  salesperson,
}: {
  query: OrderListQuery;
  viewer: { id: string; name: string };
  salesperson: string;
}) {
  const t = useTranslations("orders");
  const states = useTranslations("states");
  return (
    // A new address is a new panel: closed, with what is in force now.
    <details className="filter-panel" key={refined(query, {})}>
      <summary className="button button--ghost">
        <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M3 5h18M6 12h12M10 19h4" />
        </svg>
        {t("filter")}
      </summary>
      <Form action="/orders" className="filter-form" aria-label={t("filters")}>
        <Kept query={query} without={IN_PANEL} />
        <label>
          <span>{t("field.payment")}</span>
          <select className="input" name="payment" defaultValue={query.payment ?? ""}>
            <option value="">{t("any")}</option>
            {PLAIN_STATES.map((state) => (
              <option key={state} value={state}>
                {states(`plain.${state === "review" ? "manual_review" : state}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("field.status")}</span>
          <select className="input" name="status" defaultValue={query.status ?? ""}>
            <option value="">{t("any")}</option>
            {ORDER_STATUSES.map((status) => (
              <option key={status} value={status}>
                {states(`order.${status}`)}
              </option>
            ))}
          </select>
        </label>
        <label htmlFor="filter-salesperson">
          <span>{t("field.salespersonId")}</span>
          <SalespersonOptions
            anyone={t("anyone")}
            me={viewer}
            chosen={query.salespersonId ? { id: query.salespersonId, name: salesperson } : null}
          />
        </label>
        <label>
          <span>{t("field.from")}</span>
          <input className="input" type="date" name="from" defaultValue={query.from} max={query.to} />
        </label>
        <label>
          <span>{t("field.to")}</span>
          <input className="input" type="date" name="to" defaultValue={query.to} min={query.from} />
        </label>
        <label>
          <span>{t("sort.label")}</span>
          <select className="input" name="sort" defaultValue={query.sort}>
            {SORTS.map((sort) => (
              <option key={sort} value={sort === "-createdAt" ? "" : sort}>
                {t(`sort.${sort}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button button--primary">
          {t("apply")}
        </button>
      </Form>
    </details>
  );
}
