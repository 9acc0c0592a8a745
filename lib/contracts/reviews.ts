import { z } from "zod";
import { ORDER_STATUSES } from "#lib/domain/order";
import { OPERATION_KINDS, PAYMENT_STATES } from "#lib/domain/payment";
import { PAYMENT_SOURCES } from "#lib/domain/provider";
import { needsNote, REVIEW_ANSWERS, REVIEW_CAUSES, REVIEW_FACTS, REVIEW_STEPS } from "#lib/domain/review";
import { blockerShape } from "./problem.ts";
import { id, instant, moneyOutput, pageOf, pageQuery, text } from "./shared.ts";

export const REVIEW_STATES = ["open", "closed"] as const;

export const reviewListQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(REVIEW_STATES).default("open"),
  orderId: id("ord").optional(),
  /** Whose: one’s own, nobody’s, or a person’s. */
  owner: z.union([z.enum(["me", "none"]), id("usr")]).optional(),
});
export type ReviewListQuery = z.infer<typeof reviewListQuery>;

export const reviewListRow = z.object({
  id: z.string(),
  cause: z.enum(REVIEW_CAUSES),
  orderId: z.string().nullable(),
  orderNumber: z.string().nullable(),
  customerName: z.string().nullable(),
  paymentId: z.string().nullable(),
  /** Where it is about a payment at a provider, or about a webhook. */
  serviceName: z.string().nullable(),
  /** What it is about: the most money that was ever seen on the payment, or what is missing or went back. */
  amount: moneyOutput.nullable(),
  ownerId: z.string().nullable(),
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
/** What is open, for whoever asks. */
export const reviewCounts = z.object({ open: z.int(), mine: z.int(), unassigned: z.int(), overdue: z.int() });
export const reviewListPage = pageOf(reviewListRow).extend({ counts: reviewCounts });
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
      /** When money on it was first reported. */
      moneySeenAt: instant.nullable(),
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
  /** When goods last left unpaid, where a waiver let them and it is over. */
  leftAt: instant.nullable(),
  /** The webhook, or the line of a statement, that named no payment of ours: what it says. */
  webhook: z
    .object({
      provider: z.enum(PAYMENT_SOURCES),
      serviceId: z.string(),
      source: z.enum(["webhook", "statement"]),
      reference: z.string().nullable(),
      providerPaymentId: z.string().nullable(),
      amount: moneyOutput.nullable(),
      providerStatus: z.string().nullable(),
      maskedCard: z.string().nullable(),
      receivedAt: instant,
      deliveries: z.int(),
    })
    .nullable(),
  /** What nobody could learn the end of: the call of ours (null: the customer’s payment), and what was said last. */
  unknown: z
    .object({
      operation: z.enum(OPERATION_KINDS).nullable(),
      amount: moneyOutput.nullable(),
      attempts: z.int(),
      since: instant,
      said: z.string().nullable(),
      /** We ourselves broke off, again and again, and no longer ask. */
      interrupted: z.boolean(),
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
  /** What became of it so far, oldest first. */
  history: z.array(
    z.object({
      id: z.string(),
      at: instant,
      kind: z.enum(REVIEW_STEPS),
      actorKind: z.enum(["user", "token", "webhook", "task", "customer", "holdpoint"]),
      actorName: z.string(),
      params: z.record(z.string(), z.union([moneyOutput, z.string(), z.number(), z.null()])),
    }),
  ),
  /** Who may own it; empty once it is closed. */
  owners: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Whoever asks. */
  viewerId: z.string(),
  /** Money is on its way back; the task closes by itself when it has arrived. */
  pending: z.boolean(),
  /** Why this person may not decide it; null: they may. */
  blocker: blockerShape.nullable(),
});
export type ReviewView = z.infer<typeof reviewView>;

export const resolveReviewInput = z
  .strictObject({
    answer: z.enum(REVIEW_ANSWERS),
    /** Why; every answer needs it but `ask`. */
    note: text(500).default(""),
    /** The order that the money is for; only with `attach`. */
    toOrderId: id("ord").nullish(),
  })
  .refine(({ answer, note }) => !needsNote(answer) || note.length >= 3, {
    path: ["note"],
    error: "too_short",
    params: { min: 3 },
  });
/** Whose task it is from now on; null: nobody’s. */
export const assignReviewInput = z.strictObject({ ownerId: id("usr").nullable() });
/** `pending`: accepted, and the provider has not answered yet. */
export const reviewAnswer = z.object({ review: reviewView, pending: z.boolean() });
export type ReviewAnswered = z.infer<typeof reviewAnswer>;
