"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import { Money } from "#components/money";
import { Time, useNow } from "#components/time";
import type { PaymentPageView } from "#lib/contracts/payments";
import { pages } from "#lib/paths";

/** What is held, taken and returned, and how long the hold lasts: the sum of the facts, not the last of them. */
export function HoldFacts({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.fact");
  const { held, captured, refunded, holdReleased, paymentType, details } = payment;
  // A fee that would have been: nothing was ever on it.
  const hasMoney = held.amount > 0 || captured.amount > 0;
  const isHold = paymentType === "withholding" || held.amount > 0;
  return (
    <section className="panel" aria-labelledby="money-title">
      <h2 id="money-title">{isHold ? t("hold") : t("money")}</h2>
      <FactsList>
        {isHold && (
          <Fact label={t("held")}>
            <Money value={held} />
          </Fact>
        )}
        <Fact label={t("taken")}>
          <Money value={captured} />
        </Fact>
        {refunded.amount > 0 && (
          <Fact label={t("refunded")}>
            <Money value={refunded} />
          </Fact>
        )}
        {payment.elsewhere.map((part) => (
          <Fact key={`${part.orderId}${part.amount.amount}`} label={t(part.orderId ? "countsElsewhere" : "setAside")}>
            <Money value={part.amount} />
            {part.orderId && (
              <>
                {" "}
                · <Link href={pages.order(part.orderId)}>{part.orderNumber}</Link>
              </>
            )}
          </Fact>
        ))}
        {details.fee && hasMoney && (
          <Fact label={t("fee")}>
            <Money value={details.fee} />
          </Fact>
        )}
        {!details.fee && payment.state === "withholding" && <Fact label={t("fee")}>{t("feeLater")}</Fact>}
        {details.net && (
          <Fact label={t("net")}>
            <Money value={details.net} />
          </Fact>
        )}
        {holdReleased && captured.amount === 0 && <Fact label={t("hold")}>{t("holdReleased")}</Fact>}
        {payment.state === "withholding" && payment.holdExpiresAt && (
          <HoldEnd payment={payment} endsAt={payment.holdExpiresAt} />
        )}
      </FactsList>
    </section>
  );
}

/** The hold's end with its countdown, and the earlier moment from which it no longer opens shipping. */
function HoldEnd({ payment, endsAt }: { payment: PaymentPageView; endsAt: string }) {
  const t = useTranslations("transactions.fact");
  const usableUntil = payment.holdUsableUntil;
  const now = useNow(Date.parse(usableUntil ?? endsAt));
  const inMargin = usableUntil !== null && Date.parse(usableUntil) <= now;
  const hours = String(payment.holdMarginHours);
  return (
    <>
      <Fact label={Date.parse(endsAt) > now ? t("ends") : t("ended")}>
        <Time
          at={endsAt}
          form="countdown"
          className={inMargin ? "font-semibold text-danger-soft-foreground" : "font-semibold"}
        />{" "}
        <Time at={endsAt} className="text-muted" />
      </Fact>
      <Fact label={t("margin")}>
        <span className={inMargin ? "text-danger-soft-foreground" : undefined}>
          {usableUntil
            ? t.rich(inMargin ? "marginPassed" : "marginUntil", { hours, when: () => <Time at={usableUntil} /> })
            : t("marginHours", { hours })}
        </span>
      </Fact>
    </>
  );
}
