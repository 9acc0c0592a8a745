"use client";
import { useTranslations } from "next-intl";
import { useMoneyText } from "#components/use-money-text";
import type { MoneyView } from "#lib/domain/money";

/** What pressing Release will do, said before it is pressed. The same sentence in the form and on an open order. */
export function ReleaseSentence({
  asked,
  required,
  covered,
  total,
  serviceName,
  mailsLinkTo = null,
}: {
  /** A prepayment is set; otherwise a chosen service asks for the whole total. */
  asked: boolean;
  /** Null while the prepayment cannot be read. */
  required: MoneyView | null;
  covered: MoneyView;
  total: MoneyView;
  serviceName: string | null;
  /** Where the link goes by itself, where that is known. */
  mailsLinkTo?: string | null;
}) {
  const t = useTranslations("order.money");
  const amount = useMoneyText();
  if (total.amount === 0) return <p className="release-sentence">{t("releaseEmpty")}</p>;
  if (required === null) return <p className="release-sentence">{t("releaseNeedsShare")}</p>;
  if (asked && !serviceName) return <p className="release-sentence">{t("releaseNeedsService")}</p>;
  if (required.amount === 0 || !serviceName) return <p className="release-sentence">{t("releaseNothing")}</p>;
  if (covered.amount > required.amount) {
    const surplus = amount({ ...covered, amount: covered.amount - required.amount });
    return <p className="release-sentence">{t("releaseSurplus", { covered: amount(covered), surplus })}</p>;
  }
  if (covered.amount === required.amount)
    return <p className="release-sentence">{t("releaseCovered", { covered: amount(covered) })}</p>;
  const mailed = mailsLinkTo !== null && <> {t("releaseMails", { address: mailsLinkTo })}</>;
  if (covered.amount > 0) {
    const missing = amount({ ...required, amount: required.amount - covered.amount });
    return (
      <p className="release-sentence">
        {t("releaseAsksMissing", { covered: amount(covered), missing, service: serviceName })}
        {mailed}
      </p>
    );
  }
  return (
    <p className="release-sentence">
      {t.rich(asked ? "releaseAsks" : "releaseAsksTotal", {
        b: (words) => <b>{words}</b>,
        amount: amount(required),
        service: serviceName,
      })}
      {mailed}
    </p>
  );
}
