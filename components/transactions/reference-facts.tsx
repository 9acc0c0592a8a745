"use client";
import { useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import type { PaymentPageView } from "#lib/contracts/payments";

/** Every number under which somebody may look for this payment: ours, the provider's, the bank's. Each can be copied. */
export function ReferenceFacts({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.fact");
  const common = useTranslations("common");
  const { details } = payment;
  const references: [label: string, value: string | null][] = [
    [t("ours"), payment.id],
    [t("reference"), payment.reference === payment.id ? null : payment.reference],
    [t(`providerId.${payment.provider}`), payment.providerPaymentId],
    [t("rrn"), details.rrn],
    [t("approvalCode"), details.approvalCode],
  ];
  return (
    <section className="panel" aria-labelledby="references-title">
      <h2 id="references-title">{t("references")}</h2>
      <FactsList>
        {references.map(
          ([label, value]) =>
            value && (
              <Fact
                key={label}
                label={label}
                copy={{ text: value, label: common("copyValue", { label }), done: common("copied") }}
              >
                <Shortened text={value} />
              </Fact>
            ),
        )}
      </FactsList>
    </section>
  );
}

/** A long id shows its start and its end, the parts people compare; the whole of it on hover and when copied. */
function Shortened({ text }: { text: string }) {
  if (text.length <= 22) return <span className="tabular-nums">{text}</span>;
  return (
    <span className="tabular-nums" title={text}>
      <span aria-hidden="true">
        {text.slice(0, 8)}…{text.slice(-6)}
      </span>
      <span className="unseen">{text}</span>
    </span>
  );
}
