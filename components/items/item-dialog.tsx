"use client";
import { Button } from "@heroui/react";
import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRecordDialog } from "#components/customers/use-record-dialog";
import { Fact, FactsList } from "#components/facts-list";
import { MessageLine } from "#components/message-line";
import { Money } from "#components/money";
import { MoneyInput } from "#components/money-input";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import { FieldPair } from "#components/settings/form-section";
import { SwitchField } from "#components/settings/switch-field";
import { SettingsTextField } from "#components/settings/text-field";
import { itemDraftOf, itemErrors, saveItem } from "#lib/api/items";
import type { ItemView } from "#lib/contracts/customers";
import type { Currency } from "#lib/domain/money";

/** An item of the catalogue: its fields for those who keep it, its facts for everybody else. */
export function ItemDialog(props: ItemDialogProps) {
  return props.mayWrite || !props.item ? (
    <ItemForm {...props} />
  ) : (
    <ItemFacts item={props.item} onClose={props.onClose} />
  );
}
type ItemDialogProps = {
  item: ItemView | null;
  company: { currency: Currency; vatPercent: string };
  mayWrite: boolean;
  onClose: () => void;
};

function ItemFacts({ item, onClose }: { item: ItemView; onClose: () => void }) {
  const t = useTranslations("items");
  const common = useTranslations("common");
  return (
    <DialogShell
      title={item.name}
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
        <Fact label={t("field.sku")}>{item.sku}</Fact>
        {item.unit && <Fact label={t("field.unit")}>{item.unit}</Fact>}
        <Fact label={t("field.unitPrice")}>
          <Money value={item.unitPrice} />
        </Fact>
        <Fact label={t("field.vatPercent")}>{`${item.vatPercent} %`}</Fact>
        <Fact label={t("field.active")}>{item.active ? common("yes") : common("no")}</Fact>
      </FactsList>
    </DialogShell>
  );
}

/** Changing an item changes nothing in orders that have it already. */
function ItemForm({ item, company, onClose }: ItemDialogProps) {
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
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={common("cancel")}
          onLeave={onClose}
          submit={item ? common("save") : t("create")}
          submitting={t("saving")}
          isPending={isSaving}
        />
      }
    >
      {problem && <ProblemLine what={t("notSaved")} problem={problem} />}
      <div className="grid gap-4">
        <FieldPair>
          <SettingsTextField {...text("sku", 64)} isRequired autoFocus={item === null} />
          <SettingsTextField {...text("unit", 16)} />
        </FieldPair>
        <SettingsTextField {...text("name", 500)} isRequired />
        <FieldPair>
          <MoneyInput
            label={t("field.unitPrice")}
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
        />
      </div>
    </DialogShell>
  );
}
