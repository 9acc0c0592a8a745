"use client";
import { Button, FieldError, Input, Label, TextArea, TextField } from "@heroui/react";
import { Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { TransactionCommands } from "./use-transaction-commands";

/** The contract's own limits. */
const MOST_FIELDS = 20;
const NAME = /^[a-zA-Z0-9_.-]{1,40}$/;

type Field = { key: number; name: string; value: string };

/** Description and further fields of a payment: for the references of other systems and for what was agreed by phone. */
export function NoteDialog({
  payment,
  commands,
  onClose,
}: {
  payment: PaymentPageView;
  commands: TransactionCommands;
  onClose: () => void;
}) {
  const t = useTranslations("transactions");
  const common = useTranslations("common");
  const [description, setDescription] = useState(payment.description ?? "");
  const [fields, setFields] = useState<Field[]>(() =>
    Object.entries(payment.metadata).map(([name, value], key) => ({ key, name, value })),
  );
  const [judged, setJudged] = useState(false);
  const nextKey = useRef(fields.length);

  const written = fields.filter(({ name, value }) => name.trim() !== "" || value.trim() !== "");
  const nameError = ({ key, name }: Field): string | null => {
    if (!judged) return null;
    if (!NAME.test(name.trim())) return t("note.badName");
    return written.some((other) => other.key < key && other.name.trim() === name.trim()) ? t("note.twice") : null;
  };
  const names = new Set(written.map(({ name }) => name.trim()));
  const isGood = written.every(({ name }) => NAME.test(name.trim())) && names.size === written.length;

  const change = (key: number, part: Partial<Field>) =>
    setFields((now) => now.map((field) => (field.key === key ? { ...field, ...part } : field)));
  const save = async () => {
    setJudged(true);
    if (!isGood) return;
    const metadata = Object.fromEntries(written.map(({ name, value }) => [name.trim(), value.trim()]));
    if (await commands.saveNote({ description: description.trim() || null, metadata })) onClose();
  };
  const isSaving = commands.running === "note";
  const failure = commands.failure?.command === "note" ? commands.failure : null;

  return (
    <DialogShell
      title={t("note.edit")}
      onClose={onClose}
      onSubmit={() => void save()}
      footer={
        <DialogButtons
          leave={common("cancel")}
          onLeave={onClose}
          submit={t("note.save")}
          submitting={t("note.saving")}
          isPending={isSaving}
        />
      }
    >
      <div className="grid gap-4">
        {failure && <ProblemLine what={t("failed.note")} problem={failure.problem} />}
        <TextField value={description} onChange={setDescription} maxLength={500} autoFocus fullWidth>
          <Label>{t("note.description")}</Label>
          <TextArea rows={3} />
        </TextField>
        <fieldset className="grid gap-2">
          <legend className="label mb-1">{t("note.metadata")}</legend>
          <p className="text-xs text-muted">{t("note.metadataHelp")}</p>
          {fields.map((field) => {
            const error = written.includes(field) ? nameError(field) : null;
            return (
              <div key={field.key} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] items-start gap-2">
                <TextField
                  aria-label={t("note.name")}
                  value={field.name}
                  onChange={(name) => change(field.key, { name })}
                  isInvalid={error !== null}
                  validationBehavior="aria"
                  maxLength={40}
                  fullWidth
                >
                  <Input placeholder={t("note.name")} spellCheck="false" autoComplete="off" />
                  <FieldError>{error}</FieldError>
                </TextField>
                <TextField
                  aria-label={t("note.value")}
                  value={field.value}
                  onChange={(value) => change(field.key, { value })}
                  maxLength={500}
                  fullWidth
                >
                  <Input placeholder={t("note.value")} autoComplete="off" />
                </TextField>
                <Button
                  isIconOnly
                  variant="ghost"
                  aria-label={field.name ? t("note.remove", { name: field.name }) : t("note.removeUnnamed")}
                  onPress={() => setFields((now) => now.filter(({ key }) => key !== field.key))}
                >
                  <Trash2 aria-hidden="true" />
                </Button>
              </div>
            );
          })}
          {fields.length < MOST_FIELDS && (
            <Button
              variant="outline"
              size="sm"
              className="w-fit"
              onPress={() => setFields((now) => [...now, { key: nextKey.current++, name: "", value: "" }])}
            >
              <Plus aria-hidden="true" />
              {t("note.add")}
            </Button>
          )}
        </fieldset>
      </div>
    </DialogShell>
  );
}
