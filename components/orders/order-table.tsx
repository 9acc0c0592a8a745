// biome-ignore-all lint/a11y/noRedundantRoles: cards change display, which takes a table’s own roles away in some browsers
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { CoverageBar } from "#components/coverage-bar";
import { FulfilmentPill, PaymentPill, ReviewFlag } from "#components/state-badges";
import type { OrderListRow } from "#lib/contracts/orders";
import type { MoneyView } from "#lib/domain/money";
import { currencySign, formatBareMoney, formatCountdown, formatDateTime, formatMoneyView } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { pages } from "#lib/paths";

const HOUR_MS = 3_600_000;

/**
 * The rows, as plain HTML: a table where there is room, cards of three lines where there is not. One markup for both; the
 * roles are written out because changing `display` takes a table's own away.
 */
export function OrderTable({ rows, now }: { rows: readonly OrderListRow[]; now: Date }) {
  const t = useTranslations("orders");
  const locale = useLocale();
  const currencies = new Set(rows.map((row) => row.currency));
  const [one] = currencies;
  const currency = currencies.size === 1 && one ? one : null;
  const amount = (value: MoneyView) =>
    currency ? formatBareMoney(value.amount, value.currency, locale) : formatMoneyView(value, locale);
  const sign = currency ? currencySign(currency) : "¤";
  const head = (name: string) => (currency ? name : name.replace(/,\s*¤$/, ""));
  return (
    <div className="orders-list">
      <table className="orders-table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              <input type="checkbox" className="check" id="select-all" aria-label={t("selectAll")} />
            </th>
            <Head>{t("column.order")}</Head>
            <Head>{t("column.customer")}</Head>
            <Head className="end">{head(t("column.total", { currency: sign }))}</Head>
            <Head className="end">{head(t("column.covered", { currency: sign }))}</Head>
            <Head>{t("column.payment")}</Head>
            <Head>{t("column.fulfilment")}</Head>
            <Head className="o-yes">{t("column.accepted")}</Head>
            <Head>{t("column.deadline")}</Head>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row key={row.id} row={row} amount={amount} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head({ children, className }: { children: string; className?: string }) {
  return (
    <th role="columnheader" scope="col" className={className}>
      {children}
    </th>
  );
}

function Row({ row, amount, now }: { row: OrderListRow; amount: (value: MoneyView) => string; now: Date }) {
  const t = useTranslations("orders");
  const common = useTranslations("common");
  const states = useTranslations("states.order");
  const invoiced = useTranslations("states.invoiced");
  const { required, covered, held } = row;
  const told =
    row.status === "open" || row.status === "cancelled" ? states(row.status) : row.completed && states("completed");
  return (
    <tr role="row">
      <td role="cell">
        <input type="checkbox" className="check" value={row.id} aria-label={t("selectOne", { number: row.number })} />
      </td>
      <td role="cell">
        <a href={pages.order(row.id)}>{row.number}</a>
        {told && <small>{told}</small>}
      </td>
      <td role="cell">{row.customerName || "–"}</td>
      <td role="cell" className="num">
        {amount(row.total)}
      </td>
      <td role="cell" className="num">
        {required.amount === 0 ? (
          NONE
        ) : (
          <>
            {row.paymentAccepted && <Tick label={t("accepted")} />}
            <b className={covered.amount > 0 ? "some" : undefined}>{amount(covered)}</b> / {amount(required)}
            <CoverageBar
              thin
              total={row.total.amount}
              required={required.amount}
              taken={Math.max(0, covered.amount - held.amount)}
              held={Math.min(held.amount, covered.amount)}
            />
          </>
        )}
      </td>
      <td role="cell">
        <PaymentPill state={row.paymentState} required={required.amount > 0} />
        {row.needsReview && <ReviewFlag />}
      </td>
      <td role="cell">
        <FulfilmentPill shipped={row.shipped} />
        {row.invoiced !== "none" && <small>{invoiced(row.invoiced)}</small>}
      </td>
      <td role="cell" className="o-yes">
        {row.paymentAccepted ? (
          <span className="yes">
            <Check />
            {common("yes")}
          </span>
        ) : (
          <span className="quiet">{common("no")}</span>
        )}
      </td>
      <td role="cell">{row.nextDeadline ? <Deadline deadline={row.nextDeadline} now={now} /> : NONE}</td>
    </tr>
  );
}

/** A card has no columns whose emptiness has to be said. */
const NONE = <span className="none">–</span>;

const Check = () => (
  <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
    <path d="m5 12 5 5 9-10" />
  </svg>
);

/** Stands before the covered sum where there is no room for a column. */
function Tick({ label }: { label: string }): ReactNode {
  return (
    <span className="tick">
      <Check />
      <span className="unseen">{label}</span>
    </span>
  );
}

/** Relative in the row, absolute on hover; loud under an hour, past, or when a hold is inside its safety margin. */
function Deadline({ deadline, now }: { deadline: NonNullable<OrderListRow["nextDeadline"]>; now: Date }) {
  const t = useTranslations("orders.deadline");
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const away = Date.parse(deadline.at) - now.getTime();
  const when = formatCountdown(deadline.at, now, locale, 1);
  const name = away > 0 ? deadline.kind : (`${deadline.kind}Ended` as const);
  return (
    <time
      dateTime={deadline.at}
      title={formatDateTime(deadline.at, { locale, zone })}
      className={away < HOUR_MS || deadline.withinMargin ? "urgent" : undefined}
    >
      {t(name, { when })}
    </time>
  );
}
