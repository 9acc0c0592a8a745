import { z } from "zod";
import { RUN_WORK } from "#lib/domain/job-run";
import { PAYMENT_TYPES } from "#lib/domain/payment";
import { PROVIDERS } from "#lib/domain/provider";
import { currency, instant, optionalText, text } from "./shared.ts";

const behaviour = {
  name: text(100, 1),
  description: optionalText(500),
  /** ISO 4217 numeric code as people know it: `980`. */
  currencyNumeric: z.int({ error: "unknown_currency" }).min(1).max(999),
  paymentType: z.enum(PAYMENT_TYPES),
  /** 5 minutes to 30 days. */
  validitySeconds: z.int().min(300, { error: "too_short" }).max(2_592_000, { error: "too_long" }),
  holdMarginHours: z.int().min(0).max(168).default(24),
  /** The customer may make the next link themselves when one has ended unpaid. */
  customerMayRenew: z.boolean().default(true),
  /** Where a prepayment is asked for, the customer may pay the whole order instead. */
  customerMayPayWhole: z.boolean().default(false),
  mode: z.enum(["test", "live"]),
  /** A PNG, JPEG, WebP or SVG-free image as a data URL of at most 100 KB; null removes it. */
  logo: z
    .string()
    .max(140_000)
    .regex(/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/=]+$/, { error: "bad_image" })
    .nullish(),
};

/** Field name → new value. A field left out keeps its stored value; values are trimmed (spaces, line breaks, NBSP at the ends). */
const credentials = z.record(z.string().max(40), z.string().max(4000)).default({});

export const createServiceInput = z.strictObject({
  provider: z.enum(PROVIDERS),
  ...behaviour,
  credentials,
  enabled: z.boolean().default(false),
  alwaysInclude: z.boolean().default(false),
});
export const updateServiceInput = z.strictObject({
  name: behaviour.name.optional(),
  description: behaviour.description,
  currencyNumeric: behaviour.currencyNumeric.optional(),
  paymentType: behaviour.paymentType.optional(),
  validitySeconds: behaviour.validitySeconds.optional(),
  holdMarginHours: z.int().min(0).max(168).optional(),
  customerMayRenew: z.boolean().optional(),
  customerMayPayWhole: z.boolean().optional(),
  mode: behaviour.mode.optional(),
  logo: behaviour.logo,
  credentials: credentials.optional(),
  enabled: z.boolean().optional(),
  alwaysInclude: z.boolean().optional(),
  version: z.int().min(1),
});
export type CreateServiceInput = z.infer<typeof createServiceInput>;
export type UpdateServiceInput = z.infer<typeof updateServiceInput>;

export const credentialView = z.object({
  name: z.string(),
  secret: z.boolean(),
  /** False: the service works without it. */
  required: z.boolean(),
  example: z.string(),
  /** Not secret: the value itself. Secret: null. */
  value: z.string().nullable(),
  /** Secret and set: its last four characters; null = not set. */
  last4: z.string().nullable(),
  changedAt: instant.nullable(),
  changedByName: z.string().nullable(),
});

export const serviceView = z.object({
  id: z.string(),
  version: z.int(),
  provider: z.enum(PROVIDERS),
  name: z.string(),
  description: z.string().nullable(),
  currencyNumeric: z.int(),
  currency,
  paymentType: z.enum(PAYMENT_TYPES),
  validitySeconds: z.int(),
  holdMarginHours: z.int(),
  customerMayRenew: z.boolean(),
  customerMayPayWhole: z.boolean(),
  mode: z.enum(["test", "live"]),
  enabled: z.boolean(),
  alwaysInclude: z.boolean(),
  logo: z.string().nullable(),
  credentials: z.array(credentialView),
  credentialsComplete: z.boolean(),
  /** Off, test, on, or a problem since a moment. */
  health: z.object({
    state: z.enum(["off", "test", "on", "problem"]),
    since: instant.nullable(),
    message: z.string().nullable(),
  }),
  lastWebhookAt: instant.nullable(),
  lastSyncAt: instant.nullable(),
  lastTest: z
    .object({
      at: instant,
      ok: z.boolean(),
      message: z.string().nullable(),
      merchantName: z.string().nullable(),
      forCurrentKeys: z.boolean(),
    })
    .nullable(),
  /** Links created in the last 24 h and how many of them were paid or held. */
  today: z.object({ links: z.int(), paid: z.int() }),
  webhookUrl: z.string(),
  capabilities: z.object({
    cancelUnpaidLink: z.boolean(),
    holds: z.boolean(),
    finalizePart: z.boolean(),
    finalizeTimes: z.enum(["once", "several"]),
    releaseHold: z.boolean(),
    refund: z.boolean(),
    refundPart: z.boolean(),
    statement: z.boolean(),
    holdDays: z.int().nullable(),
    maxValiditySeconds: z.int(),
  }),
});
export type ServiceView = z.infer<typeof serviceView>;

/** What the "new service" form needs before a service exists: fields and abilities per type. */
export const providerKindView = z.object({
  provider: z.enum(PROVIDERS),
  credentialFields: z.array(
    z.object({
      name: z.string(),
      secret: z.boolean(),
      required: z.boolean(),
      example: z.string(),
      maxLength: z.int(),
    }),
  ),
  capabilities: serviceView.shape.capabilities,
});
export type ProviderKindView = z.infer<typeof providerKindView>;

export const testAnswer = z.object({
  ok: z.boolean(),
  merchantName: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  service: serviceView,
});

/** Manage Payment Links: what a run did. */
export const jobRunView = z.object({
  id: z.string(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  startedBy: z.string(),
  looked: z.int(),
  moved: z.int(),
  failed: z.int(),
  left: z.int(),
  /** What it did of each kind; nothing is said of what there was none of. */
  did: z.array(z.object({ work: z.enum(RUN_WORK), looked: z.int(), moved: z.int(), failed: z.int() })),
});
export const jobPageView = z.object({
  runs: z.array(jobRunView),
  nextRunAt: instant.nullable(),
  /** Work waiting now: unhandled webhooks, provider calls without an answer, payments due for a question. */
  waiting: z.object({
    webhooks: z.int(),
    operations: z.int(),
    payments: z.int(),
    oldestDueAt: instant.nullable(),
    /** How far behind its plan the asking is: the age of the oldest question that is due; 0 when it keeps up. */
    lagMs: z.int(),
    /** What waits and why, the next due on top. */
    rows: z.array(
      z.object({
        kind: z.enum(["webhook", "statement", "operation", "payment"]),
        /** What it is about: a payment’s state, an operation’s kind, how a webhook stands. */
        what: z.string(),
        orderNumber: z.string().nullable(),
        paymentId: z.string().nullable(),
        attempts: z.int(),
        /** What was said last, where something went wrong. */
        said: z.string().nullable(),
        dueAt: instant,
      }),
    ),
  }),
});
export type JobPageView = z.infer<typeof jobPageView>;
