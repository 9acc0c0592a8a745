// biome-ignore-all lint/a11y/noRedundantRoles: cards change display, which takes a table’s own roles away in some browsers
import { useLocale, useTranslations } from "next-intl";
import { PARTLY_COVERED, paymentLook, shippedLook } from "#components/state-badges";
import type { OrderListRow } from "#lib/contracts/orders";
import type { MoneyView } from "#lib/domain/money";
import { isPartlyCovered } from "#lib/domain/order";
import { currencySign, formatBareMoney, formatCountdown, formatMoneyView } from "#lib/format";
import { pages } from "#lib/paths";
import { OrderRows, type ShownRow } from "./order-rows";

const HOUR_MS = 3_600_000;

/**
 * The list: a table where there is room, cards of three lines where there is not. One markup for both; the roles are written
 * out because changing `display` takes a table's own away.
 */
export function OrderTable({ rows, now }: { rows: readonly OrderListRow[]; now: Date }) {
  const t = useTranslations("orders");
  const common = useTranslations("common");
  const states = useTranslations("states");
  const currencies = new Set(rows.map((row) => row.currency));
  const [one] = currencies;
  const currency = currencies.size === 1 && one ? one : null;
  const sign = currency ? currencySign(currency) : "¤";
  // Rows in several currencies say theirs themselves.
  const head = (name: string) => (currency ? name : name.replace(/,\s*¤$/, ""));
  const shown = useShownRows(now, currency !== null);
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
          <OrderRows
            rows={rows.map(shown)}
            words={{
              select: t("selectOne", { number: "#" }),
              accepted: t("accepted"),
              yes: common("yes"),
              no: common("no"),
              review: states("review"),
            }}
          />
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

/** Puts a row of the API into the reader's words. */
function useShownRows(now: Date, bare: boolean): (row: OrderListRow) => ShownRow {
  const t = useTranslations("orders.deadline");
  const states = useTranslations("states");
  const locale = useLocale();
  const amount = (value: MoneyView) =>
    bare ? formatBareMoney(value.amount, value.currency, locale) : formatMoneyView(value, locale);

  return (row) => {
    const { total, required, covered, held, status } = row;
    const share = (part: number) => Math.round((part / Math.max(1, total.amount)) * 10_000) / 100;
    const heldPart = Math.min(held.amount, covered.amount);
    const say = status === "open" || status === "cancelled" ? status : row.completed ? "completed" : null;
    const payment = row.paymentState ? paymentLook(row.paymentState) : ({ glyph: "dash", tone: "bare" } as const);
    const word = row.paymentState ?? (required.amount > 0 ? "no_link" : "not_required");
    const partly = status !== "cancelled" && isPartlyCovered(row.paymentState, covered, required);
    return {
      href: pages.order(row.id),
      number: row.number,
      status: say && states(`order.${say}`),
      customer: row.customerName || "–",
      total: amount(total),
      cover:
        required.amount === 0
          ? null
          : {
              covered: amount(covered),
              required: amount(required),
              taken: share(covered.amount - heldPart),
              held: share(heldPart),
              mark: share(required.amount),
            },
      payment: partly
        ? { ...PARTLY_COVERED, word: states("partlyCovered") }
        : { ...payment, word: states(`payment.${word}`) },
      review: row.needsReview,
      shipped: { ...shippedLook(row.shipped), word: states(`shipped.${row.shipped}`) },
      invoiced: row.invoiced === "none" ? null : states(`invoiced.${row.invoiced}`),
      accepted: row.paymentAccepted,
      deadline: row.nextDeadline && deadlineOf(row.nextDeadline),
    };
  };

  /** Relative; loud under an hour, past, or when a hold is inside its safety margin. */
  function deadlineOf({ kind, at, withinMargin }: NonNullable<OrderListRow["nextDeadline"]>) {
    const away = Date.parse(at) - now.getTime();
    const when = formatCountdown(at, now, locale, 1);
    return {
      text: t(away > 0 ? kind : (`${kind}Ended` as const), { when }),
      // To the minute: the seconds of fifty rows are bytes that nobody reads.
      at: `${at.slice(0, 16)}Z`,
      urgent: away < HOUR_MS || withinMargin,
    };
  }
}
