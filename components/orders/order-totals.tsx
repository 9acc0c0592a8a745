"use client";
import { useLocale, useTranslations } from "next-intl";
import { Money } from "#components/money";
import type { MoneyView } from "#lib/domain/money";
import { formatPercent } from "#lib/format";

/** Net, VAT and total. VAT names its rate when the whole document has one. */
export function OrderTotals({
  net,
  vat,
  total,
  vatRates,
  children,
}: {
  net: MoneyView;
  vat: MoneyView;
  total: MoneyView;
  /** In basis points. */
  vatRates: readonly number[];
  children?: React.ReactNode;
}) {
  const t = useTranslations("order.money");
  const locale = useLocale();
  const [rate] = vatRates;
  return (
    <dl className="totals">
      <div className="total-row">
        <dt>{t("netWithoutVat")}</dt>
        <dd>
          <Money value={net} bare />
        </dd>
      </div>
      <div className="total-row">
        <dt>
          {rate !== undefined && vatRates.length === 1 ? t("vatRate", { rate: formatPercent(rate, locale) }) : t("vat")}
        </dt>
        <dd>
          <Money value={vat} bare />
        </dd>
      </div>
      <div className="total-row totals-total">
        <dt>{t("total")}</dt>
        <dd>
          <Money value={total} />
        </dd>
      </div>
      {children}
    </dl>
  );
}
