import { sql } from "drizzle-orm";
import { boolean, check, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { PaymentServiceId, UserId } from "../../lib/domain/ids.ts";
import type { PaymentType } from "../../lib/domain/payment.ts";
import type { Provider } from "../../lib/domain/provider.ts";
import { createdAt, instant } from "./columns.ts";
import { users } from "./people.ts";

/** What is kept of one credential: the sealed value (lib/crypto.ts) and what may be shown of it. */
export type StoredCredential = {
  sealed: string;
  /** The value itself where it is not a secret, else null. */
  value: string | null;
  last4: string;
  fingerprint: string;
  changedAt: string;
  changedByName: string;
};

export const paymentServices = pgTable(
  "payment_services",
  {
    id: text("id").$type<PaymentServiceId>().primaryKey(),
    provider: text("provider").$type<Provider>().notNull(),
    name: text("name").notNull(),
    description: text("description"),
    currency: text("currency").notNull(),
    currencyNumeric: integer("currency_numeric").notNull(),
    paymentType: text("payment_type").$type<PaymentType>().notNull(),
    validitySeconds: integer("validity_seconds").notNull(),
    holdMarginHours: integer("hold_margin_hours").notNull().default(24),
    /** The customer may start the next attempt themselves when the last has ended unpaid. */
    customerMayRenew: boolean("customer_may_renew").notNull().default(true),
    /** Where a prepayment is asked for, the customer may pay the whole order instead. */
    customerMayPayWhole: boolean("customer_may_pay_whole").notNull().default(false),
    mode: text("mode").$type<"test" | "live">().notNull(),
    logo: text("logo"),
    enabled: boolean("enabled").notNull().default(false),
    alwaysInclude: boolean("always_include").notNull().default(false),
    credentials: jsonb("credentials").$type<Record<string, StoredCredential>>().notNull().default({}),
    /** Every secret that the provider's type asks for is there. A service is not enabled without (CHECK below). */
    credentialsComplete: boolean("credentials_complete").notNull().default(false),
    /** One digest of all credentials: says whether a test result is about the current keys. */
    credentialsFingerprint: text("credentials_fingerprint"),
    /** The provider refused the credentials since then: no new links until repaired. */
    credentialsProblemAt: instant("credentials_problem_at"),
    credentialsProblem: text("credentials_problem"),
    lastTest: jsonb("last_test").$type<{
      at: string;
      ok: boolean;
      message: string | null;
      merchantName: string | null;
      fingerprint: string | null;
    }>(),
    lastWebhookAt: instant("last_webhook_at"),
    lastSyncAt: instant("last_sync_at"),
    /** Where the provider tells what moved: everything before this moment has been read. */
    statementReadTo: instant("statement_read_to"),
    /** Not read again before; also how one instance takes the reading for itself. */
    statementDueAt: instant("statement_due_at"),
    version: integer("version").notNull().default(1),
    createdBy: text("created_by")
      .$type<UserId>()
      .references(() => users.id),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("one_always_included_service").on(t.alwaysInclude).where(sql`${t.alwaysInclude}`),
    check("service_provider", sql`${t.provider} ~ '^[a-z]{2,20}$'`),
    check("service_payment_type", sql`${t.paymentType} in ('debit', 'withholding')`),
    check("service_validity", sql`${t.validitySeconds} between 300 and 2592000`),
    check("service_margin", sql`${t.holdMarginHours} between 0 and 168`),
    check("service_currency", sql`${t.currency} ~ '^[A-Z]{3}$' and ${t.currencyNumeric} between 1 and 999`),
    check("service_mode", sql`${t.mode} in ('test', 'live')`),
    check("service_enabled_with_credentials", sql`not ${t.enabled} or ${t.credentialsComplete}`),
    check("service_always_included_is_enabled", sql`not ${t.alwaysInclude} or ${t.enabled}`),
  ],
);
