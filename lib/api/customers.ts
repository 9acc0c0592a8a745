import type { z } from "zod";
import { type CustomerView, customerInput } from "#lib/contracts/customers";
import { api } from "#lib/paths";
import { contractErrors } from "./contract-errors.ts";
import { sendJson } from "./http.ts";

/** A customer as the dialog holds it: everything is the text that was typed. */
export type CustomerDraft = {
  name: string;
  email: string;
  phone: string;
  language: CustomerView["language"];
  /** Empty: the company's. */
  zone: string;
  taxId: string;
  note: string;
};

/** `language`: what a new one starts with. */
export const customerDraftOf = (
  customer: CustomerView | null,
  language: CustomerView["language"] = "uk",
): CustomerDraft => ({
  name: customer?.name ?? "",
  email: customer?.email ?? "",
  phone: customer?.phone ?? "",
  language: customer?.language ?? language,
  zone: customer?.zone ?? "",
  taxId: customer?.taxId ?? "",
  note: customer?.note ?? "",
});

const bodyOf = (draft: CustomerDraft): z.input<typeof customerInput> => ({
  name: draft.name,
  email: draft.email.trim() || null,
  phone: draft.phone.trim() || null,
  language: draft.language,
  zone: draft.zone || null,
  taxId: draft.taxId.trim() || null,
  note: draft.note.trim() || null,
});

export const customerErrors = (draft: CustomerDraft) => contractErrors(customerInput, bodyOf(draft));

/** Creates a customer, or replaces what is known of one. */
export const saveCustomer = (id: string | null, draft: CustomerDraft): Promise<CustomerView> =>
  id === null ? sendJson("POST", api.customers(), bodyOf(draft)) : sendJson("PATCH", api.customer(id), bodyOf(draft));
