"use client";
import { useLocale, useTranslations } from "next-intl";
import { CoverageBar } from "#components/coverage-bar";
import { Money } from "#components/money";
import { useMoneyText } from "#components/use-money-text";
import type { OrderView } from "#lib/contracts/orders";
import { parsePercent } from "#lib/domain/order-line";
import { formatPercent } from "#lib/format";
import { ReleaseSentence } from "./release-sentence";

/** What is asked before shipping, what of it is there, and what the next payment will do. */
export function PrepaymentPanel({ order }: { order: OrderView }) {
  const t = useTranslations("order.money");
  const locale = useLocale();
  const amount = useMoneyText();
  const { prepayment, required, covered, held, missing, total } = order;
  const share = prepayment.kind === "percent" ? formatPercent(parsePercent(prepayment.percent) ?? 0, locale) : null;
  const title =
    required.amount === 0
      ? t("nothingAsked")
      : share
        ? t("prepayment", { share })
        : prepayment.kind === "amount"
          ? t("prepaymentFixed")
          : t("wholeTotal");
  const coveredLabel =
    covered.amount === 0 || held.amount > covered.amount
      ? t("covered")
      : held.amount === 0
        ? t("coveredPaid")
        : held.amount === covered.amount
          ? t("coveredHeld")
          : t("coveredPartHeld", { held: amount(held) });
  return (
    <section className="prepayment" aria-labelledby="prepayment-title">
      <h2 id="prepayment-title">
        {title}{" "}
        {required.amount > 0 && (
          <span className="quiet">{t("ofTotal", { amount: amount(required), total: amount(total) })}</span>
        )}
      </h2>
      {required.amount > 0 && (
        <>
          <CoverageBar
            total={total.amount}
            required={required.amount}
            taken={Math.max(0, covered.amount - held.amount)}
            held={Math.min(held.amount, covered.amount)}
          />
          <dl className="figures">
            <div>
              <dt>{t("required")}</dt>
              <dd>
                <Money value={required} bare />
              </dd>
            </div>
            <div>
              <dt>{coveredLabel}</dt>
              <dd>
                <Money value={covered} bare />
              </dd>
            </div>
            <div>
              <dt>{t("missing")}</dt>
              <dd className={missing.amount > 0 && order.status !== "cancelled" ? "missing" : undefined}>
                <Money value={missing} bare />
              </dd>
            </div>
          </dl>
        </>
      )}
      {order.status === "open" ? (
        <ReleaseSentence
          asked={prepayment.kind !== "none"}
          required={required}
          covered={covered}
          total={total}
          serviceName={order.paymentService?.name ?? null}
          mailsLinkTo={order.mailsLinkTo}
        />
      ) : (
        order.status !== "cancelled" && <PayingSentence order={order} />
      )}
    </section>
  );
}

/** "Paying the current link opens shipping. The other ₴22 100.00 is not asked for before shipping." */
function PayingSentence({ order }: { order: OrderView }) {
  const t = useTranslations("order.money");
  const amount = useMoneyText();
  const { payment, missing, total, required, actions, otherServices } = order;
  const payable = actions.send_link === null && payment !== null && missing.amount > 0;
  const left = payable ? missing.amount - payment.amount.amount : 0;
  const rest = total.amount - required.amount;
  const sentences = [
    payable && (left <= 0 ? t("payingOpens") : t("payingLeaves", { left: amount({ ...missing, amount: left }) })),
    required.amount > 0 && rest > 0 && t("restNotAsked", { rest: amount({ ...total, amount: rest }) }),
    payable &&
      otherServices.length > 0 &&
      t("mayChoose", { services: otherServices.map(({ name }) => name).join(", ") }),
  ].filter(Boolean);
  return sentences.length > 0 && <p className="release-sentence quiet">{sentences.join(" ")}</p>;
}
