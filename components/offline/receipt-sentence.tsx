"use client";
import { useLocale, useTranslations } from "next-intl";
import { Time } from "#components/time";
import type { OfflineReceiptView } from "#lib/contracts/offline";
import { formatDate } from "#lib/format";
import { api } from "#lib/paths";

/** When the money came and under which reference; who recorded, approved or refused it, and the paper. */
export function ReceiptSentence({ receipt }: { receipt: OfflineReceiptView }) {
  const t = useTranslations("offline");
  const locale = useLocale();
  const { attachment, approvedAt, refusedAt, recordedAt } = receipt;
  const at = (moment: string) => <Time at={moment} form="timeOrMoment" />;
  // A calendar date has no time and no zone.
  const day = formatDate(`${receipt.receivedOn}T12:00:00Z`, { locale, zone: "UTC" });
  return (
    <p className="quiet">
      {t("came", { day, reference: receipt.reference })} {receipt.note && `${t("noteSaid", { note: receipt.note })} `}
      {t.rich("recordedBy", { by: receipt.recordedByName, when: () => at(recordedAt) })}{" "}
      {approvedAt && t.rich("approvedBy", { by: receipt.approvedByName ?? "", when: () => at(approvedAt) })}{" "}
      {refusedAt &&
        t.rich("refusedBy", {
          by: receipt.refusedByName ?? "",
          reason: receipt.refusedReason ?? "",
          when: () => at(refusedAt),
        })}{" "}
      {attachment && (
        <a className="text-link" href={api.attachment(attachment.id)} download={attachment.name}>
          {attachment.name}
        </a>
      )}
    </p>
  );
}
