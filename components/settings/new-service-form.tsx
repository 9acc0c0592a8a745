"use client";
import { Label, Radio, RadioGroup } from "@heroui/react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef, useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { LeaveGuard } from "#components/leave-guard";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { showToast } from "#components/toaster";
import { asProblem } from "#lib/api/http";
import { createBody, newDraft } from "#lib/api/service-draft";
import { createService } from "#lib/api/services";
import type { Problem } from "#lib/contracts/problem";
import type { ProviderKindView, ServiceView } from "#lib/contracts/services";
import type { Provider } from "#lib/domain/provider";
import { pages } from "#lib/paths";
import { focusFirstWrongField } from "./focus-wrong-field";
import { ServiceAbilities } from "./service-abilities";
import { BehaviourSection, KeysSection, LookSection, TypeSection } from "./service-fields";
import { SettingsForm } from "./settings-form";
import { useServiceForm } from "./use-service-form";

/** A new payment service: its type is asked first, and only then the fields of that type appear. */
export function NewServiceForm({
  kinds,
  alwaysIncludedElsewhere,
}: {
  kinds: readonly ProviderKindView[];
  alwaysIncludedElsewhere: string | null;
}) {
  const t = useTranslations("services");
  const [chosen, setChosen] = useState<Provider | null>(null);
  const kind = kinds.find((candidate) => candidate.provider === chosen);
  const choice = <TypeChoice kinds={kinds} chosen={chosen} onChoose={setChosen} />;
  if (!kind)
    return (
      <>
        <PageHead title={t("new")} back={{ href: pages.paymentServices(), label: t("backToList") }} />
        <TypeSection type={choice} hint={t("group.typeHint")} fields={null} />
      </>
    );
  // Another type is another form: what was typed for one provider means nothing to the next.
  return <KindForm key={kind.provider} kind={kind} choice={choice} alwaysIncludedElsewhere={alwaysIncludedElsewhere} />;
}

function TypeChoice({
  kinds,
  chosen,
  onChoose,
}: {
  kinds: readonly ProviderKindView[];
  chosen: Provider | null;
  onChoose: (provider: Provider) => void;
}) {
  const t = useTranslations("services");
  return (
    <RadioGroup
      aria-label={t("field.type")}
      value={chosen}
      onChange={(value) => {
        const kind = kinds.find((candidate) => candidate.provider === value);
        if (kind) onChoose(kind.provider);
      }}
      orientation="horizontal"
      className="flex flex-wrap gap-x-6 gap-y-2"
    >
      {kinds.map(({ provider }) => (
        <Radio key={provider} value={provider} className="py-1">
          <Radio.Content>
            <Radio.Control>
              <Radio.Indicator />
            </Radio.Control>
            <Label>{t(`typeName.${provider}`)}</Label>
          </Radio.Content>
        </Radio>
      ))}
    </RadioGroup>
  );
}

/** Fields that are not stored yet: nothing to keep, nothing to replace. */
const unstored = (kind: ProviderKindView): ServiceView["credentials"] =>
  kind.credentialFields.map(({ name, secret, required, example }) => ({
    name,
    secret,
    required,
    example,
    value: null,
    last4: null,
    changedAt: null,
    changedByName: null,
  }));

function KindForm({
  kind,
  choice,
  alwaysIncludedElsewhere,
}: {
  kind: ProviderKindView;
  choice: ReactNode;
  alwaysIncludedElsewhere: string | null;
}) {
  const t = useTranslations("services");
  const provider = useTranslations("states.provider")(kind.provider);
  const router = useRouter();
  const formElement = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [created, setCreated] = useState(false);
  const start = newDraft(kind, provider);
  const credentials = unstored(kind);
  const { fields, check, errorCount, blame } = useServiceForm(start, kind, credentials);
  const isDirty = !created && JSON.stringify(fields.draft) !== JSON.stringify(start);

  const create = async () => {
    if (!check()) {
      announce(t("save.fix", { count: errorCount }), "assertive");
      return focusFirstWrongField(formElement.current);
    }
    setProblem(null);
    try {
      const service = await createService(createBody(kind.provider, fields.draft));
      setCreated(true);
      showToast({ text: t("save.created") });
      announce(t("save.created"));
      router.push(pages.paymentService(service.id));
      router.refresh();
    } catch (error) {
      const failed = asProblem(error);
      setProblem(failed);
      if (!failed.errors?.length) return;
      blame(failed);
      focusFirstWrongField(formElement.current);
    }
  };

  return (
    <SettingsForm element={formElement} submit={t("save.create")} onSubmit={create}>
      <PageHead
        title={t("new")}
        back={{ href: pages.paymentServices(), label: t("backToList") }}
        actions={
          <ActionButton
            label={t("save.create")}
            variant="primary"
            shortcut="ctrl+enter"
            disabledReason={null}
            pendingLabel={t("save.saving")}
            onPress={create}
          />
        }
      />
      {problem && (
        <div className="px-4 lg:px-6">
          <ProblemLine what={t("save.failed")} problem={problem} />
        </div>
      )}
      <TypeSection type={choice} hint={t("group.typeHint")} fields={fields} />
      <KeysSection fields={fields} credentials={credentials} />
      <BehaviourSection
        fields={fields}
        capabilities={kind.capabilities}
        credentials={credentials}
        alwaysIncludedElsewhere={alwaysIncludedElsewhere}
      />
      <LookSection fields={fields} />
      <ServiceAbilities capabilities={kind.capabilities} />
      <LeaveGuard isDirty={isDirty} name={t("new")} />
    </SettingsForm>
  );
}
