import { z } from "zod";
import {
  currency,
  email,
  id,
  instant,
  language,
  moneyInput,
  moneyOutput,
  optionalText,
  pageOf,
  pageQuery,
  percentText,
  phone,
  text,
} from "./shared.ts";
import { zone } from "./zone.ts";

export const customerInput = z.strictObject({
  name: text(200, 1),
  email: email.nullish(),
  phone: phone.nullish(),
  /** Left out: the company's, or as it was. */
  language: language.optional(),
  /** Whose quiet hours count; null: the company's. Left out: as it was. */
  zone: zone.nullish(),
  taxId: optionalText(20),
  note: optionalText(2000),
});
export const customerView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  language,
  zone: z.string().nullable(),
  taxId: z.string().nullable(),
  note: z.string().nullable(),
  createdAt: instant,
});
export type CustomerView = z.infer<typeof customerView>;
export const customerListQuery = z.strictObject({ ...pageQuery, q: z.string().max(200).optional() });
export const customerPage = pageOf(customerView);

export const itemInput = z.strictObject({
  sku: text(64, 1),
  name: text(500, 1),
  unit: optionalText(16),
  unitPrice: moneyInput,
  vatPercent: percentText.default("20"),
  active: z.boolean().default(true),
});
export const itemView = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  unit: z.string().nullable(),
  unitPrice: moneyOutput,
  vatPercent: z.string(),
  active: z.boolean(),
  currency,
});
export type ItemView = z.infer<typeof itemView>;
export const itemListQuery = z.strictObject({
  ...pageQuery,
  q: z.string().max(200).optional(),
  active: z.enum(["true", "false"]).optional(),
});
export const itemPage = pageOf(itemView);
export const idParam = {
  order: id("ord"),
  payment: id("pay"),
  service: id("svc"),
  customer: id("cus"),
  item: id("itm"),
  review: id("rev"),
  invoice: id("inv"),
  shipment: id("shp"),
  waiver: id("wvr"),
  receipt: id("ofr"),
  attachment: id("att"),
  message: id("msg"),
};
