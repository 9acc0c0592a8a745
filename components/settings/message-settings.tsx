"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LeaveGuard } from "#components/leave-guard";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { asProblem } from "#lib/api/http";
import { saveAutomatic } from "#lib/api/messages";
import type { MessageSettingsView } from "#lib/contracts/messages";
import type { Problem } from "#lib/contracts/problem";
import { AUTOMATIC_KINDS, type AutomaticKind, TEMPLATE_KINDS, type TemplateKind } from "#lib/domain/message";
import { pages } from "#lib/paths";
import { SmsForm } from "./sms-form";
import { SwitchField } from "./switch-field";
import { type Drafts, isChanged, keyOf, WordingForm } from "./wording-form";

/** What customers are sent by itself, kind by kind, and how each reads in both languages. */
export function MessageSettings({ initial }: { initial: MessageSettingsView }) {
  const t = useTranslations("messageSettings");
  const words = useTranslations("messages");
  const [settings, setSettings] = useState(initial);
  const [kind, setKind] = useState<TemplateKind>("payment_request");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [drafts, setDrafts] = useState<Drafts>({});
  const isDirty = settings.templates.some((stored) => isChanged(drafts[keyOf(stored)], stored));
  const switched = async (which: AutomaticKind, on: boolean) => {
    setProblem(null);
    const { version, automatic } = settings;
    // Shown at once, taken back where the server says no.
    setSettings({ ...settings, automatic: { ...automatic, [which]: on } });
    try {
      const fresh = await saveAutomatic({ version, automatic: { [which]: on } });
      setSettings((now) => ({ ...now, version: fresh.version, automatic: fresh.automatic }));
    } catch (error) {
      setSettings((now) => ({ ...now, automatic }));
      setProblem(asProblem(error));
    }
  };
  const automatic = AUTOMATIC_KINDS.find((candidate) => candidate === kind);
  return (
    <>
      <LeaveGuard isDirty={isDirty} name={words(`kind.${kind}`)} />
      <PageHead title={t("title")} back={{ href: pages.settings(), label: t("back") }} />
      <p className={`px-4 pb-4 lg:px-6 ${settings.mailFrom ? "text-muted" : "text-danger-soft-foreground"}`}>
        {settings.mailFrom ? t("from", { address: settings.mailFrom }) : t("off")}
      </p>
      <div className="border-t border-border lg:grid lg:grid-cols-[15rem_minmax(0,1fr)]">
        <nav aria-label={t("kinds")} className="border-border lg:border-e">
          <ul className="flex flex-wrap gap-1 p-2 lg:block lg:p-0">
            {TEMPLATE_KINDS.map((one) => (
              <li key={one}>
                <button
                  type="button"
                  className={`rounded px-3 py-2 text-start -outline-offset-2 hover:bg-surface-hover lg:w-full lg:rounded-none lg:px-6 ${one === kind ? "bg-surface-hover font-medium" : ""}`}
                  aria-current={one === kind ? "true" : undefined}
                  onClick={() => setKind(one)}
                >
                  {words(`kind.${one}`)}
                </button>
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0">
          <div className="px-4 py-4 lg:px-6">
            {automatic ? (
              <SwitchField
                name={`automatic.${kind}`}
                label={t("automatic")}
                isOn={settings.automatic[automatic]}
                onChange={(on) => void switched(automatic, on)}
                hint={t("when", { kind })}
              />
            ) : (
              <p className="text-muted">{t("reminders")}</p>
            )}
            {problem && <ProblemLine what={t("notSaved")} problem={problem} />}
          </div>
          <WordingForm
            key={kind}
            kind={kind}
            settings={settings}
            drafts={drafts}
            onDraft={(key, words) => setDrafts((now) => ({ ...now, [key]: words }))}
            onSaved={setSettings}
          />
        </div>
      </div>
      <SmsForm settings={settings} onSaved={setSettings} />
    </>
  );
}
