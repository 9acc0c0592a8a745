"use client";
import { CircleCheck, CloudOff, PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Time } from "#components/time";
import type { ServiceView } from "#lib/contracts/services";
import { useKeyLabel, useProviderWords } from "./use-field-words";

/**
 * What the provider said to the keys, above the form for as long as the keys are these. Nothing is shown for a service without
 * keys: there is nothing to test.
 */
export function TestResult({ service }: { service: ServiceView }) {
  const t = useTranslations("services.test");
  const provider = useTranslations("states.provider")(service.provider);
  const labelOf = useKeyLabel();
  const words = useProviderWords();
  const test = service.lastTest;
  if (!service.credentialsComplete) return null;
  if (!test?.forCurrentKeys)
    return (
      <Panel tone="plain" icon={<PlugZap className="icon mt-0.5" aria-hidden="true" />}>
        {test ? t("stale") : t("untested")} <span className="text-muted">{t("staleMore")}</span>
      </Panel>
    );
  const when = t.rich("tested", { when: () => <Time at={test.at} form="relative" precision={1} /> });
  if (test.ok)
    return (
      <Panel tone="good" icon={<CircleCheck className="icon mt-0.5" aria-hidden="true" />}>
        <b className="font-semibold">{t("ok", { provider })}</b>
        <p className="text-foreground">
          {test.merchantName && `${t("merchant", { merchant: test.merchantName })} `}
          {when}
        </p>
      </Panel>
    );
  return (
    <Panel tone="bad" icon={<CloudOff className="icon mt-0.5" aria-hidden="true" />}>
      <b className="font-semibold">{t("failed")}</b>
      <p className="text-foreground">
        {test.message && `${provider}: ${words(test.message)}. `}
        {t("failedHint", { fields: service.credentials.map(({ name }) => labelOf(name)).join(", ") })} {when}
      </p>
    </Panel>
  );
}

const TONES = {
  plain: "bg-default text-foreground",
  good: "bg-success-soft text-success-soft-foreground",
  bad: "bg-danger-soft text-danger-soft-foreground",
};

function Panel({ tone, icon, children }: { tone: keyof typeof TONES; icon: ReactNode; children: ReactNode }) {
  return (
    <div className={`mx-4 mb-4 flex gap-2.5 rounded px-3 py-2.5 lg:mx-6 ${TONES[tone]}`} role="status">
      {icon}
      <div className="min-w-0">{children}</div>
    </div>
  );
}
