"use client";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { currencyOfCode, missingKeys } from "#lib/api/service-draft";
import type { ProviderKindView, ServiceView } from "#lib/contracts/services";
import { formatDuration } from "#lib/format";
import { FieldPair, FormSection } from "./form-section";
import { KeyField } from "./key-field";
import { LogoField } from "./logo-field";
import { SegmentField } from "./segment-field";
import { SwitchField } from "./switch-field";
import { SettingsTextField } from "./text-field";
import { useKeyLabel } from "./use-field-words";
import type { ServiceFields } from "./use-service-form";

type Credential = ServiceView["credentials"][number];

/** The keys of this type of service and no other's. */
export function KeysSection({ fields, credentials }: { fields: ServiceFields; credentials: readonly Credential[] }) {
  const t = useTranslations("services.group");
  const secret = useTranslations("services.secret");
  const labelOf = useKeyLabel();
  return (
    <FormSection title={t("keys")} hint={t("keysHint")}>
      {credentials.map((credential) => (
        <KeyField
          key={credential.name}
          credential={credential}
          label={
            credential.required ? labelOf(credential.name) : secret("optional", { label: labelOf(credential.name) })
          }
          typed={fields.draft.credentials[credential.name] ?? null}
          onChange={(typed) => fields.setKey(credential.name, typed)}
          onLeave={() => fields.leave(`credentials.${credential.name}`)}
          error={fields.errorOf(`credentials.${credential.name}`)}
        />
      ))}
    </FormSection>
  );
}

/** How the customer is charged, how long a link lives, and whether orders may use it. */
export function BehaviourSection({
  fields,
  capabilities,
  credentials,
  alwaysIncludedElsewhere,
}: {
  fields: ServiceFields;
  capabilities: ProviderKindView["capabilities"];
  credentials: readonly Credential[];
  /** The service that new orders get now, when it is another one. */
  alwaysIncludedElsewhere: string | null;
}) {
  const t = useTranslations("services");
  const labelOf = useKeyLabel();
  const { draft, set, leave, errorOf } = fields;
  const missing = missingKeys(draft, [...credentials]);
  const refused =
    missing.length > 0 && !draft.enabled ? t("enable.missing", { fields: missing.map(labelOf).join(", ") }) : null;
  const text = (name: "validitySeconds" | "holdMarginHours" | "currencyNumeric") => ({
    name,
    value: draft[name],
    onChange: (value: string) => set(name, value),
    onBlur: () => leave(name),
    error: errorOf(name),
    isRequired: true,
    autoComplete: "off",
  });
  const types = [
    { value: "debit" as const, label: t("field.debit"), hint: t("field.debitHint") },
    { value: "withholding" as const, label: t("field.withholding"), hint: t("field.withholdingHint") },
  ];
  return (
    <FormSection title={t("group.behaviour")} hint={t("group.behaviourHint")}>
      <FieldPair>
        <SegmentField
          label={t("field.paymentType")}
          value={draft.paymentType}
          onChange={(value) => set("paymentType", value)}
          options={capabilities.holds ? types : types.slice(0, 1)}
        />
        <SegmentField
          label={t("field.mode")}
          value={draft.mode}
          onChange={(value) => set("mode", value)}
          options={[
            { value: "test", label: t("field.modeTest"), hint: t("field.modeTestHint") },
            { value: "live", label: t("field.modeLive"), hint: t("field.modeLiveHint") },
          ]}
        />
      </FieldPair>
      <FieldPair>
        <SettingsTextField
          {...text("validitySeconds")}
          label={t("field.validitySeconds")}
          inputMode="numeric"
          maxLength={12}
          suffix={<ValidityWords seconds={draft.validitySeconds} />}
        />
        <SettingsTextField
          {...text("holdMarginHours")}
          label={t("field.holdMarginHours")}
          inputMode="numeric"
          maxLength={4}
          description={t("field.holdMarginHint")}
        />
      </FieldPair>
      <FieldPair>
        <SettingsTextField
          {...text("currencyNumeric")}
          label={t("field.currencyNumeric")}
          maxLength={3}
          suffix={currencyOfCode(draft.currencyNumeric) ?? "–"}
          description={<CurrencyName code={draft.currencyNumeric} />}
        />
      </FieldPair>
      <FieldPair>
        <SwitchField
          name="enabled"
          label={t("field.enabled")}
          isOn={draft.enabled}
          onChange={(on) => {
            set("enabled", on);
            if (!on) set("alwaysInclude", false);
          }}
          hint={draft.enabled ? t("field.enabledHint") : t("field.disabledHint")}
          refusedReason={refused}
        />
        <SwitchField
          name="alwaysInclude"
          label={t("field.alwaysInclude")}
          isOn={draft.alwaysInclude}
          onChange={(on) => set("alwaysInclude", on)}
          hint={
            alwaysIncludedElsewhere
              ? t("field.alwaysIncludeElsewhere", { name: alwaysIncludedElsewhere })
              : t("field.alwaysIncludeHint")
          }
          refusedReason={draft.enabled || draft.alwaysInclude ? null : t("enable.first")}
        />
      </FieldPair>
      <FieldPair>
        {(["customerMayRenew", "customerMayPayWhole"] as const).map((name) => (
          <SwitchField
            key={name}
            name={name}
            label={t(`field.${name}`)}
            isOn={draft[name]}
            onChange={(on) => set(name, on)}
            hint={t(`field.${name}${draft[name] ? "On" : "Off"}`)}
          />
        ))}
      </FieldPair>
    </FormSection>
  );
}

/** The type, and what staff call the service. `type` is a choice while the service is new, and a fact afterwards. */
export function TypeSection({ type, hint, fields }: { type: ReactNode; hint: string; fields: ServiceFields | null }) {
  const t = useTranslations("services");
  return (
    <FormSection title={t("group.type")} hint={hint}>
      {type}
      {fields && (
        <FieldPair>
          {(["name", "description"] as const).map((name) => (
            <SettingsTextField
              key={name}
              name={name}
              label={t(`field.${name}`)}
              value={fields.draft[name]}
              onChange={(value) => fields.set(name, value)}
              onBlur={() => fields.leave(name)}
              error={fields.errorOf(name)}
              maxLength={name === "name" ? 100 : 500}
              isRequired={name === "name"}
              autoComplete="off"
            />
          ))}
        </FieldPair>
      )}
    </FormSection>
  );
}

/** What customers see. */
export function LookSection({ fields }: { fields: ServiceFields }) {
  const t = useTranslations("services.group");
  const { draft, set, errorOf } = fields;
  return (
    <FormSection title={t("look")} hint={t("lookHint")}>
      <LogoField name={draft.name} logo={draft.logo} onChange={(logo) => set("logo", logo)} error={errorOf("logo")} />
    </FormSection>
  );
}

/** `14400` → `4 h`, beside the figure: nobody counts seconds. */
function ValidityWords({ seconds }: { seconds: string }) {
  const locale = useLocale();
  const plain = seconds.replace(/[\s\u00a0]/g, "");
  return /^\d{1,9}$/.test(plain) && Number(plain) > 0 ? formatDuration(Number(plain) * 1000, locale) : "–";
}

/** `980` → `Ukrainian hryvnia`: a code of three digits is easily mistyped into another currency. */
function CurrencyName({ code }: { code: string }) {
  const locale = useLocale();
  const currency = currencyOfCode(code);
  const name = currency && new Intl.DisplayNames([locale], { type: "currency" }).of(currency);
  // The server's and the browser's lists of names may differ in spelling.
  return <span suppressHydrationWarning>{name}</span>;
}
