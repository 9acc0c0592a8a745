"use client";
import { PlugZap } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { LeaveGuard } from "#components/leave-guard";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { asProblem } from "#lib/api/http";
import { changedBetween, changesKeys, draftOf, rebase, updateBody } from "#lib/api/service-draft";
import { readService, testService, updateService } from "#lib/api/services";
import type { ServiceView } from "#lib/contracts/services";
import { pages } from "#lib/paths";
import { ConflictMessage } from "./conflict-message";
import { ServiceAbilities } from "./service-abilities";
import { ServiceAdvanced } from "./service-advanced";
import { BehaviourSection, KeysSection, LookSection, TypeSection } from "./service-fields";
import { HealthPill } from "./service-health";
import { SettingsForm } from "./settings-form";
import { TestResult } from "./test-result";
import { useSaving } from "./use-saving";
import { useServiceForm } from "./use-service-form";

type FieldName = "name" | "description" | "currencyNumeric" | "paymentType" | "validitySeconds" | "holdMarginHours";

/** One payment service, for admins: change it, test its keys, switch it on. */
export function ServiceForm({
  service,
  alwaysIncludedElsewhere,
}: {
  service: ServiceView;
  alwaysIncludedElsewhere: string | null;
}) {
  const t = useTranslations("services");
  const provider = useTranslations("states.provider")(service.provider);
  const router = useRouter();
  /** The version that is being changed. */
  const [base, setBase] = useState(service);
  const { fields, ...form } = useServiceForm(draftOf(service), service, base.credentials);
  const { draft } = fields;
  const body = updateBody(draft, base);
  const isDirty = body !== null;
  const { formElement, save, failure, setFailure, conflict } = useSaving({
    base,
    setBase,
    form,
    draftOf,
    rebased: (newer) => rebase(draft, base, newer),
    write: body && (() => updateService(base.id, body)),
    read: () => readService(base.id),
    words: {
      saved: t("save.saved"),
      fix: (count) => t("save.fix", { count }),
      failed: t("save.failed"),
      rebased: t("conflict.rebased"),
    },
  });
  const test = async () => {
    setFailure(null);
    try {
      const { service: tested } = await testService(base.id);
      // Only what the test is about: the rest may have been changed by somebody else, which saving has to notice.
      setBase((now) => ({ ...now, lastTest: tested.lastTest, health: tested.health }));
      announce(tested.lastTest?.ok ? t("test.ok", { provider }) : t("test.failed"));
      router.refresh();
    } catch (error) {
      setFailure({ what: t("test.failed"), problem: asProblem(error) });
    }
  };
  const theirs = conflict
    ? // Every name that the comparison gives has a label of its own under `field`.
      changedBetween(base, conflict.newer).map((field) => t(`field.${field as FieldName}`))
    : [];
  const whyNoTest = !base.credentialsComplete
    ? t("test.noKeys")
    : changesKeys(draft, base)
      ? t("test.saveFirst")
      : null;

  return (
    <SettingsForm element={formElement} submit={t("save.save")} onSubmit={save}>
      <PageHead
        title={base.name}
        back={{ href: pages.paymentServices(), label: t("backToList") }}
        pills={<HealthPill health={base.health} />}
        actions={
          <>
            <ActionButton
              label={t("test.button")}
              icon={<PlugZap aria-hidden="true" />}
              disabledReason={whyNoTest}
              pendingLabel={t("test.asking", { provider })}
              onPress={test}
            />
            <ActionButton
              label={t("save.save")}
              variant="primary"
              shortcut="ctrl+enter"
              disabledReason={isDirty ? null : t("save.nothing")}
              pendingLabel={t("save.saving")}
              onPress={save}
            />
          </>
        }
      />
      {conflict && (
        <ConflictMessage
          title={t("conflict.title")}
          text={theirs.length > 0 ? t("conflict.more", { fields: theirs.join(", ") }) : t("conflict.moreUnknown")}
          loadTheirs={t("conflict.loadTheirs")}
          onLoadTheirs={conflict.onLoadTheirs}
          keepMine={t("conflict.keepMine")}
          onKeepMine={conflict.onKeepMine}
        />
      )}
      {failure && (
        <div className="px-4 lg:px-6">
          <ProblemLine {...failure} />
        </div>
      )}
      <TestResult service={base} />
      <TypeSection type={<p>{t(`typeName.${base.provider}`)}</p>} hint={t("group.typeFixed")} fields={fields} />
      <KeysSection fields={fields} credentials={base.credentials} />
      <BehaviourSection
        fields={fields}
        capabilities={base.capabilities}
        credentials={base.credentials}
        alwaysIncludedElsewhere={alwaysIncludedElsewhere}
      />
      <LookSection fields={fields} />
      <ServiceAdvanced service={base} />
      <ServiceAbilities capabilities={base.capabilities} />
      <LeaveGuard isDirty={isDirty} name={base.name} />
    </SettingsForm>
  );
}
