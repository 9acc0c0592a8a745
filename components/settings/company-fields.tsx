"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { nextNumberOf } from "#lib/api/company-draft";
import { SERIES_KINDS, type SeriesKind } from "#lib/domain/number-series";
import { FieldPair, FormSection } from "./form-section";
import { LogoField } from "./logo-field";
import { SegmentField } from "./segment-field";
import { SwitchField } from "./switch-field";
import { SettingsTextField } from "./text-field";
import type { CompanyFields } from "./use-company-form";
import { ZoneSelect } from "./zone-select";

type Part = { fields: CompanyFields };
type TextName =
  | "name"
  | "legalName"
  | "taxId"
  | "phone"
  | "email"
  | "iban"
  | "bankName"
  | "currency"
  | "defaultVatPercent"
  | "offlineLimit";

/** What every text field of the form takes from the draft. */
function useText({ draft, set, leave, errorOf }: CompanyFields) {
  return (name: TextName, error: string = name) => ({
    name,
    value: draft[name],
    onChange: (value: string) => set(name, value),
    onBlur: () => leave(error),
    error: errorOf(error),
    autoComplete: "off",
  });
}

/** Who sells: on the customer's page and on paper. */
export function WhoSection({ fields }: Part) {
  const t = useTranslations("company");
  const text = useText(fields);
  const { draft, set, leave, errorOf } = fields;
  return (
    <FormSection title={t("group.who")} hint={t("group.whoHint")}>
      <FieldPair>
        <SettingsTextField {...text("name")} label={t("field.name")} maxLength={200} isRequired />
        <SettingsTextField
          {...text("legalName")}
          label={t("field.legalName")}
          description={t("field.legalNameHint")}
          maxLength={300}
        />
      </FieldPair>
      <FieldPair>
        <SettingsTextField {...text("taxId")} label={t("field.taxId")} maxLength={20} />
        <SettingsTextField {...text("phone")} label={t("field.phone")} maxLength={32} />
      </FieldPair>
      <FieldPair>
        <SettingsTextField {...text("email")} label={t("field.email")} maxLength={254} />
      </FieldPair>
      <SettingsTextField
        name="address"
        label={t("field.address")}
        value={draft.address}
        onChange={(value) => set("address", value)}
        onBlur={() => leave("address")}
        error={errorOf("address")}
        maxLength={500}
        multiline
      />
    </FormSection>
  );
}

export function BankSection({ fields }: Part) {
  const t = useTranslations("company");
  const text = useText(fields);
  return (
    <FormSection title={t("group.bank")} hint={t("group.bankHint")}>
      <FieldPair>
        <SettingsTextField {...text("iban")} label={t("field.iban")} maxLength={42} spellCheck="false" />
        <SettingsTextField {...text("bankName")} label={t("field.bankName")} maxLength={200} />
      </FieldPair>
    </FormSection>
  );
}

/** A picture that paper can carry: whatever was chosen is drawn anew as a PNG or JPEG that is small enough. */
export function PictureSection({ fields }: Part) {
  const t = useTranslations("company");
  const { draft, set, errorOf } = fields;
  const [failed, setFailed] = useState(false);
  const take = async (logo: string | null) => {
    setFailed(false);
    if (logo === null) return set("logo", null);
    const drawn = await drawnAnew(logo).catch(() => null);
    if (drawn) set("logo", drawn);
    else setFailed(true);
  };
  return (
    <FormSection title={t("group.look")} hint={t("group.lookHint")}>
      <LogoField
        name={draft.name}
        logo={draft.logo}
        onChange={(logo) => void take(logo)}
        error={failed ? t("logoLarge") : errorOf("logo")}
      />
    </FormSection>
  );
}

const LOGO_WIDTH = 600;
const LOGO_HEIGHT = 240;
const LOGO_CHARACTERS = 136_000;

async function drawnAnew(logo: string): Promise<string | null> {
  const picture = new Image();
  picture.src = logo;
  await picture.decode();
  const scale = Math.min(1, LOGO_WIDTH / picture.width, LOGO_HEIGHT / picture.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const drawn = [canvas.toDataURL("image/png"), canvas.toDataURL("image/jpeg", 0.85)];
  return drawn.find((url) => url.length <= LOGO_CHARACTERS) ?? null;
}

export function RegionSection({ fields, zones }: Part & { zones: readonly string[] }) {
  const t = useTranslations("company");
  const text = useText(fields);
  const { draft, set } = fields;
  return (
    <FormSection title={t("group.region")} hint={t("group.regionHint")}>
      <FieldPair>
        <ZoneSelect
          label={t("field.zone")}
          value={draft.zone}
          onChange={(value) => set("zone", value)}
          zones={zones}
          hint={t("field.zoneHint")}
          error={fields.errorOf("zone")}
        />
        <SegmentField
          label={t("field.language")}
          value={draft.language}
          onChange={(value) => set("language", value)}
          options={[
            { value: "uk", label: t("field.uk"), hint: t("field.ukHint") },
            { value: "en", label: t("field.en"), hint: t("field.enHint") },
          ]}
        />
      </FieldPair>
      <FieldPair>
        <SettingsTextField
          {...text("currency")}
          label={t("field.currency")}
          maxLength={3}
          spellCheck="false"
          isRequired
        />
        <SettingsTextField
          {...text("defaultVatPercent")}
          label={t("field.vat")}
          inputMode="numeric"
          maxLength={6}
          isRequired
        />
      </FieldPair>
      <SwitchField
        name="pricesIncludeVat"
        label={t("field.pricesIncludeVat")}
        isOn={draft.pricesIncludeVat}
        onChange={(on) => set("pricesIncludeVat", on)}
        hint={t(draft.pricesIncludeVat ? "field.pricesWithVat" : "field.pricesWithoutVat")}
      />
    </FormSection>
  );
}

export function NumbersSection({ fields }: Part) {
  const t = useTranslations("company");
  return (
    <FormSection title={t("group.numbers")} hint={t("group.numbersHint")}>
      {SERIES_KINDS.map((kind) => (
        <SeriesField key={kind} kind={kind} fields={fields} />
      ))}
    </FormSection>
  );
}

function SeriesField({ kind, fields }: Part & { kind: SeriesKind }) {
  const t = useTranslations("company");
  const { draft, set, leave, errorOf } = fields;
  const series = draft.series[kind];
  const number = nextNumberOf(series);
  const change = (more: Partial<typeof series>) => set("series", { ...draft.series, [kind]: { ...series, ...more } });
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{t(`series.${kind}`)}</legend>
      <div className="grid grid-cols-[7rem_minmax(0,14rem)] items-start gap-4">
        <SettingsTextField
          name={`series.${kind}.prefix`}
          label={t("field.prefix")}
          value={series.prefix}
          onChange={(prefix) => change({ prefix })}
          onBlur={() => leave(`series.${kind}.prefix`)}
          error={errorOf(`series.${kind}.prefix`)}
          maxLength={10}
          autoComplete="off"
          spellCheck="false"
          isRequired
        />
        <SettingsTextField
          name={`series.${kind}.next`}
          label={t("field.next")}
          value={series.next}
          onChange={(next) => change({ next })}
          onBlur={() => leave(`series.${kind}.next`)}
          error={errorOf(`series.${kind}.next`)}
          description={number && t("field.nextIs", { number })}
          inputMode="numeric"
          maxLength={12}
          autoComplete="off"
          isRequired
        />
      </div>
    </fieldset>
  );
}

export function MoneySection({ fields }: Part) {
  const t = useTranslations("company");
  const text = useText(fields);
  return (
    <FormSection title={t("group.money")} hint={t("group.moneyHint")}>
      <FieldPair>
        <SettingsTextField
          {...text("offlineLimit", "offlineLimit.amount")}
          label={t("field.offlineLimit", { currency: fields.draft.currency.trim().toUpperCase() })}
          description={t("field.offlineLimitHint")}
          inputMode="numeric"
          maxLength={20}
        />
      </FieldPair>
    </FormSection>
  );
}
