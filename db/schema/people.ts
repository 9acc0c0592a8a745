import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { PasswordResetId, SignInId, UserId } from "../../lib/domain/ids.ts";
import type { Role } from "../../lib/domain/roles.ts";
import { createdAt, instant, minor } from "./columns.ts";

export const company = pgTable(
  "company",
  {
    id: integer("id").primaryKey().default(1),
    name: text("name").notNull(),
    /** As the register has it, for documents; null = the same as its name. */
    legalName: text("legal_name"),
    taxId: text("tax_id"),
    email: text("email"),
    phone: text("phone"),
    address: text("address"),
    /** Where customers transfer money to by hand. */
    iban: text("iban"),
    bankName: text("bank_name"),
    /** The language of new customers and of their orders, unless somebody chooses another. */
    language: text("language").$type<"en" | "uk">().notNull().default("uk"),
    currency: text("currency").notNull().default("UAH"),
    zone: text("zone").notNull().default("Europe/Kyiv"),
    pricesIncludeVat: boolean("prices_include_vat").notNull().default(true),
    defaultVatBp: integer("default_vat_bp").notNull().default(2000),
    /** A PNG, JPEG or WebP as a data URL; shown to customers. */
    logo: text("logo"),
    /** Offline payments above it want a second person; null = every one does. */
    offlineLimitMinor: minor("offline_limit_minor").default(sql`5000000`),
    /** When customers are reminded and left alone; see lib/contracts/company.ts. */
    reminders: jsonb("reminders").$type<Record<string, unknown>>().notNull().default({}),
    version: integer("version").notNull().default(1),
  },
  (t) => [
    check("one_company", sql`${t.id} = 1`),
    check("company_vat", sql`${t.defaultVatBp} between 0 and 10000`),
    check("company_language", sql`${t.language} in ('en', 'uk')`),
  ],
);

/**
 * How documents are numbered. Shipments and invoices take `next` from here with the row locked, so a document that is rolled
 * back leaves no gap. Orders are many and may have gaps: their numbers come from a sequence.
 */
export const numberSeries = pgTable(
  "number_series",
  {
    kind: text("kind").$type<"order" | "shipment" | "invoice">().primaryKey(),
    prefix: text("prefix").notNull(),
    next: minor("next"),
  },
  (t) => [
    check("series_kind", sql`${t.kind} in ('order', 'shipment', 'invoice')`),
    // A digit at its end would let two prefixes make the same number.
    check("series_prefix", sql`${t.prefix} ~ '^[^[:space:]]{1,10}$' and ${t.prefix} !~ '[0-9]$'`),
    check("series_next", sql`(${t.kind} = 'order') = (${t.next} is null) and ${t.next} between 1 and 999999999`),
  ],
);

export const users = pgTable(
  "users",
  {
    id: text("id").$type<UserId>().primaryKey(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    role: text("role").$type<Role>().notNull(),
    passwordHash: text("password_hash").notNull(),
    language: text("language").$type<"en" | "uk">().notNull().default("en"),
    active: boolean("active").notNull().default(true),
    /** Which alerts come by e-mail, whether single-letter keys work, … */
    preferences: jsonb("preferences").$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("users_email").on(t.email),
    check("users_role", sql`${t.role} in ('sales', 'finance', 'admin')`),
    check("users_email_lower", sql`${t.email} = lower(${t.email})`),
    check("users_language", sql`${t.language} in ('en', 'uk')`),
  ],
);

/** One row per sign-in; the cookie carries its id and the row is read at every request. */
export const signIns = pgTable(
  "sign_ins",
  {
    id: text("id").$type<SignInId>().primaryKey(),
    userId: text("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
    endedAt: instant("ended_at"),
    userAgent: text("user_agent"),
    ip: text("ip"),
    /** The person asked to stay signed in on this device; see lib/auth/sign-ins.ts. */
    kept: boolean("kept").notNull().default(false),
  },
  (t) => [index("sign_ins_user").on(t.userId)],
);

/**
 * One row per wish for a new password, also for an e-mail that nobody has: asking costs the same either way. The secret in
 * the mailed link is computed from the id (lib/auth/password-resets.ts) and kept nowhere.
 */
export const passwordResets = pgTable(
  "password_resets",
  {
    id: text("id").$type<PasswordResetId>().primaryKey(),
    email: text("email").notNull(),
    /** Whose it is, as soon as somebody has looked; null for nobody's. */
    userId: text("user_id")
      .$type<UserId>()
      .references(() => users.id),
    createdAt: createdAt(),
    answeredAt: instant("answered_at"),
    usedAt: instant("used_at"),
  },
  (t) => [
    index("password_resets_user").on(t.userId),
    index("password_resets_waiting").on(t.createdAt).where(sql`${t.answeredAt} is null`),
  ],
);

/** Bearer tokens of the API: only a digest is kept. */
export const apiTokens = pgTable(
  "api_tokens",
  {
    id: text("id").primaryKey(),
    userId: text("user_id")
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    name: text("name").notNull(),
    digest: text("digest").notNull(),
    last4: text("last4").notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
  },
  (t) => [uniqueIndex("api_tokens_digest").on(t.digest)],
);
