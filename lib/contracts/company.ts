import { z } from "zod";
import { isIban, plainIban } from "#lib/domain/iban";
import { isSeriesPrefix, SERIES_KINDS } from "#lib/domain/number-series";
import { isPrintablePicture } from "#lib/domain/picture";
import { isWallTime, MAX_REMINDER_HOURS, MAX_REMINDER_STEPS } from "#lib/domain/reminder";
import {
  currency,
  email,
  language,
  moneyInput,
  moneyOutput,
  optionalText,
  percentText,
  phone,
  text,
} from "./shared.ts";
import { zone } from "./zone.ts";

const wallTime = z.string().refine(isWallTime, { error: "bad_time" });

export const reminders = z
  .strictObject({
    steps: z
      .array(
        z.strictObject({
          from: z.enum(["sent", "expiry"]),
          hours: z
            .int({ error: "bad_hours" })
            .min(1, { error: "bad_hours" })
            .max(MAX_REMINDER_HOURS, { error: "bad_hours" }),
        }),
      )
      .max(MAX_REMINDER_STEPS, { error: "too_many" })
      .refine((steps) => new Set(steps.map(({ from, hours }) => `${from}:${hours}`)).size === steps.length, {
        error: "duplicate",
      }),
    quietFrom: wallTime.nullable(),
    quietTo: wallTime.nullable(),
  })
  .refine(({ quietFrom, quietTo }) => (quietFrom === null) === (quietTo === null), {
    error: "required",
    path: ["quietTo"],
  });

export const series = z.strictObject({
  kind: z.enum(SERIES_KINDS),
  /** At most ten characters, no digit at the end. */
  prefix: z.string().max(10, { error: "too_long" }).refine(isSeriesPrefix, { error: "bad_prefix" }),
  /** The number that comes next; it may only go up. */
  next: z.int({ error: "bad_next" }).min(1, { error: "bad_next" }).max(999_999_999, { error: "bad_next" }),
});

/** Only what is sent changes. `version` is the one the person saw. */
export const companyInput = z.strictObject({
  version: z.int().min(0),
  name: text(200, 1).optional(),
  legalName: optionalText(300),
  taxId: optionalText(20),
  address: optionalText(500),
  phone: phone.nullish(),
  email: email.nullish(),
  iban: z
    .string()
    .max(60)
    .transform(plainIban)
    .refine((plain) => plain === "" || isIban(plain), { error: "bad_iban" })
    .transform((plain) => plain || null)
    .nullish(),
  bankName: optionalText(200),
  /** A PNG or JPEG as a data URL of at most 100 KB and 2000 × 2000 pixels; null removes it. */
  logo: z.string().max(140_000, { error: "bad_logo" }).refine(isPrintablePicture, { error: "bad_logo" }).nullish(),
  zone: zone.optional(),
  language: language.optional(),
  currency: currency.optional(),
  pricesIncludeVat: z.boolean().optional(),
  defaultVatPercent: percentText.optional(),
  /** Offline payments above it want a second person; null: every one does. In the company's currency. */
  offlineLimit: moneyInput.nullish(),
  reminders: reminders.optional(),
  series: z.array(series).max(3).optional(),
});
export type CompanyInput = z.infer<typeof companyInput>;

export const companyView = z.object({
  version: z.int(),
  name: z.string(),
  legalName: z.string().nullable(),
  taxId: z.string().nullable(),
  address: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  iban: z.string().nullable(),
  bankName: z.string().nullable(),
  logo: z.string().nullable(),
  zone: z.string(),
  language,
  currency,
  pricesIncludeVat: z.boolean(),
  defaultVatPercent: z.string(),
  offlineLimit: moneyOutput.nullable(),
  reminders: z.object({
    steps: z.array(z.object({ from: z.enum(["sent", "expiry"]), hours: z.int() })),
    quietFrom: z.string().nullable(),
    quietTo: z.string().nullable(),
  }),
  series: z.array(z.object({ kind: z.enum(SERIES_KINDS), prefix: z.string(), next: z.int() })),
});
export type CompanyView = z.infer<typeof companyView>;
