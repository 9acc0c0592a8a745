import { Check, Minus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ProviderKindView } from "#lib/contracts/services";
import { formatDuration } from "#lib/format";
import { FormSection } from "./form-section";

/** What this type of service can do, in words. Read from the adapter, which also drives the buttons elsewhere. */
export function ServiceAbilities({ capabilities }: { capabilities: ProviderKindView["capabilities"] }) {
  const t = useTranslations("services");
  const locale = useLocale();
  const can = capabilities;
  const abilities: { able: boolean; words: string }[] = [
    { able: can.holds, words: can.holds ? t("can.holds", { days: can.holdDays ?? 0 }) : t("can.noHolds") },
    {
      able: can.holds,
      words: can.holds ? t("can.finalize", { part: String(can.finalizePart), times: can.finalizeTimes }) : "",
    },
    { able: can.releaseHold, words: can.releaseHold ? t("can.releaseHold") : t("can.noReleaseHold") },
    { able: can.refund, words: can.refund ? t("can.refund", { part: String(can.refundPart) }) : t("can.noRefund") },
    { able: can.cancelUnpaidLink, words: can.cancelUnpaidLink ? t("can.cancel") : t("can.noCancel") },
    { able: can.statement, words: can.statement ? t("can.statement") : t("can.noStatement") },
    { able: true, words: t("can.validity", { duration: formatDuration(can.maxValiditySeconds * 1000, locale, 1) }) },
  ];
  return (
    <FormSection title={t("group.can")} hint={t("group.canHint")}>
      <ul className="grid gap-1.5">
        {abilities
          .filter(({ words }) => words !== "")
          .map(({ able, words }) => (
            <li key={words} className={able ? "flex gap-2" : "flex gap-2 text-muted"}>
              {able ? (
                <Check className="icon mt-0.5 text-success-soft-foreground" aria-hidden="true" />
              ) : (
                <Minus className="icon mt-0.5" aria-hidden="true" />
              )}
              <span>{words}</span>
            </li>
          ))}
      </ul>
    </FormSection>
  );
}
