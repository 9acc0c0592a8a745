"use client";
import { Button } from "@heroui/react";
import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { Fact, FactsList } from "#components/facts-list";
import { MessageLine } from "#components/message-line";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import { FieldPair } from "#components/settings/form-section";
import { SegmentField } from "#components/settings/segment-field";
import { SettingsTextField } from "#components/settings/text-field";
import { ZoneSelect } from "#components/settings/zone-select";
import { customerDraftOf, customerErrors, saveCustomer } from "#lib/api/customers";
import type { CustomerView } from "#lib/contracts/customers";
import { zonesToChoose } from "#lib/contracts/zone";
import { useRecordDialog } from "./use-record-dialog";

/** A customer: the fields for those who may edit, the facts for everybody else. */
export function CustomerDialog(props: CustomerDialogProps) {
  return props.mayWrite || !props.customer ? (
    <CustomerForm {...props} />
  ) : (
    <CustomerFacts customer={props.customer} onClose={props.onClose} />
  );
}
type CustomerDialogProps = {
  customer: CustomerView | null;
  language: CustomerView["language"];
  /** The company's zone: a customer's unless another is chosen. */
  zone: string;
  mayWrite: boolean;
  onClose: () => void;
};

const LANGUAGES = { uk: "Українська", en: "English" } as const;

function CustomerFacts({ customer, onClose }: { customer: CustomerView; onClose: () => void }) {
  const t = useTranslations("customers");
  const common = useTranslations("common");
  return (
    <DialogShell
      title={customer.name}
      onClose={onClose}
      onSubmit={onClose}
      footer={
        <Button type="submit" variant="outline">
          {common("close")}
        </Button>
      }
    >
      <MessageLine icon={<Lock className="icon" aria-hidden="true" />} title={t("readOnly")} />
      <FactsList className="mt-2">
        {(["email", "phone", "taxId"] as const).map(
          (name) =>
            customer[name] && (
              <Fact key={name} label={t(`field.${name}`)}>
                {customer[name]}
              </Fact>
            ),
        )}
        <Fact label={t("field.language")}>{LANGUAGES[customer.language]}</Fact>
        {customer.zone && <Fact label={t("field.zone")}>{customer.zone.replaceAll("_", " ")}</Fact>}
        {customer.note && <Fact label={t("field.note")}>{customer.note}</Fact>}
      </FactsList>
    </DialogShell>
  );
}

/** E-mail, phone and language are what links and receipts are sent with. */
function CustomerForm({ customer, language, zone, onClose }: CustomerDialogProps) {
  const t = useTranslations("customers");
  const common = useTranslations("common");
  const { draft, set, leave, errorOf, isSaving, problem, submit } = useRecordDialog({
    start: customerDraftOf(customer, language),
    errorsOf: customerErrors,
    save: (wanted) => saveCustomer(customer?.id ?? null, wanted),
    done: t("saved"),
    onClose,
  });
  const text = (name: "name" | "email" | "phone" | "taxId" | "note", maxLength: number) => {
    const code = errorOf(name);
    return {
      name,
      label: t(`field.${name}`),
      value: draft[name],
      onChange: (value: string) => set(name, value),
      onBlur: () => leave(name),
      error:
        code === null
          ? null
          : t.has(`error.${code as "required"}`)
            ? t(`error.${code as "required"}`)
            : t("error.invalid"),
      maxLength,
      autoComplete: "off",
    };
  };
  return (
    <DialogShell
      title={customer ? customer.name : t("new")}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={common("cancel")}
          onLeave={onClose}
          submit={customer ? common("save") : t("create")}
          submitting={t("saving")}
          isPending={isSaving}
        />
      }
    >
      {problem && <ProblemLine what={t("notSaved")} problem={problem} />}
      <div className="grid gap-4">
        <SettingsTextField {...text("name", 200)} isRequired autoFocus={customer === null} />
        <FieldPair>
          <SettingsTextField {...text("email", 254)} />
          <SettingsTextField {...text("phone", 32)} />
        </FieldPair>
        <FieldPair>
          <SettingsTextField {...text("taxId", 20)} />
          <SegmentField
            label={t("field.language")}
            value={draft.language}
            onChange={(language) => set("language", language)}
            options={[
              { value: "uk", label: LANGUAGES.uk, hint: t("languageHint") },
              { value: "en", label: LANGUAGES.en, hint: t("languageHint") },
            ]}
          />
        </FieldPair>
        <ZoneSelect
          label={t("field.zone")}
          value={draft.zone}
          onChange={(chosen) => set("zone", chosen)}
          zones={zonesToChoose(customer?.zone ?? zone)}
          none={t("companyZone", { zone: zone.replaceAll("_", " ") })}
          hint={t("zoneHint")}
          error={errorOf("zone") && t("error.invalid")}
        />
        <SettingsTextField {...text("note", 2000)} multiline />
      </div>
    </DialogShell>
  );
}
