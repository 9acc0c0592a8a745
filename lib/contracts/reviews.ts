import { z } from "zod";
import { ORDER_STATUSES } from "#lib/domain/order";
import { PAYMENT_STATES } from "#lib/domain/payment";
import { PAYMENT_SOURCES } from "#lib/domain/provider";
import { REVIEW_ANSWERS, REVIEW_CAUSES, REVIEW_FACTS } from "#lib/domain/review";
import { blockerShape } from "./problem.ts";
import { id, instant, moneyOutput, pageOf, pageQuery, text } from "./shared.ts";

export const REVIEW_STATES = ["open", "closed"] as const;

export const reviewListQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(REVIEW_STATES).default("open"),
  orderId: id("ord").optional(),
});
export type ReviewListQuery = z.infer<typeof reviewListQuery>;

export const reviewListRow = z.object({
  id: z.string(),
  cause: z.enum(REVIEW_CAUSES),
  orderId: z.string().nullable(),
  orderNumber: z.string().nullable(),
  customerName: z.string().nullable(),
  paymentId: z.string().nullable(),
  /** What it is about: the most money that was ever seen on the payment. */
  amount: moneyOutput.nullable(),
  ownerName: z.string().nullable(),
  openedAt: instant,
  dueAt: instant,
  closedAt: instant.nullable(),
  /** Null where it closed by itself. */
  closedByName: z.string().nullable(),
  resolution: z.enum(["accepted", "refunded", "attached", "dismissed", "cause_gone"]).nullable(),
  note: z.string().nullable(),
});
export type ReviewListRow = z.infer<typeof reviewListRow>;
export const reviewListPage = pageOf(reviewListRow).extend({ openCount: z.int() });
export type ReviewListPage = z.infer<typeof reviewListPage>;

/** One exception with everything that is needed to decide it. */
export const reviewView = reviewListRow.extend({
  /** The payment it is about, as it is now. */
  payment: z
    .object({
      id: z.string(),
      reference: z.string(),
      attempt: z.int(),
      provider: z.enum(PAYMENT_SOURCES),
      serviceName: z.string(),
      state: z.enum(PAYMENT_STATES),
      asked: moneyOutput,
      reported: moneyOutput,
      refunded: moneyOutput,
      /** What we asked to be given back and the provider confirmed. */
      refundedByUs: moneyOutput,
      /** What is on it now, held or taken. */
      left: moneyOutput,
      linkEndedAt: instant.nullable(),
      linkEnd: z.enum(["withdrawn", "expired", "none"]),
      maskedCard: z.string().nullable(),
      providerStatus: z.string().nullable(),
    })
    .nullable(),
  order: z
    .object({
      id: z.string(),
      number: z.string(),
      status: z.enum(ORDER_STATUSES),
      required: moneyOutput,
      covered: moneyOutput,
      missing: moneyOutput,
      /** The attempt that can still be paid, other than the payment in question. */
      liveAttempt: z.int().nullable(),
    })
    .nullable(),
  /** What was asked beside what is reported; `none` where there is nothing to compare. */
  facts: z.array(z.object({ fact: z.enum(REVIEW_FACTS), match: z.enum(["same", "differs", "none"]) })),
  /** The answers that fit, the recommended one first; empty once it is closed. */
  answers: z.array(
    z.object({
      answer: z.enum(REVIEW_ANSWERS),
      /** The money that the answer moves or counts; null where there is none. */
      amount: moneyOutput.nullable(),
      /** What the order's gate does then. */
      gate: z.enum(["opens", "short", "review", "cancelled", "none"]),
      covered: moneyOutput.nullable(),
      missing: moneyOutput.nullable(),
    }),
  ),
  /** Money is on its way back; the task closes by itself when it has arrived. */
  pending: z.boolean(),
  /** Why this person may not decide it; null: they may. */
  blocker: blockerShape.nullable(),
});
export type ReviewView = z.infer<typeof reviewView>;

export const resolveReviewInput = z.strictObject({
  answer: z.enum(REVIEW_ANSWERS),
  note: text(500, 3),
  /** The order that the money is for; only with `attach`. */
  toOrderId: id("ord").nullish(),
});
/** `pending`: accepted, and the provider has not answered yet. */
export const reviewAnswer = z.object({ review: reviewView, pending: z.boolean() });
export type ReviewAnswered = z.infer<typeof reviewAnswer>;
