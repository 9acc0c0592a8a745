import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { refined } from "#lib/api/order-filters";
import { ORDER_VIEWS, type OrderCounts, type OrderListQuery } from "#lib/contracts/orders";
import { formatCount } from "#lib/format";

/** Counting stops here; a figure that is not exact says so. */
const COUNTED_TO = 10_000;

/** The ready views with how many orders each holds. Links, because a view is an address; the filters go with it. */
export function OrderViews({ query, counts }: { query: OrderListQuery; counts: OrderCounts }) {
  const t = useTranslations("orders");
  const locale = useLocale();
  return (
    <nav className="orders-views" aria-label={t("views")}>
      {ORDER_VIEWS.map((view) => {
        const count = counts[view] ?? 0;
        return (
          <Link
            key={view}
            href={refined(query, { view })}
            prefetch={false}
            aria-current={view === query.view ? "page" : undefined}
          >
            {t(`view.${view}`)} <span>{count > COUNTED_TO ? t("many") : formatCount(count, locale)}</span>
          </Link>
        );
      })}
    </nav>
  );
}
