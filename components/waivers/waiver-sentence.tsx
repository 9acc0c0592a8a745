"use client";
import { useTranslations } from "next-intl";
import { Time } from "#components/time";
import { useMoneyText } from "#components/use-money-text";
import type { WaiverView } from "#lib/contracts/waivers";

/** How much may leave unpaid and until when; who asked and why; who approved or took it back. */
export function WaiverSentence({ waiver }: { waiver: WaiverView }) {
  const t = useTranslations("waivers");
  const amount = useMoneyText()(waiver.cap);
  const { requestedAt, approvedAt, revokedAt } = waiver;
  const at = (moment: string) => <Time at={moment} form="timeOrMoment" />;
  return (
    <>
      <p className="panel-text">{t.rich(waiver.state, { amount, until: () => <Time at={waiver.endsAt} /> })}</p>
      <p className="quiet">
        {t.rich("askedBy", { by: waiver.requestedByName, reason: waiver.reason, when: () => at(requestedAt) })}{" "}
        {approvedAt && t.rich("approvedBy", { by: waiver.approvedByName ?? "", when: () => at(approvedAt) })}{" "}
        {revokedAt && t.rich("revokedBy", { by: waiver.revokedByName ?? "", when: () => at(revokedAt) })}
      </p>
    </>
  );
}
