// biome-ignore-all lint/a11y/noRedundantRoles: laid out as cards, the elements lose these roles in some browsers
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Money } from "#components/money";
import { useSourceName } from "#components/offline/use-source-name";
import { PaymentPill, ReviewFlag } from "#components/state-badges";
import { transactionsHref } from "#lib/api/payment-filters";
import type { PaymentListQuery, PaymentListRow } from "#lib/contracts/payments";
import type { Currency } from "#lib/domain/money";
import { currencySign } from "#lib/format";
import { pages } from "#lib/paths";
import { CardMask } from "./card-mask";
import { Deadline } from "./deadline";
import { Moment } from "./moment";
import { TestBadge } from "./test-badge";

/** The one currency of all rows, to be said once in the head of a column; null when rows differ. */
function commonCurrency(rows: readonly PaymentListRow[]): Currency | null {
  const [first, ...rest] = new Set(rows.map((row) => row.currency));
  return first && rest.length === 0 ? first : null;
}

/**
 * The rows: one table in the markup, drawn as cards where it is narrow. Roles are spelled out, because a table that is laid out
 * as a grid loses its own.
 */
export function TransactionTable({ rows, query }: { rows: readonly PaymentListRow[]; query: PaymentListQuery }) {
  const t = useTranslations("transactions");
  const currency = commonCurrency(rows);
  const now = Date.now();
  const sign = currency ? currencySign(currency) : "none";
  return (
    <div className="@container" id="transactions">
      <table className="transactions" role="table" aria-label={t("table")}>
        <thead role="rowgroup">
          <tr role="row">
            <Head>{t("column.transaction")}</Head>
            <Head>{t("column.customer")}</Head>
            <Head>{t("column.service")}</Head>
            <Head sort="-amount" query={query} numeric>
              {t("column.amount", { sign })}
            </Head>
            <Head numeric>{t("column.taken", { sign })}</Head>
            <Head>{t("column.state")}</Head>
            <Head sort="deadline" query={query}>
              {t("column.deadline")}
            </Head>
            <Head className="card-head">{t("column.card")}</Head>
            <Head sort={query.sort === "-createdAt" ? "createdAt" : "-createdAt"} query={query}>
              {t("column.created")}
            </Head>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={row.id} row={row} bare={currency !== null} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, bare, now }: { row: PaymentListRow; bare: boolean; now: number }) {
  const t = useTranslations("transactions");
  const source = useSourceName();
  return (
    <tr role="row">
      <td role="cell" className="tx-name">
        <a href={pages.transaction(row.id)} aria-label={t("rowName", { order: row.orderNumber, attempt: row.attempt })}>
          {row.orderNumber} <small>/ {row.attempt}</small>
        </a>
      </td>
      <td role="cell" className="tx-customer" title={row.customerName ?? undefined}>
        {row.customerName ?? <span className="text-muted">{t("unnamedCustomer")}</span>}
      </td>
      <td role="cell" className="tx-service">
        <span>
          <span>{source(row)}</span>
          {row.mode === "test" && <TestBadge />}
        </span>
      </td>
      <td role="cell" className="tx-amount">
        <Money value={row.amount} bare={bare} />
      </td>
      <td role="cell" className="tx-taken">
        <TakenOrHeld row={row} bare={bare} />
      </td>
      <td role="cell" className="tx-state">
        <PaymentPill state={row.state} />
        {row.needsReview && <ReviewFlag />}
      </td>
      <td role="cell" className="tx-deadline">
        {row.deadline ? (
          <Deadline kind={row.deadline.kind} at={row.deadline.at} now={now} />
        ) : (
          <span className="tx-none">–</span>
        )}
      </td>
      <td role="cell" className="tx-card">
        {row.maskedCard ? <CardMask mask={row.maskedCard} /> : <span className="tx-none">–</span>}
      </td>
      <td role="cell" className="tx-created">
        <Moment at={row.createdAt} now={now} />
      </td>
    </tr>
  );
}

/** What is taken, else what is held: the state's pill beside it says which. */
function TakenOrHeld({ row, bare }: { row: PaymentListRow; bare: boolean }) {
  const money = row.taken.amount > 0 ? row.taken : row.held;
  return money.amount === 0 ? <span className="tx-none">–</span> : <Money value={money} bare={bare} />;
}

/** A column's head; with `sort` a link that sorts by it, which says so to screen readers. */
function Head({
  children,
  numeric = false,
  className,
  sort,
  query,
}: {
  children: ReactNode;
  numeric?: boolean;
  className?: string;
  sort?: PaymentListQuery["sort"];
  query?: PaymentListQuery;
}) {
  const column = (name: string | undefined) => name?.replace("-", "");
  const sorted = sort && query && column(query.sort) === column(sort);
  const descending = query?.sort.startsWith("-");
  return (
    <th
      role="columnheader"
      scope="col"
      className={numeric ? "numeric" : className}
      aria-sort={sorted ? (descending ? "descending" : "ascending") : undefined}
    >
      {sort && query ? (
        <Link
          className="hover:text-foreground"
          prefetch={false}
          href={transactionsHref({ ...query, cursor: undefined, sort })}
        >
          {children}
          {sorted && <span aria-hidden="true"> {descending ? "↓" : "↑"}</span>}
        </Link>
      ) : (
        children
      )}
    </th>
  );
}
