import type { MoneyFacts, ReviewReason } from "./payment.ts";
import { everHadMoney, REVIEW_REASONS, securedMinor } from "./payment.ts";

/** Why there is a task: a payment's review reason, or something about an order or a webhook. */
export const ORDER_CAUSES = ["cover_lost_after_shipping"] as const;
export const WEBHOOK_CAUSES = ["unmatched_webhook"] as const;
export type ReviewCause = ReviewReason | (typeof ORDER_CAUSES)[number] | (typeof WEBHOOK_CAUSES)[number];

export const REVIEW_CAUSES = [
  ...REVIEW_REASONS,
  ...ORDER_CAUSES,
  ...WEBHOOK_CAUSES,
] as const satisfies readonly ReviewCause[];

export const REVIEW_ANSWERS = ["accept", "refund", "attach", "dismiss"] as const;
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];

/** What a task's history is made of. */
export const REVIEW_STEPS = ["opened", "facts", "assigned", "answered", "closed"] as const;
export type ReviewStep = (typeof REVIEW_STEPS)[number];

/** How long a task may wait. Money that is not where it belongs is a matter of the same day. */
export const REVIEW_DUE_HOURS: Record<ReviewCause, number> = {
  late_payment: 4,
  duplicate_payment: 4,
  overpaid: 8,
  amount_mismatch: 4,
  currency_mismatch: 4,
  account_mismatch: 4,
  paid_after_cancel: 4,
  unknown_status: 8,
  contradiction: 8,
  outcome_unknown: 8,
  external_refund: 24,
  cover_lost_after_shipping: 4,
  unmatched_webhook: 24,
};

/** Reasons that are about money being where it should not be: gone once the money has gone back. */
const ABOUT_MONEY: ReadonlySet<ReviewReason> = new Set([
  "late_payment",
  "duplicate_payment",
  "overpaid",
  "amount_mismatch",
  "paid_after_cancel",
]);

/** Reasons whose cause has gone by itself: the money went back, or the provider now says something we know. */
export function reasonsGone(
  facts: MoneyFacts,
  reasons: readonly ReviewReason[],
  report: { unknownStatus: boolean; askedProvider: boolean },
): ReviewReason[] {
  const moneyGone = everHadMoney(facts) && securedMinor(facts) === 0n;
  return reasons.filter(
    (reason) =>
      (moneyGone && ABOUT_MONEY.has(reason)) ||
      (reason === "unknown_status" && report.askedProvider && !report.unknownStatus),
  );
}

/**
 * Which prepared answers fit a cause, the recommended one first. Accept: it counts for this order. Refund: it goes back.
 * Attach: it counts for another order. Dismiss: looked at, nothing to do.
 */
export function answersFor(
  cause: ReviewCause,
  money: { held: boolean; taken: boolean; orderCancelled: boolean },
): ReviewAnswer[] {
  const back: ReviewAnswer[] = money.held || money.taken ? ["refund"] : [];
  const elsewhere: ReviewAnswer[] = money.taken ? ["attach"] : [];
  switch (cause) {
    case "late_payment":
      return money.orderCancelled ? [...back, ...elsewhere, "dismiss"] : ["accept", ...back, ...elsewhere, "dismiss"];
    case "duplicate_payment":
    case "paid_after_cancel":
      return [...back, ...elsewhere, "accept", "dismiss"];
    case "overpaid":
    case "amount_mismatch":
      return ["accept", ...back, ...elsewhere, "dismiss"];
    case "currency_mismatch":
    case "account_mismatch":
    case "contradiction":
    case "outcome_unknown":
    case "unknown_status":
    case "external_refund":
    case "cover_lost_after_shipping":
    case "unmatched_webhook":
      return ["dismiss"];
  }
}

/** What is laid side by side: what we asked for, and what is reported. */
export const REVIEW_FACTS = [
  "amount",
  "currency",
  "reference",
  "link",
  "account",
  "status",
  "refunded",
  "card",
  "order",
] as const;
export type ReviewFact = (typeof REVIEW_FACTS)[number];

/** The fact that a cause is about: there lies the difference. */
const DIFFERS: Record<ReviewCause, ReviewFact | null> = {
  late_payment: "link",
  duplicate_payment: "order",
  overpaid: "amount",
  amount_mismatch: "amount",
  currency_mismatch: "currency",
  account_mismatch: "account",
  paid_after_cancel: "order",
  unknown_status: "status",
  contradiction: "status",
  outcome_unknown: "status",
  external_refund: "refunded",
  cover_lost_after_shipping: "refunded",
  unmatched_webhook: null,
};

export type FactMatch = "same" | "differs" | "none";

/** Each fact with its match. Only what can be compared is called the same; what merely tells more has no match. */
export function comparedFacts(
  cause: ReviewCause,
  money: { asked: bigint; reported: bigint; refunded: bigint; refundedByUs: bigint },
): { fact: ReviewFact; match: FactMatch }[] {
  const same: Record<ReviewFact, boolean | null> = {
    amount: money.reported === 0n ? null : money.reported === money.asked,
    currency: true,
    reference: true,
    link: money.reported === 0n ? null : true,
    account: true,
    status: null,
    refunded: money.refunded === money.refundedByUs,
    card: null,
    order: null,
  };
  const nothingBack = money.refunded === 0n && money.refundedByUs === 0n;
  return REVIEW_FACTS.filter((fact) => fact !== "refunded" || !nothingBack || DIFFERS[cause] === fact).map((fact) => {
    if (DIFFERS[cause] === fact || same[fact] === false) return { fact, match: "differs" };
    return { fact, match: same[fact] ? "same" : "none" };
  });
}
