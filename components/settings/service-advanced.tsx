"use client";
import { useTranslations } from "next-intl";
import { CopyButton } from "#components/copy-button";
import { Fact, FactsList } from "#components/facts-list";
import { Time } from "#components/time";
import type { ServiceView } from "#lib/contracts/services";
import { FormSection } from "./form-section";

/** The webhook's address, and the last signs of life: what one needs with the provider's cabinet open beside this page. */
export function ServiceAdvanced({ service }: { service: ServiceView }) {
  const t = useTranslations("services");
  const common = useTranslations("common");
  const when = (at: string | null) =>
    at ? <Time at={at} form="relative" precision={1} /> : <span className="text-muted">{t("field.never")}</span>;
  return (
    <FormSection title={t("group.advanced")} hint={t("group.advancedHint")}>
      <div className="flex min-w-0 flex-col gap-1">
        <span className="label">{t("field.webhookUrl")}</span>
        <div className="flex min-h-(--control-h) items-center gap-2 rounded-md border border-border ps-2.5 pe-1">
          <code className="min-w-0 flex-1 py-1 font-sans break-all">{service.webhookUrl}</code>
          <CopyButton
            text={service.webhookUrl}
            label={common("copyValue", { label: t("webhookCopy") })}
            done={common("copied")}
          />
        </div>
        <p className="text-xs text-muted">{t("field.webhookUrlHint")}</p>
      </div>
      <FactsList className="max-w-md">
        <Fact label={t("field.lastWebhook")}>{when(service.lastWebhookAt)}</Fact>
        <Fact label={t("field.lastSync")}>{when(service.lastSyncAt)}</Fact>
        <Fact label={t("field.today")}>
          {t("field.todayPaid", { links: String(service.today.links), paid: String(service.today.paid) })}
        </Fact>
      </FactsList>
    </FormSection>
  );
}
