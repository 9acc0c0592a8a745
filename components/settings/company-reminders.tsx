"use client";
import { Button } from "@heroui/react";
import { Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import type { CompanyDraft } from "#lib/api/company-draft";
import { MAX_REMINDER_STEPS } from "#lib/domain/reminder";
import { FieldPair, FormSection } from "./form-section";
import { SwitchField } from "./switch-field";
import { SettingsTextField } from "./text-field";
import type { CompanyFields } from "./use-company-form";

type Step = CompanyDraft["steps"][number];

/** When customers with an unpaid link are reminded, and when they are left alone. */
export function RemindersSection({ fields }: { fields: CompanyFields }) {
  const t = useTranslations("company");
  const { draft, set, errorOf } = fields;
  const { steps } = draft;
  const isFull = steps.length >= MAX_REMINDER_STEPS;
  const error = errorOf("reminders.steps");
  return (
    <FormSection title={t("group.reminders")} hint={t("group.remindersHint")}>
      {steps.length === 0 ? (
        <p className="text-muted">{t("reminder.none")}</p>
      ) : (
        <ol className="grid gap-2">
          {steps.map((step, index) => (
            <StepField
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place; two may say the same while being typed
              key={index}
              index={index}
              step={step}
              error={errorOf(`reminders.steps.${index}.hours`)}
              onLeave={() => fields.leave(`reminders.steps.${index}.hours`)}
              onChange={(next) =>
                set(
                  "steps",
                  steps.map((one, at) => (at === index ? next : one)),
                )
              }
              onRemove={() =>
                set(
                  "steps",
                  steps.filter((_, at) => at !== index),
                )
              }
            />
          ))}
        </ol>
      )}
      {error && (
        <p className="field-error text-xs" role="alert" data-visible="true">
          {error}
        </p>
      )}
      <div className="flex items-center gap-3">
        <Button
          variant="outline"
          size="sm"
          isDisabled={isFull}
          onPress={() => set("steps", [...steps, { from: "expiry", hours: "1" }])}
        >
          <Plus aria-hidden="true" />
          {t("reminder.add")}
        </Button>
        {isFull && <span className="text-xs text-muted">{t("reminder.full")}</span>}
      </div>
      <SwitchField
        name="quiet"
        label={t("reminder.quiet")}
        isOn={draft.quiet}
        onChange={(on) => set("quiet", on)}
        hint={t(draft.quiet ? "reminder.quietHint" : "reminder.quietOff")}
      />
      {draft.quiet && (
        <FieldPair>
          {(["quietFrom", "quietTo"] as const).map((name) => (
            <SettingsTextField
              key={name}
              name={name}
              label={t(name === "quietFrom" ? "reminder.from" : "reminder.to")}
              value={draft[name]}
              onChange={(value) => set(name, value)}
              onBlur={() => fields.leave(`reminders.${name}`)}
              error={errorOf(`reminders.${name}`)}
              maxLength={5}
              autoComplete="off"
              isRequired
            />
          ))}
        </FieldPair>
      )}
    </FormSection>
  );
}

function StepField({
  index,
  step,
  error,
  onChange,
  onLeave,
  onRemove,
}: {
  index: number;
  step: Step;
  error: string | null;
  onChange: (step: Step) => void;
  onLeave: () => void;
  onRemove: () => void;
}) {
  const t = useTranslations("company.reminder");
  const id = useId();
  const n = index + 1;
  return (
    <li>
      <div className="flex flex-wrap items-center gap-2">
        <input
          className="input w-20 text-end tabular-nums"
          inputMode="numeric"
          maxLength={4}
          aria-label={t("hoursOf", { n })}
          aria-invalid={error !== null || undefined}
          aria-describedby={error ? id : undefined}
          value={step.hours}
          onChange={(event) => onChange({ ...step, hours: event.target.value })}
          onBlur={onLeave}
        />
        <span className="text-muted">{t("hours").toLocaleLowerCase()}</span>
        <select
          className="input min-w-0 max-sm:order-last max-sm:basis-full sm:w-60"
          aria-label={t("when", { n })}
          value={step.from}
          onChange={(event) => onChange({ ...step, from: event.target.value === "sent" ? "sent" : "expiry" })}
        >
          <option value="sent">{t("sent")}</option>
          <option value="expiry">{t("expiry")}</option>
        </select>
        <Button
          isIconOnly
          variant="ghost"
          className="max-sm:ms-auto"
          aria-label={t("remove", { n })}
          onPress={onRemove}
        >
          <Trash2 aria-hidden="true" />
        </Button>
      </div>
      {error && (
        <p id={id} className="field-error text-xs" data-visible="true">
          {error}
        </p>
      )}
    </li>
  );
}
