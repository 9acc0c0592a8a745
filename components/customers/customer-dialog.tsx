"use client";
import { Button } from "@heroui/react";
import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { MessageLine } from "#components/message-line";
import { DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import { FieldPair } from "#components/settings/form-section";
import { SegmentField } from "#components/settings/segment-field";
import { SettingsTextField } from "#components/settings/text-field";
import { customerDraftOf, customerErrors, saveCustomer } from "#lib/api/customers";
import type { CustomerView } from "#lib/contracts/customers";
import { useRecordDialog } from "./use-record-dialog";

/** What is known of a customer. E-mail, phone and language are what links and receipts are sent with. */
export function CustomerDialog({
  customer,
  mayWrite,
  onClose,
}: {
  customer: CustomerView | null;
  mayWrite: boolean;
  onClose: () => void;
}) {
  const t = useTranslations("customers");
  const common = useTranslations("common");
  const { draft, set, leave, errorOf, isSaving, problem, submit } = useRecordDialog({
    start: customerDraftOf(customer),
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
      onSubmit={() => mayWrite && void submit()}
      footer={
        <>
          <Button variant="outline" onPress={onClose}>
            {mayWrite ? common("cancel") : common("close")}
          </Button>
          {mayWrite && (
            <Button type="submit" variant="primary" isPending={isSaving}>
              {isSaving ? t("saving") : customer ? common("save") : t("create")}
            </Button>
          )}
        </>
      }
    >
      {!mayWrite && <MessageLine icon={<Lock className="icon" aria-hidden="true" />} title={t("readOnly")} />}
      {problem && <ProblemLine what={t("notSaved")} problem={problem} />}
      <fieldset className="grid gap-4" disabled={!mayWrite} aria-label={t("field.group")}>
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
              { value: "uk", label: "Українська", hint: t("languageHint") },
              { value: "en", label: "English", hint: t("languageHint") },
            ]}
          />
        </FieldPair>
        <SettingsTextField {...text("note", 2000)} multiline />
      </fieldset>
    </DialogShell>
  );
}
