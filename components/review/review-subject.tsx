"use client";
import { useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import { Money } from "#components/money";
import { Time } from "#components/time";
import { CardMask } from "#components/transactions/card-mask";
import { useMoneyText } from "#components/use-money-text";
import type { ReviewView } from "#lib/contracts/reviews";

/** What a webhook without a payment says: all there is to find the order by. */
export function WebhookFacts({ webhook, service }: { webhook: NonNullable<ReviewView["webhook"]>; service: string }) {
  const t = useTranslations("review.webhook");
  const common = useTranslations("common");
  const copy = (text: string, label: string) => ({
    text,
    label: common("copyValue", { label }),
    done: common("copied"),
  });
  return (
    <section className="review-subject" aria-labelledby="review-webhook">
      <h3 id="review-webhook">{t("title", { told: webhook.source })}</h3>
      <FactsList>
        <Fact label={t("service")}>{service}</Fact>
        {webhook.amount && (
          <Fact label={t("amount")}>
            <Money value={webhook.amount} />
          </Fact>
        )}
        {webhook.providerStatus && <Fact label={t("status")}>{webhook.providerStatus}</Fact>}
        {webhook.reference && (
          <Fact label={t("reference")} copy={copy(webhook.reference, t("reference"))}>
            {webhook.reference}
          </Fact>
        )}
        {webhook.providerPaymentId && webhook.providerPaymentId !== webhook.reference && (
          <Fact label={t("providerId")} copy={copy(webhook.providerPaymentId, t("providerId"))}>
            {webhook.providerPaymentId}
          </Fact>
        )}
        {webhook.maskedCard && (
          <Fact label={t("card")}>
            <CardMask mask={webhook.maskedCard} />
          </Fact>
        )}
        <Fact label={t("received", { told: webhook.source })}>
          <Time at={webhook.receivedAt} />
          {t("times", { count: webhook.deliveries })}
        </Fact>
      </FactsList>
    </section>
  );
}

/** What was asked of the bank, how often, and what it said last. */
export function UnknownFacts({ unknown }: { unknown: NonNullable<ReviewView["unknown"]> }) {
  const t = useTranslations("review.unknown");
  const text = useMoneyText();
  return (
    <section className="review-subject" aria-labelledby="review-unknown">
      <h3 id="review-unknown">{t("title")}</h3>
      <FactsList>
        <Fact label={t("what")}>
          {t("operation", {
            operation: unknown.operation ?? "none",
            amount: unknown.amount ? text(unknown.amount) : "none",
          })}
        </Fact>
        <Fact label={t("asked")}>
          {t.rich("times", { count: Math.max(1, unknown.attempts), when: () => <Time at={unknown.since} /> })}
        </Fact>
        <Fact label={t("said")}>{unknown.said ?? t("nothing")}</Fact>
      </FactsList>
    </section>
  );
}
