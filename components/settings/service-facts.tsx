import { Lock } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import { MessageLine } from "#components/message-line";
import { PageHead } from "#components/page-head";
import type { ServiceView } from "#lib/contracts/services";
import { formatCount, formatDuration } from "#lib/format";
import { pages } from "#lib/paths";
import { FormSection } from "./form-section";
import { ServiceAbilities } from "./service-abilities";
import { ServiceAdvanced } from "./service-advanced";
import { HealthPill } from "./service-health";

/** A payment service for people who do not configure services: how it is set up, and who does. */
export function ServiceFacts({ service }: { service: ServiceView }) {
  const t = useTranslations("services");
  const common = useTranslations("common");
  const locale = useLocale();
  const yes = (on: boolean) => (on ? common("yes") : common("no"));
  const seconds = formatCount(service.validitySeconds, locale);
  const code = String(service.currencyNumeric).padStart(3, "0");
  return (
    <>
      <PageHead
        title={service.name}
        back={{ href: pages.paymentServices(), label: t("backToList") }}
        pills={<HealthPill health={service.health} />}
      />
      <div className="px-4 lg:px-6">
        <MessageLine icon={<Lock className="icon" aria-hidden="true" />} title={t("readOnly")}>
          {t("readOnlyMore")}
        </MessageLine>
      </div>
      <FormSection title={t("group.type")}>
        <FactsList className="max-w-xl">
          <Fact label={t("field.type")}>{t(`typeName.${service.provider}`)}</Fact>
          {service.description && <Fact label={t("field.description")}>{service.description}</Fact>}
          <Fact label={t("field.enabled")}>{yes(service.enabled)}</Fact>
          <Fact label={t("field.alwaysInclude")}>{yes(service.alwaysInclude)}</Fact>
        </FactsList>
      </FormSection>
      <FormSection title={t("group.behaviour")}>
        <FactsList className="max-w-xl">
          <Fact label={t("field.paymentType")}>
            {service.paymentType === "debit" ? t("field.debit") : t("field.withholding")}
          </Fact>
          <Fact label={t("field.mode")}>{service.mode === "test" ? t("field.modeTest") : t("field.modeLive")}</Fact>
          <Fact label={t("field.validitySeconds")}>
            {seconds} <span className="text-muted">{formatDuration(service.validitySeconds * 1000, locale)}</span>
          </Fact>
          <Fact label={t("field.holdMarginHours")}>{String(service.holdMarginHours)}</Fact>
          <Fact label={t("field.customerMayRenew")}>{yes(service.customerMayRenew)}</Fact>
          <Fact label={t("field.customerMayPayWhole")}>{yes(service.customerMayPayWhole)}</Fact>
          <Fact label={t("field.currencyNumeric")}>
            {code} <span className="text-muted">{service.currency}</span>
          </Fact>
        </FactsList>
      </FormSection>
      <ServiceAdvanced service={service} />
      <ServiceAbilities capabilities={service.capabilities} />
    </>
  );
}
