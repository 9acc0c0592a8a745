import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { EmptyState } from "#components/empty-state";
import { PageHead } from "#components/page-head";
import { isFiltered, transactionsHref } from "#lib/api/payment-filters";
import type { PaymentListPage, PaymentListQuery } from "#lib/contracts/payments";
import { pages } from "#lib/paths";
import { TransactionFilters } from "./transaction-filters";
import { TransactionListTools } from "./transaction-list-tools";
import { TransactionTable } from "./transaction-table";
import { TransactionViews, viewOf } from "./transaction-views";

/** Transactions of all services or of one provider. Rendered on the server: the list works before its script has loaded. */
export function TransactionList({ query, page }: { query: PaymentListQuery; page: PaymentListPage }) {
  const t = useTranslations("transactions");
  return (
    <>
      <PageHead title={query.provider ? t(`titleOf.${query.provider}`) : t("title")} hideOnPhone />
      <TransactionViews query={query} />
      <TransactionFilters query={query} />
      <TransactionListTools words={{ search: t("search"), next: t("keys.next"), previous: t("keys.previous") }} />
      {page.rows.length > 0 ? <TransactionTable rows={page.rows} query={query} /> : <NoTransactions query={query} />}
      <Pager query={query} nextCursor={page.nextCursor} />
    </>
  );
}

/** Nothing listed: nothing to do, nothing that fits the filters, or nothing yet. Each says which. */
function NoTransactions({ query }: { query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  const empty = useTranslations("empty");
  const filters = useFilterWords(query);
  const view = viewOf(query);
  if (query.cursor)
    return (
      <EmptyState
        title={t("pageEmpty")}
        action={<ButtonLink href={transactionsHref({ ...query, cursor: undefined })}>{t("firstPage")}</ButtonLink>}
      />
    );
  if (view === "review" && !query.q) return <EmptyState title={empty("review")}>{t("emptyReviewHint")}</EmptyState>;
  if (isFiltered(query))
    return (
      <EmptyState
        title={empty("filtered", { filter: filters })}
        action={
          <ButtonLink href={transactionsHref({ provider: query.provider, sort: query.sort })}>
            {empty("clearFilters")}
          </ButtonLink>
        }
      />
    );
  return (
    <EmptyState title={empty("transactions")} action={<ButtonLink href={pages.orders()}>{t("toOrders")}</ButtonLink>}>
      {t("emptyHint")}
    </EmptyState>
  );
}

/** The filters in words, for the sentence that says what nothing was found for. */
function useFilterWords(query: PaymentListQuery): string {
  const t = useTranslations("transactions");
  const states = useTranslations("states");
  return [
    query.q && t("filters.quoted", { text: query.q }),
    query.plain && states(`plain.${query.plain === "review" ? "manual_review" : query.plain}`),
    query.state && states(`payment.${query.state}`),
    query.serviceId && t("filters.service"),
    query.orderId && t("filters.order"),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Keyset paging knows what comes next and where the start is; the browser's Back knows the way between. */
function Pager({ query, nextCursor }: { query: PaymentListQuery; nextCursor: string | null }) {
  const t = useTranslations("transactions");
  if (!nextCursor && !query.cursor) return null;
  return (
    <nav aria-label={t("pages")} className="orders-pager no-print">
      {query.cursor && (
        <ButtonLink href={transactionsHref({ ...query, cursor: undefined })}>{t("firstPage")}</ButtonLink>
      )}
      {nextCursor && (
        <ButtonLink href={transactionsHref({ ...query, cursor: nextCursor })}>
          {t("nextPage")}
          <ChevronRight aria-hidden="true" />
        </ButtonLink>
      )}
    </nav>
  );
}

function ButtonLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link className="button button--outline" prefetch={false} href={href}>
      {children}
    </Link>
  );
}
