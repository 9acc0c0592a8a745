"use client";
import { Button, ComboBox, Description, FieldError, Input, Label, ListBox, TextField } from "@heroui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { NewCustomer, PickedCustomer } from "#lib/api/order-draft";
import { customerSearch } from "#lib/api/orders";
import { ChoiceField } from "./choice-field";
import type { OrderDraftState } from "./use-order-draft";
import { useSettled } from "./use-settled";

const CREATE = "create";

/**
 * The customer: found by typing, or created on the spot from what was typed. Choosing one also chooses the language the
 * customer is asked in.
 */
export function CustomerField({ form }: { form: OrderDraftState }) {
  const { draft, change } = form;
  return draft.newCustomer ? (
    <NewCustomerFields form={form} customer={draft.newCustomer} />
  ) : (
    <CustomerSearch
      picked={draft.customer}
      error={form.errorOf("customerId")}
      autoFocus={form.orderId === null && draft.customer === null}
      onPick={(customer) => change({ customer, ...(customer ? { language: customer.language } : {}) })}
      onCreate={(name) =>
        change({ newCustomer: { name, email: "", phone: "", language: draft.language, taxId: "" }, customer: null })
      }
    />
  );
}

function CustomerSearch({
  picked,
  error,
  onPick,
  onCreate,
  autoFocus,
}: {
  picked: PickedCustomer | null;
  error: string | null;
  onPick: (customer: PickedCustomer | null) => void;
  onCreate: (name: string) => void;
  autoFocus: boolean;
}) {
  const t = useTranslations("orderForm.customer");
  const [typed, setTyped] = useState(picked?.name ?? "");
  const [known, setKnown] = useState(picked);
  // The field has the focus when the page opens; the list should not lie over the form before anybody wants it.
  const [trigger, setTrigger] = useState<"input" | "focus">("input");
  // A draft that came back, or another version that was taken, brings its own customer.
  if (picked !== known) {
    setKnown(picked);
    setTyped(picked?.name ?? "");
  }
  const wanted = useSettled(typed === picked?.name ? "" : typed.trim());
  const { data, isError } = useQuery({ ...customerSearch(wanted), placeholderData: keepPreviousData });
  const name = typed.trim();
  const open = name !== "" && name !== picked?.name;
  const choices = [
    ...(data?.rows ?? []).map((customer) => ({ id: customer.id, name: customer.name, customer })),
    { id: CREATE, name: open ? t("create", { name }) : t("createEmpty"), customer: null },
  ];
  const details = picked && [picked.taxId, picked.email, picked.phone].filter(Boolean).join(" · ");
  const choose = (id: string) => {
    if (id === CREATE) return onCreate(open ? name : "");
    const customer = choices.find((choice) => choice.id === id)?.customer;
    if (!customer) return;
    setTyped(customer.name);
    setKnown(customer);
    onPick(customer);
  };
  return (
    <ComboBox
      className="customer-field"
      fullWidth
      items={choices}
      inputValue={typed}
      onInputChange={(text) => {
        setTyped(text);
        if (text === "" && picked) {
          setKnown(null);
          onPick(null);
        }
      }}
      value={picked?.id ?? null}
      onChange={(key) => {
        if (key !== null) choose(String(key));
      }}
      // The server has filtered already; a phone number does not stand in the name it found.
      defaultFilter={() => true}
      menuTrigger={trigger}
      onBlur={() => setTrigger("focus")}
      autoFocus={autoFocus}
      allowsCustomValue
      isInvalid={error !== null || (open && isError)}
      validationBehavior="aria"
      name="customerId"
    >
      <Label>{t("label")}</Label>
      <ComboBox.InputGroup>
        <Input placeholder={t("placeholder")} autoComplete="off" />
        <ComboBox.Trigger />
      </ComboBox.InputGroup>
      {details && <Description>{details}</Description>}
      {open && !error && (
        <Description>
          {isError ? t("unreadable") : data?.rows.length === 0 ? t("nobody") : t("pickOrCreate")}{" "}
          <button type="button" className="text-button" onClick={() => onCreate(name)}>
            {t("create", { name })}
          </button>
        </Description>
      )}
      <FieldError>{error}</FieldError>
      <ComboBox.Popover>
        <ListBox>
          {(choice: (typeof choices)[number]) => (
            <ListBox.Item id={choice.id} textValue={choice.customer ? choice.name : typed || choice.name}>
              <div className="choice">
                <span>{choice.name}</span>
                {choice.customer && (
                  <small>{[choice.customer.taxId, choice.customer.email].filter(Boolean).join(" · ")}</small>
                )}
              </div>
            </ListBox.Item>
          )}
        </ListBox>
      </ComboBox.Popover>
    </ComboBox>
  );
}

function NewCustomerFields({ form, customer }: { form: OrderDraftState; customer: NewCustomer }) {
  const t = useTranslations("orderForm.customer");
  const languages = useTranslations("order.language");
  const set = (next: Partial<NewCustomer>) =>
    form.change({
      newCustomer: { ...customer, ...next },
      ...(next.language ? { language: next.language } : {}),
    });
  const text = (field: "name" | "email" | "phone" | "taxId", type: string, auto: boolean) => {
    const error = form.errorOf(`customer.${field}`);
    return (
      <TextField
        type={type}
        value={customer[field]}
        onChange={(value) => set({ [field]: value })}
        onBlur={() => form.leave(`customer.${field}`)}
        isInvalid={error !== null}
        validationBehavior="aria"
        autoFocus={auto}
        fullWidth
      >
        <Label>{t(field)}</Label>
        <Input autoComplete="off" maxLength={field === "name" ? 200 : field === "taxId" ? 20 : 254} />
        <FieldError>{error}</FieldError>
      </TextField>
    );
  };
  return (
    <fieldset className="new-customer">
      <legend>
        {t("new")} <span className="quiet">{t("newHint")}</span>
        <Button size="sm" variant="outline" onPress={() => form.change({ newCustomer: null })}>
          {t("pickInstead")}
        </Button>
      </legend>
      {text("name", "text", customer.name === "")}
      {text("email", "email", customer.name !== "")}
      {text("phone", "tel", false)}
      {text("taxId", "text", false)}
      <ChoiceField
        label={t("language")}
        value={customer.language}
        onChange={(language) => set({ language: language === "en" ? "en" : "uk" })}
        options={[
          { value: "uk", label: languages("uk") },
          { value: "en", label: languages("en") },
        ]}
      />
    </fieldset>
  );
}
