"use client";
import "../waivers/approvals.css";
import { useLocale, useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import { Money } from "#components/money";
import type { PaymentView } from "#lib/contracts/payments";
import { formatDate } from "#lib/format";
import { api } from "#lib/paths";

/** Says beside a state that no payment service has told it. */
export function HandBadge() {
  const t = useTranslations("offline");
  return <span className="hand-badge">{t("badge")}</span>;
}

/** Everything a person has written down about money that came past the payment services, and what is left of it. */
export function OfflineFacts({ payment }: { payment: PaymentView }) {
  const t = useTranslations("offline");
  const kind = useTranslations("states.offlineKind");
  const locale = useLocale();
  const { offline } = payment;
  if (!offline) return null;
  return (
    <FactsList>
      <Fact label={t("factKind")}>{kind(offline.kind)}</Fact>
      {/* A calendar date has no time and no zone. */}
      <Fact label={t("receivedOn")}>{formatDate(`${offline.receivedOn}T12:00:00Z`, { locale, zone: "UTC" })}</Fact>
      <Fact label={t("reference")}>{offline.reference}</Fact>
      {offline.note && <Fact label={t("note")}>{offline.note}</Fact>}
      {offline.attachment && (
        <Fact label={t("file")}>
          <a href={api.attachment(offline.attachment.id)} download={offline.attachment.name}>
            {offline.attachment.name}
          </a>
        </Fact>
      )}
      <Fact label={t("factBy")}>{offline.recordedByName}</Fact>
      {offline.approvedByName && <Fact label={t("factApproved")}>{offline.approvedByName}</Fact>}
      {payment.refunded.amount > 0 && (
        <Fact label={t("refundedFact")}>
          <Money value={payment.refunded} />
        </Fact>
      )}
    </FactsList>
  );
}
