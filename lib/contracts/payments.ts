import { z } from "zod";
import { OFFLINE_KINDS } from "#lib/domain/offline";
import { OPERATION_KINDS, OPERATION_STATES, PAYMENT_STATES, PAYMENT_TYPES, REVIEW_REASONS } from "#lib/domain/payment";
import { PAYMENT_ACTIONS } from "#lib/domain/payment-actions";
import { PAYMENT_SOURCES } from "#lib/domain/provider";
import { isSentByUs, type SentByUs, SHARE_CHANNELS, type ShareChannel } from "#lib/domain/share";
import { offlineFacts } from "./offline.ts";
import { blockerShape } from "./problem.ts";
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
  phone,
  text,
} from "./shared.ts";

/** One attempt to be paid. `Transaction` on screen. */
export const paymentView = z.object({
  id: z.string(),
  orderId: z.string(),
  orderNumber: z.string(),
  customerName: z.string().nullable(),
  attempt: z.int(),
  provider: z.enum(PAYMENT_SOURCES),
  /** Null for money that was recorded by hand. */
  serviceId: z.string().nullable(),
  serviceName: z.string(),
  mode: z.enum(["test", "live"]),
  paymentType: z.enum(PAYMENT_TYPES),
  state: z.enum(PAYMENT_STATES),
  needsReview: z.boolean(),
  reviewReasons: z.array(z.enum(REVIEW_REASONS)),
  amount: moneyOutput,
  held: moneyOutput,
  captured: moneyOutput,
  refunded: moneyOutput,
  holdReleased: z.boolean(),
  purpose: z.string(),
  description: z.string().nullable(),
  url: z.string().nullable(),
  /** The address to hand to the customer. */
  shareUrl: z.string().nullable(),
  expiresAt: instant.nullable(),
  holdExpiresAt: instant.nullable(),
  /** The hold's end less the service's safety margin: until then it opens shipping. */
  holdUsableUntil: instant.nullable(),
  replacedByAttempt: z.int().nullable(),
  endedReason: z.string().nullable(),
  /** A provider call without an answer: which one, since when, how often asked. */
  unsettled: z
    .object({ kind: z.enum(OPERATION_KINDS), state: z.enum(OPERATION_STATES), since: instant, attempts: z.int() })
    .nullable(),
  /** The provider's last refusal of a command on this payment, verbatim. */
  lastFailure: z
    .object({ kind: z.enum(OPERATION_KINDS), code: z.string(), message: z.string(), at: instant })
    .nullable(),
  checkedAt: instant.nullable(),
  lastSource: z.string().nullable(),
  createdAt: instant,
  createdByName: z.string().nullable(),
  deletedAt: instant.nullable(),
  /** The receipt behind money that was recorded by hand; null for what a provider reports. */
  offline: offlineFacts.nullable(),
  /** What its provider can do. */
  capabilities: z.object({
    cancelUnpaidLink: z.boolean(),
    finalizePart: z.boolean(),
    finalizeTimes: z.enum(["once", "several"]),
    refund: z.boolean(),
    refundPart: z.boolean(),
    releaseHold: z.boolean(),
  }),
  actions: z.record(z.enum(PAYMENT_ACTIONS), blockerShape.nullable()),
});
export type PaymentView = z.infer<typeof paymentView>;

export const operationView = z.object({
  id: z.string(),
  kind: z.enum(OPERATION_KINDS),
  state: z.enum(OPERATION_STATES),
  amount: moneyOutput.nullable(),
  actorName: z.string().nullable(),
  attempts: z.int(),
  createdAt: instant,
  finishedAt: instant.nullable(),
  durationMs: z.int().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  requestId: z.string().nullable(),
});

export const paymentEventView = z.object({
  id: z.string(),
  at: instant,
  providerTime: instant.nullable(),
  source: z.enum(["webhook", "status", "action", "statement", "person"]),
  providerStatus: z.string(),
  effect: z.enum(["applied", "known", "review"]),
  raw: z.record(z.string(), z.unknown()).nullable(),
});

/** The transaction page: the payment, every fact about it, every call made for it. */
export const paymentPageView = paymentView.extend({
  providerPaymentId: z.string().nullable(),
  reference: z.string(),
  details: z.object({
    maskedCard: z.string().nullable(),
    cardBank: z.string().nullable(),
    paymentSystem: z.string().nullable(),
    method: z.string().nullable(),
    rrn: z.string().nullable(),
    approvalCode: z.string().nullable(),
    fee: moneyOutput.nullable(),
    net: moneyOutput.nullable(),
    failureCode: z.string().nullable(),
    failureReason: z.string().nullable(),
    fiscalStatus: z.enum(["none", "required", "issued", "failed"]).nullable(),
    receiptUrl: z.string().nullable(),
  }),
  /** Who told first of the state it is in, and when the bank said so itself. */
  provenance: z
    .object({
      source: z.enum(["webhook", "status", "action", "statement", "person"]),
      at: instant,
      confirmedAt: instant.nullable(),
    })
    .nullable(),
  /** Of its money, what counts for another order (its number), or for none. */
  elsewhere: z.array(
    z.object({ amount: moneyOutput, orderId: z.string().nullable(), orderNumber: z.string().nullable() }),
  ),
  /** How often the provider was asked by schedule without an end to it, besides the calls below. */
  questions: z.int(),
  operations: z.array(operationView),
  events: z.array(paymentEventView),
  orderStatus: z.string(),
  holdMarginHours: z.int(),
  metadata: z.record(z.string(), z.string()),
});
export type PaymentPageView = z.infer<typeof paymentPageView>;

export const paymentListQuery = z.strictObject({
  ...pageQuery,
  provider: z.enum(PAYMENT_SOURCES).optional(),
  serviceId: id("svc").optional(),
  orderId: id("ord").optional(),
  state: z.enum(PAYMENT_STATES).optional(),
  plain: z.enum(["paid", "pending", "failed", "expired", "refunded", "review"]).optional(),
  /** Order number, customer, amount, our id, the provider's id, RRN, approval code. */
  q: z.string().max(200).optional(),
  sort: z.enum(["-createdAt", "createdAt", "deadline", "-amount"]).default("-createdAt"),
});
export type PaymentListQuery = z.infer<typeof paymentListQuery>;

export const paymentListRow = z.object({
  id: z.string(),
  orderId: z.string(),
  orderNumber: z.string(),
  customerName: z.string().nullable(),
  provider: z.enum(PAYMENT_SOURCES),
  serviceName: z.string(),
  mode: z.enum(["test", "live"]),
  /** How money that was recorded by hand came; null for what a provider reports. */
  offline: z.enum(OFFLINE_KINDS).nullable(),
  attempt: z.int(),
  state: z.enum(PAYMENT_STATES),
  needsReview: z.boolean(),
  amount: moneyOutput,
  taken: moneyOutput,
  /** Blocked on the card now; zero once it is taken or released. */
  held: moneyOutput,
  currency,
  deadline: z.object({ kind: z.enum(["link", "hold"]), at: instant }).nullable(),
  maskedCard: z.string().nullable(),
  createdAt: instant,
});
export type PaymentListRow = z.infer<typeof paymentListRow>;
export const paymentListPage = pageOf(paymentListRow);
export type PaymentListPage = z.infer<typeof paymentListPage>;

/** PATCH: nothing about money, ever. */
export const updatePaymentInput = z.strictObject({
  description: optionalText(500),
  metadata: z
    .record(z.string().regex(/^[a-zA-Z0-9_.-]{1,40}$/), z.string().max(500))
    .refine((entries) => Object.keys(entries).length <= 20, { error: "too_many" })
    .optional(),
});
/** Left out: the whole held sum. */
export const finalizeInput = z.strictObject({ amount: moneyInput.optional() });
export const cancelPaymentInput = z.strictObject({ reason: optionalText(500) });
export const newLinkInput = z.strictObject({
  paymentServiceId: id("svc").optional(),
  /** The rest of the order after its deposit, instead of what the gate is missing. */
  forBalance: z.boolean().optional(),
  /** Cancel the live link first. Where that fails because it was just paid, no new link is made. */
  replace: z.boolean().optional(),
  /** Send it to the customer by e-mail, also where the company sends nothing by itself. */
  tellCustomer: z.boolean().optional(),
});
export const refundInput = z.strictObject({ amount: moneyInput.optional(), reason: text(500, 3) });

const letterFields = {
  /** What the person wrote in place of the template's words. */
  text: optionalText(1000),
  /** Left out: the order's. */
  language: language.optional(),
};
const BY_HAND = SHARE_CHANNELS.filter((channel) => !isSentByUs(channel)) as [HandedOver, ...HandedOver[]];
type HandedOver = Exclude<ShareChannel, SentByUs>;
/** `email` and `sms` are sent by us, to the customer's own address unless another is named; the others are only noted. */
export const shareInput = z.discriminatedUnion("channel", [
  z.strictObject({ channel: z.enum(BY_HAND), recipient: optionalText(254) }),
  z.strictObject({ channel: z.literal("email"), recipient: email.nullish(), ...letterFields }),
  z.strictObject({ channel: z.literal("sms"), recipient: phone.nullish(), ...letterFields }),
]);
export type ShareInput = z.infer<typeof shareInput>;
