import Link from "next/link";
import { useTranslations } from "next-intl";
import { transactionsHref } from "#lib/api/payment-filters";
import type { PaymentListQuery } from "#lib/contracts/payments";
import { PAYMENT_SOURCES, type PaymentSource } from "#lib/domain/provider";
import { pages } from "#lib/paths";

export type TransactionView = "all" | "review" | PaymentSource;

/** Which ready view an address is. Search and sorting do not leave a view. */
export function viewOf(query: PaymentListQuery): TransactionView {
  if (query.provider) return query.provider;
  if (query.plain === "review") return "review";
  return "all";
}

/**
 * The ready views: everything, one per provider, what needs a look; and the way to what Finance has to finalize, which is a
 * worklist of its own.
 */
export function TransactionViews({ query }: { query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  const now = viewOf(query);
  const views: { view: TransactionView | "holds"; href: string; label: string }[] = [
    { view: "all", href: transactionsHref({}), label: t("views.all") },
    ...PAYMENT_SOURCES.map((provider) => ({
      view: provider,
      href: transactionsHref({ provider }),
      label: t(`titleOf.${provider}`),
    })),
    { view: "holds", href: pages.holds(), label: t("views.holds") },
    { view: "review", href: transactionsHref({ plain: "review" }), label: t("views.review") },
  ];
  return (
    <nav className="orders-views" aria-label={t("views.label")}>
      {views.map(({ view, href, label }) => (
        <Link key={view} href={href} prefetch={false} aria-current={view === now ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
