"use client";
import { PlugZap } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { showToast } from "#components/toaster";
import { asProblem } from "#lib/api/http";
import { changesKeys, draftOf, rebase, updateBody } from "#lib/api/service-draft";
import { readService, testService, updateService } from "#lib/api/services";
import type { Problem } from "#lib/contracts/problem";
import type { ServiceView } from "#lib/contracts/services";
import { pages } from "#lib/paths";
import { ConflictMessage } from "./conflict-message";
import { focusFirstWrongField } from "./focus-wrong-field";
import { LeaveGuard } from "./leave-guard";
import { ServiceAbilities } from "./service-abilities";
import { ServiceAdvanced } from "./service-advanced";
import { BehaviourSection, KeysSection, LookSection, TypeSection } from "./service-fields";
import { HealthPill } from "./service-health";
import { TestResult } from "./test-result";
import { useServiceForm } from "./use-service-form";

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
  const formElement = useRef<HTMLFormElement>(null);
  /** The version that is being changed. */
  const [base, setBase] = useState(service);
  const [failure, setFailure] = useState<{ what: string; problem: Problem } | null>(null);
  const [newer, setNewer] = useState<ServiceView | null>(null);
  const { fields, check, errorCount, blame, reset, replace } = useServiceForm(
    draftOf(service),
    service,
    base.credentials,
  );
  const { draft } = fields;
  const body = updateBody(draft, base);
  const isDirty = body !== null;

  const save = async () => {
    if (!body) return;
    if (!check()) return refuseToSave();
    setFailure(null);
    try {
      const saved = await updateService(base.id, body);
      setBase(saved);
      reset(draftOf(saved));
      setNewer(null);
      showToast({ text: t("save.saved") });
      announce(t("save.saved"));
      router.refresh();
    } catch (error) {
      await explain(asProblem(error));
    }
  };
  const refuseToSave = () => {
    announce(t("save.fix", { count: errorCount }), "assertive");
    focusFirstWrongField(formElement.current);
  };
  const explain = async (problem: Problem) => {
    if (problem.code === "version_conflict") {
      const current = await readService(base.id).catch(() => null);
      if (current) return setNewer(current);
    }
    if (problem.errors?.length) {
      blame(problem);
      focusFirstWrongField(formElement.current);
    }
    setFailure({ what: t("save.failed"), problem });
  };
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
  const startOver = (from: ServiceView) => {
    setBase(from);
    setNewer(null);
    setFailure(null);
  };
  const whyNoTest = !base.credentialsComplete
    ? t("test.noKeys")
    : changesKeys(draft, base)
      ? t("test.saveFirst")
      : null;

  return (
    <form
      ref={formElement}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
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
      <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true">
        {t("save.save")}
      </button>
      {newer && (
        <ConflictMessage
          seen={base}
          newer={newer}
          onLoadTheirs={() => {
            startOver(newer);
            reset(draftOf(newer));
          }}
          onKeepMine={() => {
            replace(rebase(draft, base, newer));
            startOver(newer);
            announce(t("conflict.rebased"));
          }}
        />
      )}
      {failure && (
        <div className="px-4 lg:px-6">
          <ProblemLine what={failure.what} problem={failure.problem} />
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
    </form>
  );
}
