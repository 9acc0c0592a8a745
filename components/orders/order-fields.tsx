"use client";
import { FieldError, Input, Label, TextArea, TextField } from "@heroui/react";
import { useTranslations } from "next-intl";
import type { OrderFormChoices } from "#lib/contracts/orders";
import { type Currency, isCurrency } from "#lib/domain/money";
import { ChoiceField } from "./choice-field";
import { CustomerField } from "./customer-field";
import type { OrderDraftState } from "./use-order-draft";

/** The head of the document: who buys, when, whose order it is, how others call it. */
export function OrderFields({ form, choices }: { form: OrderDraftState; choices: OrderFormChoices }) {
  const t = useTranslations("orderForm");
  const { draft, change } = form;
  const text = (field: "orderDate" | "externalReference", type: "date" | "text") => {
    const error = form.errorOf(field);
    return (
      <TextField
        type={type}
        value={draft[field]}
        onChange={(value) => change({ [field]: value })}
        onBlur={() => form.leave(field)}
        isInvalid={error !== null}
        validationBehavior="aria"
        fullWidth
      >
        <Label>{t(field)}</Label>
        <Input autoComplete="off" maxLength={type === "text" ? 100 : undefined} />
        <FieldError>{error}</FieldError>
      </TextField>
    );
  };
  return (
    <section className="order-fields" aria-label={t("details")}>
      <CustomerField form={form} />
      {text("orderDate", "date")}
      {text("externalReference", "text")}
      <ChoiceField
        label={t("salesperson")}
        value={draft.salespersonId}
        onChange={(salespersonId) => change({ salespersonId })}
        error={form.errorOf("salespersonId")}
        options={[
          { value: "", label: t("noSalesperson") },
          ...choices.salespeople.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </section>
  );
}

/** Everyday currencies of a Ukrainian trader, besides the company's own and those a payment service works in. */
const USUAL: readonly Currency[] = ["UAH", "USD", "EUR", "PLN"];

/** What most orders leave as it is: the note, and the currency as long as the order is new. */
export function MoreFields({ form, choices }: { form: OrderDraftState; choices: OrderFormChoices }) {
  const t = useTranslations("orderForm");
  const { draft, change } = form;
  const currencies = [
    ...new Set([choices.company.currency, ...choices.services.map(({ currency }) => currency), ...USUAL]),
  ];
  return (
    <div className="more-fields">
      <TextField
        value={draft.note}
        onChange={(note) => change({ note })}
        isInvalid={form.errorOf("note") !== null}
        validationBehavior="aria"
        fullWidth
      >
        <Label>{t("note")}</Label>
        <TextArea rows={2} maxLength={2000} />
        <FieldError>{form.errorOf("note")}</FieldError>
      </TextField>
      {form.orderId === null && (
        <ChoiceField
          label={t("currency")}
          value={draft.currency}
          onChange={(currency) => isCurrency(currency) && change({ currency })}
          error={form.errorOf("currency")}
          options={currencies.map((currency) => ({ value: currency, label: currency }))}
        />
      )}
    </div>
  );
}
