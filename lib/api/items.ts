import type { z } from "zod";
import { type ItemView, itemInput } from "#lib/contracts/customers";
import type { Currency } from "#lib/domain/money";
import type { FieldError } from "#lib/domain/refusal";
import { api } from "#lib/paths";
import { contractErrors } from "./contract-errors.ts";
import { sendJson } from "./http.ts";

/** An item as the dialog holds it: the price in whole minor units as text, null while it is empty. */
export type ItemDraft = {
  sku: string;
  name: string;
  unit: string;
  priceMinor: string | null;
  currency: Currency;
  vatPercent: string;
  active: boolean;
};

/** `currency` and `vatPercent` are the company's, for an item that does not exist yet. */
export const itemDraftOf = (item: ItemView | null, currency: Currency, vatPercent: string): ItemDraft => ({
  sku: item?.sku ?? "",
  name: item?.name ?? "",
  unit: item?.unit ?? "",
  priceMinor: item ? String(item.unitPrice.amount) : null,
  currency: item?.currency ?? currency,
  vatPercent: item?.vatPercent ?? vatPercent,
  active: item?.active ?? true,
});

const bodyOf = (draft: ItemDraft): z.input<typeof itemInput> => ({
  sku: draft.sku,
  name: draft.name,
  unit: draft.unit.trim() || null,
  unitPrice: { amount: Number(draft.priceMinor ?? "0"), currency: draft.currency },
  vatPercent: draft.vatPercent.trim().replace(",", "."),
  active: draft.active,
});

export function itemErrors(draft: ItemDraft): FieldError[] {
  const errors = contractErrors(itemInput, bodyOf(draft));
  return draft.priceMinor === null ? [...errors, { field: "unitPrice", code: "required" }] : errors;
}

/** Creates an item, or replaces its particulars. Lines of existing orders keep what they were written with. */
export const saveItem = (id: string | null, draft: ItemDraft): Promise<ItemView> =>
  id === null ? sendJson("POST", api.items(), bodyOf(draft)) : sendJson("PATCH", api.item(id), bodyOf(draft));
