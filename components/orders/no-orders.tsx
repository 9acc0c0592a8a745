import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { EmptyState } from "#components/empty-state";
import { Glyph } from "#components/status-glyphs";
import { activeFilters, ordersHref, refined } from "#lib/api/order-filters";
import type { OrderCounts, OrderListQuery } from "#lib/contracts/orders";
import { pages } from "#lib/paths";
import { useFiltersTold } from "./filter-words";

/** Nothing listed: nothing to do, nothing that fits the filters, or nothing yet. Each says which and what to press. */
export function NoOrders({
  query,
  counts,
  mayCreate,
}: {
  query: OrderListQuery;
  counts: OrderCounts;
  mayCreate: boolean;
}) {
  const t = useTranslations("orders.empty");
  const filters = useFiltersTold(query);
  const active = activeFilters(query);
  if (query.cursor)
    return (
      <EmptyState
        title={t("pageTitle")}
        action={<Go href={ordersHref({ ...query, cursor: undefined })}>{t("firstPage")}</Go>}
      />
    );
  if (active.length > 0) {
    const none = Object.fromEntries(active.map((name) => [name, ""]));
    return (
      <EmptyState title={t("filteredTitle", { filters })} action={<Go href={refined(query, none)}>{t("clear")}</Go>}>
        {t("hidden", { count: counts[query.view] ?? 0 })}
      </EmptyState>
    );
  }
  if (query.view !== "all") {
    const happy = query.view === "todo" || query.view === "review";
    return (
      <EmptyState
        icon={happy && <Glyph name="successful" className="glyph empty-happy" />}
        title={t(query.view)}
        action={<Go href={pages.orders()}>{t("all")}</Go>}
      >
        {query.view === "todo" ? t("todoText") : query.view === "review" ? t("reviewText") : null}
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t("firstTitle")} action={mayCreate && <Go href={pages.newOrder()}>{t("firstButton")}</Go>}>
      {t("firstText")}
    </EmptyState>
  );
}

function Go({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link className="button button--outline" href={href}>
      {children}
    </Link>
  );
}
