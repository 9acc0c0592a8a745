import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { CustomerId, ItemId } from "../../lib/domain/ids.ts";
import { createdAt, minor } from "./columns.ts";

export const customers = pgTable(
  "customers",
  {
    id: text("id").$type<CustomerId>().primaryKey(),
    name: text("name").notNull(),
    email: text("email"),
    phone: text("phone"),
    language: text("language").$type<"en" | "uk">().notNull().default("uk"),
    taxId: text("tax_id"),
    note: text("note"),
    /** The zone whose quiet hours count; null = the company's. */
    zone: text("zone"),
    createdAt: createdAt(),
  },
  (t) => [
    index("customers_name").on(t.name, t.id),
    check("customers_language", sql`${t.language} in ('en', 'uk')`),
    check("customers_name_present", sql`length(${t.name}) between 1 and 200`),
  ],
);

export const items = pgTable(
  "items",
  {
    id: text("id").$type<ItemId>().primaryKey(),
    sku: text("sku").notNull(),
    name: text("name").notNull(),
    unit: text("unit"),
    unitPriceMinor: minor("unit_price_minor").notNull(),
    currency: text("currency").notNull(),
    vatBp: integer("vat_bp").notNull().default(2000),
    active: boolean("active").notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("items_sku").on(t.sku),
    check("items_price", sql`${t.unitPriceMinor} between 0 and 100000000000`),
    check("items_vat", sql`${t.vatBp} between 0 and 10000`),
    check("items_currency", sql`${t.currency} ~ '^[A-Z]{3}$'`),
  ],
);
