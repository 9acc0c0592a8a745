"use client";
import { Button } from "@heroui/react";
import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRecordDialog } from "#components/customers/use-record-dialog";
import { MessageLine } from "#components/message-line";
import { MoneyInput } from "#components/money-input";
import { DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import { FieldPair } from "#components/settings/form-section";
import { SwitchField } from "#components/settings/switch-field";
import { SettingsTextField } from "#components/settings/text-field";
import { itemDraftOf, itemErrors, saveItem } from "#lib/api/items";
import type { ItemView } from "#lib/contracts/customers";
import type { Currency } from "#lib/domain/money";
import { currencySign } from "#lib/format";

/** An item of the catalogue. Changing it changes nothing in orders that have it already. */
export function ItemDialog({
  item,
  company,
  mayWrite,
  onClose,
}: {
  item: ItemView | null;
  company: { currency: Currency; vatPercent: string };
  mayWrite: boolean;
  onClose: () => void;
}) {
  const t = useTranslations("items");
  const common = useTranslations("common");
  const { draft, set, leave, errorOf, isSaving, problem, submit } = useRecordDialog({
    start: itemDraftOf(item, company.currency, company.vatPercent),
    errorsOf: itemErrors,
    save: (wanted) => saveItem(item?.id ?? null, wanted),
    done: t("saved"),
    onClose,
  });
  const said = (name: string): string | null => {
    const code = errorOf(name);
    if (code === null) return null;
    return t.has(`error.${code as "required"}`) ? t(`error.${code as "required"}`) : t("error.invalid");
  };
  const text = (name: "sku" | "name" | "unit" | "vatPercent", maxLength: number) => ({
    name,
    label: t(`field.${name}`),
    value: draft[name],
    onChange: (value: string) => set(name, value),
    onBlur: () => leave(name),
    error: said(name),
    maxLength,
    autoComplete: "off",
  });
  return (
    <DialogShell
      title={item ? item.name : t("new")}
      onClose={onClose}
      onSubmit={() => mayWrite && void submit()}
      footer={
        <>
          <Button variant="outline" onPress={onClose}>
            {mayWrite ? common("cancel") : common("close")}
          </Button>
          {mayWrite && (
            <Button type="submit" variant="primary" isPending={isSaving}>
              {isSaving ? t("saving") : item ? common("save") : t("create")}
            </Button>
          )}
        </>
      }
    >
      {!mayWrite && <MessageLine icon={<Lock className="icon" aria-hidden="true" />} title={t("readOnly")} />}
      {problem && <ProblemLine what={t("notSaved")} problem={problem} />}
      <fieldset className="grid gap-4" disabled={!mayWrite} aria-label={t("field.group")}>
        <FieldPair>
          <SettingsTextField {...text("sku", 64)} isRequired autoFocus={item === null} />
          <SettingsTextField {...text("unit", 16)} />
        </FieldPair>
        <SettingsTextField {...text("name", 500)} isRequired />
        <FieldPair>
          <MoneyInput
            label={t("field.unitPrice", { sign: currencySign(draft.currency) })}
            value={draft.priceMinor}
            onChange={(minor) => set("priceMinor", minor)}
            currency={draft.currency}
            error={said("unitPrice")}
          />
          <SettingsTextField {...text("vatPercent", 6)} suffix="%" />
        </FieldPair>
        <SwitchField
          name="active"
          label={t("field.active")}
          isOn={draft.active}
          onChange={(on) => set("active", on)}
          hint={draft.active ? t("activeHint") : t("inactiveHint")}
          refusedReason={mayWrite ? null : t("readOnly")}
        />
      </fieldset>
    </DialogShell>
  );
}
