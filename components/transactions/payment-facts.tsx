"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import { useServiceTitle } from "#components/settings/service-title";
import { Time } from "#components/time";
import type { PaymentPageView } from "#lib/contracts/payments";
import { api, pages } from "#lib/paths";
import { CardMask } from "./card-mask";

/** Whose payment it is, how it was paid, and what came with it. */
export function PaymentFacts({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.fact");
  const title = useServiceTitle();
  const { details } = payment;
  return (
    <section className="panel" aria-labelledby="payment-title">
      <h2 id="payment-title">{t("payment")}</h2>
      <FactsList>
        <Fact label={t("order")}>
          <Link href={pages.order(payment.orderId)}>{payment.orderNumber}</Link>
        </Fact>
        {payment.customerName && <Fact label={t("customer")}>{payment.customerName}</Fact>}
        {payment.offline === null && (
          <Fact label={t("service")}>{title({ name: payment.serviceName, paymentType: payment.paymentType })}</Fact>
        )}
        {payment.offline === null && <Method details={details} />}
        {details.cardBank && <Fact label={t("bank")}>{details.cardBank}</Fact>}
        {details.paymentSystem && <Fact label={t("system")}>{details.paymentSystem}</Fact>}
        {/* While a link still waits, a provider may call "not found yet" a failure; the timeline tells real refusals. */}
        {payment.state === "failed" && (details.failureReason || details.failureCode) && (
          <Fact label={t("failureReason")}>
            {details.failureReason}
            {details.failureCode && (
              <span className="text-muted"> {t("failureCode", { code: details.failureCode })}</span>
            )}
          </Fact>
        )}
        <Fact label={t("createdBy")}>
          {payment.createdByName ? (
            t.rich("createdByName", {
              name: payment.createdByName,
              when: () => <Time at={payment.createdAt} form="timeOrMoment" />,
            })
          ) : (
            <Time at={payment.createdAt} />
          )}
        </Fact>
        {payment.offline === null && payment.provenance && <HowWeKnow known={payment.provenance} />}
        {payment.offline === null && payment.checkedAt && (
          <Fact label={t("checked")}>
            <Time at={payment.checkedAt} form="relative" precision={1} />
          </Fact>
        )}
        {details.fiscalStatus && <Fact label={t("fiscal")}>{t(`fiscalState.${details.fiscalStatus}`)}</Fact>}
        {details.receiptUrl && (
          <Fact label={t("receipt")}>
            <a href={details.receiptUrl} target="_blank" rel="noopener noreferrer">
              {hostOf(details.receiptUrl)}
            </a>
          </Fact>
        )}
        {payment.captured.amount > 0 && (
          <Fact label={t("ourReceipt")}>
            <a href={api.receiptPdf(payment.id)} target="_blank" rel="noopener">
              PDF
            </a>
          </Fact>
        )}
        {payment.offline === null && <Fact label={t("purpose")}>{payment.purpose}</Fact>}
      </FactsList>
    </section>
  );
}

/** Who told of the present state first, and when the bank said so itself, to the second. */
function HowWeKnow({ known }: { known: NonNullable<PaymentPageView["provenance"]> }) {
  const t = useTranslations("transactions.fact");
  const { confirmedAt, source } = known;
  return (
    <Fact label={t("howWeKnow")}>
      {t.rich("toldBy", { source, when: () => <Time at={known.at} form="second" /> })}
      {confirmedAt && source !== "status" && (
        <>, {t.rich("confirmedByBank", { when: () => <Time at={confirmedAt} form="second" /> })}</>
      )}
    </Fact>
  );
}

/** The way of paying in words we know, else as the provider says it: nothing is hidden. */
function Method({ details }: { details: PaymentPageView["details"] }) {
  const t = useTranslations("transactions.fact");
  const { method, maskedCard } = details;
  if (!method && !maskedCard) return null;
  const word = (name: string) => {
    const key = `methods.${name}` as "methods.card";
    return t.has(key) ? t(key) : name;
  };
  const said = word(method ?? "card");
  return (
    <Fact label={t("method")}>
      {said}
      {maskedCard && (
        <>
          , <CardMask mask={maskedCard} />
        </>
      )}
    </Fact>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
