import Link from "next/link";
import { useTranslations } from "next-intl";
import { newerHref, olderHref } from "#lib/api/order-filters";
import type { OrderListQuery } from "#lib/contracts/orders";

/** Older and Newer keep view and filters; the way back stands in the address, so it works in a pasted one too. */
export function OrderPager({
  query,
  trail,
  nextCursor,
}: {
  query: OrderListQuery;
  trail: readonly string[];
  nextCursor: string | null;
}) {
  const t = useTranslations("orders");
  const newer = newerHref(query, trail);
  if (!newer && !nextCursor) return null;
  return (
    <nav className="orders-pager no-print" aria-label={t("pages")}>
      {newer && (
        <Link className="button button--outline" href={newer} rel="prev" prefetch={false}>
          {t("newer")}
        </Link>
      )}
      {nextCursor && (
        <Link className="button button--outline" href={olderHref(query, trail, nextCursor)} rel="next" prefetch={false}>
          {t("older")}
        </Link>
      )}
    </nav>
  );
}
