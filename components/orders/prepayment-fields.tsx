"use client";
import { FieldError, InputGroup, Label, TextField, ToggleButton, ToggleButtonGroup } from "@heroui/react";
import { useLocale, useTranslations } from "next-intl";
import { useId, useRef } from "react";
import { CoverageBar } from "#components/coverage-bar";
import { useServiceTitle } from "#components/settings/service-title";
import type { OrderFormChoices } from "#lib/contracts/orders";
import type { MoneyView } from "#lib/domain/money";
import { PREPAYMENT_KINDS } from "#lib/domain/prepayment";
import { currencySign, formatDuration } from "#lib/format";
import { ChoiceField } from "./choice-field";
import { ReleaseSentence } from "./release-sentence";
import type { OrderDraftState } from "./use-order-draft";

/** What is asked before shipping, by which service, in which language; and what Release will do with it. */
export function PrepaymentFields({
  form,
  services,
  covered,
  held,
}: {
  form: OrderDraftState;
  services: OrderFormChoices["services"];
  /** Money that is already there, on an order that was reopened. */
  covered: MoneyView;
  /** The part of it that is only held. */
  held: MoneyView;
}) {
  const t = useTranslations("orderForm");
  const title = useServiceTitle();
  const languages = useTranslations("order.language");
  const locale = useLocale();
  const id = useId();
  const field = useRef<HTMLDivElement>(null);
  const { draft, totals, change } = form;
  const { currency } = draft;
  const service = services.find((one) => one.id === draft.paymentServiceId) ?? null;
  const others = services.filter((one) => one.currency === currency && one.id !== draft.paymentServiceId);
  const money = (amountMinor: bigint): MoneyView => ({ amount: Number(amountMinor), currency });
  const required = totals.requiredMinor === null ? null : money(totals.requiredMinor);
  const share = draft.prepayment === "none" ? null : draft.prepayment;
  const error = share && form.errorOf(`prepayment.${share}`);
  const hint = service
    ? service.currency === currency
      ? t("prepayment.serviceHint", {
          validity: formatDuration(service.validitySeconds * 1000, locale),
          type: service.paymentType,
        })
      : t("prepayment.serviceOther", { currency: service.currency })
    : services.length === 0
      ? t("prepayment.noServices")
      : t("prepayment.serviceNone");

  return (
    <section className="prepayment-fields" aria-labelledby={`${id}title`}>
      <h2 id={`${id}title`}>{t("prepayment.title")}</h2>
      <div className="field-pairs">
        <div className="field">
          <span id={`${id}kind`} className="label">
            {t("prepayment.kind")}
          </span>
          <ToggleButtonGroup
            aria-labelledby={`${id}kind`}
            selectionMode="single"
            disallowEmptySelection
            fullWidth
            selectedKeys={[draft.prepayment]}
            onSelectionChange={(keys) => {
              const prepayment = PREPAYMENT_KINDS.find((kind) => keys.has(kind));
              if (!prepayment) return;
              change({ prepayment });
              // The figure is what comes next.
              requestAnimationFrame(() => field.current?.querySelector("input")?.focus());
            }}
          >
            {PREPAYMENT_KINDS.map((kind) => (
              <ToggleButton key={kind} id={kind}>
                {t(`prepayment.${kind}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        </div>
        <div className="field" ref={field}>
          {share && (
            <TextField
              key={share}
              className="field-money"
              value={draft[share]}
              onChange={(text) => change({ [share]: text })}
              onBlur={() => draft[share].trim() && form.leave(`prepayment.${share}`)}
              isInvalid={Boolean(error)}
              validationBehavior="aria"
              fullWidth
            >
              <Label>
                {share === "percent"
                  ? t("prepayment.percentLabel")
                  : t("prepayment.amountLabel", { currency: currencySign(currency) })}
              </Label>
              <InputGroup fullWidth>
                <InputGroup.Input inputMode="decimal" autoComplete="off" maxLength={20} />
                {share === "percent" && <InputGroup.Suffix>%</InputGroup.Suffix>}
              </InputGroup>
              <FieldError>{error}</FieldError>
            </TextField>
          )}
        </div>
        <ChoiceField
          label={t("prepayment.service")}
          value={draft.paymentServiceId}
          onChange={(paymentServiceId) => change({ paymentServiceId })}
          error={form.errorOf("paymentServiceId")}
          description={hint}
          options={[
            { value: "", label: t("prepayment.noService") },
            ...services.map((one) => ({
              value: one.id,
              label: title(one),
              ...(one.currency === currency ? {} : { note: t("prepayment.serviceOther", { currency: one.currency }) }),
            })),
          ]}
        />
        <ChoiceField
          label={t("language")}
          value={draft.language}
          onChange={(language) => change({ language })}
          options={[
            { value: "uk", label: languages("uk") },
            { value: "en", label: languages("en") },
          ]}
        />
      </div>
      {service && others.length > 0 && (
        <fieldset className="service-choice">
          <legend className="label">{t("prepayment.others")}</legend>
          {others.map((one) => (
            <label key={one.id}>
              <input
                type="checkbox"
                className="check"
                checked={draft.otherServiceIds.includes(one.id)}
                onChange={(event) =>
                  change({
                    otherServiceIds: event.target.checked
                      ? [...draft.otherServiceIds, one.id]
                      : draft.otherServiceIds.filter((id) => id !== one.id),
                  })
                }
              />
              {title(one)}
            </label>
          ))}
        </fieldset>
      )}
      <div className="release-preview">
        {required && required.amount > 0 && (
          <CoverageBar
            total={totals.totalMinor}
            required={required.amount}
            taken={Math.max(0, covered.amount - held.amount)}
            held={Math.min(held.amount, covered.amount)}
          />
        )}
        <div aria-live="polite">
          <ReleaseSentence
            asked={draft.prepayment !== "none"}
            required={required}
            covered={covered}
            total={money(totals.totalMinor)}
            serviceName={service?.name ?? null}
          />
        </div>
      </div>
    </section>
  );
}
