import type { MoneyFacts, ReviewReason } from "./payment.ts";
import { everHadMoney, REVIEW_REASONS, securedMinor } from "./payment.ts";
import { may, ROLES } from "./roles.ts";

/** Why there is a task: a payment's review reason, or something about an order or a webhook. */
export const ORDER_CAUSES = ["cover_lost_after_shipping", "left_on_waiver", "refund_proposed"] as const;
export const WEBHOOK_CAUSES = ["unmatched_webhook"] as const;
export type ReviewCause = ReviewReason | (typeof ORDER_CAUSES)[number] | (typeof WEBHOOK_CAUSES)[number];

export const REVIEW_CAUSES = [
  ...REVIEW_REASONS,
  ...ORDER_CAUSES,
  ...WEBHOOK_CAUSES,
] as const satisfies readonly ReviewCause[];

export const REVIEW_ANSWERS = ["accept", "refund", "attach", "new_link", "ask", "dismiss"] as const;
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];

/** Asking decides nothing, so nobody has to say why; every other answer stays with its reason. */
export const needsNote = (answer: ReviewAnswer): boolean => answer !== "ask";

/** Who may own a task: whoever may answer it. */
export const REVIEW_OWNER_ROLES = ROLES.filter((role) => may(role, "review:resolve"));

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
  left_on_waiver: 24,
  refund_proposed: 24,
  unmatched_webhook: 24,
};

/** How long a webhook may look for its payment before a person is asked: the payment's own row may come a little later. */
export const MATCH_FOR_MINUTES = 60;

/** How long after a link's validity a provider is asked how something ended, before a person is. */
const ASK_FOR_DAYS = 3;

/** The moment from which an outcome that nobody could learn is a person's matter. */
export const askUntil = (validUntil: Date, since: Date = validUntil): Date =>
  new Date(Math.max(validUntil.getTime(), since.getTime()) + ASK_FOR_DAYS * 86_400_000);

/** Reasons that are about money being where it should not be: gone once the money has gone back. */
export const MONEY_CAUSES = [
  "late_payment",
  "duplicate_payment",
  "overpaid",
  "amount_mismatch",
  "paid_after_cancel",
] as const satisfies readonly ReviewReason[];
const ABOUT_MONEY: ReadonlySet<ReviewCause> = new Set(MONEY_CAUSES);

/** Dismissed, money that is not where it belongs stays recorded and counts for nothing; other causes move no money. */
export const setsAside = (cause: ReviewCause): boolean => ABOUT_MONEY.has(cause);

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
 * Attach: it counts for another order (a webhook's: it is the news of that order's link). New link: the customer is asked
 * for what is missing. Ask: the provider is asked once more. Dismiss: money is set aside, everything else is merely noted.
 */
export function answersFor(
  cause: ReviewCause,
  subject: {
    held: boolean;
    taken: boolean;
    orderCancelled: boolean;
    missing?: boolean;
    attached?: boolean;
    /** The order has what it asks for without this money. */
    needless?: boolean;
  },
): ReviewAnswer[] {
  const back: ReviewAnswer[] = subject.held || subject.taken ? ["refund"] : [];
  // What was attached once is not attached again.
  const elsewhere: ReviewAnswer[] = subject.taken && !subject.attached ? ["attach"] : [];
  switch (cause) {
    case "late_payment":
      if (subject.orderCancelled) return [...back, ...elsewhere, "dismiss"];
      return subject.needless
        ? [...back, ...elsewhere, "accept", "dismiss"]
        : ["accept", ...back, ...elsewhere, "dismiss"];
    case "duplicate_payment":
    case "paid_after_cancel":
      return [...back, ...elsewhere, "accept", "dismiss"];
    case "overpaid":
    case "amount_mismatch":
      return ["accept", ...back, ...elsewhere, "dismiss"];
    case "unknown_status":
    case "contradiction":
    case "outcome_unknown":
    case "currency_mismatch":
    case "account_mismatch":
      return ["ask", "dismiss"];
    case "unmatched_webhook":
      return ["attach", "dismiss"];
    case "refund_proposed":
      return [...back, ...elsewhere, "dismiss"];
    case "external_refund":
    case "cover_lost_after_shipping":
    case "left_on_waiver":
      return subject.missing && !subject.orderCancelled ? ["new_link", "dismiss"] : ["dismiss"];
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
  "left",
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
  cover_lost_after_shipping: "left",
  left_on_waiver: null,
  refund_proposed: null,
  unmatched_webhook: null,
};

export type FactMatch = "same" | "differs" | "none";

/** Each fact with its match. Only what can be compared is called the same; what merely tells more has no match. */
export function comparedFacts(
  cause: ReviewCause,
  money: { asked: bigint; reported: bigint; refunded: bigint; refundedByUs: bigint; left: bigint },
): { fact: ReviewFact; match: FactMatch }[] {
  const same: Record<ReviewFact, boolean | null> = {
    amount: money.reported === 0n ? null : money.reported === money.asked,
    currency: true,
    reference: true,
    link: money.reported === 0n ? null : true,
    account: true,
    status: null,
    refunded: money.refunded === money.refundedByUs,
    left: money.left >= money.asked,
    card: null,
    order: null,
  };
  const nothingBack = money.refunded === 0n && money.refundedByUs === 0n;
  const told = (fact: ReviewFact) =>
    DIFFERS[cause] === fact || (fact !== "left" && (fact !== "refunded" || !nothingBack));
  return REVIEW_FACTS.filter(told).map((fact) => {
    // Sums are compared; the other facts that a cause is about differ because there is such a task.
    const isSum = fact === "amount" || fact === "refunded" || fact === "left";
    if (same[fact] === false || (DIFFERS[cause] === fact && !isSum)) return { fact, match: "differs" };
    return { fact, match: same[fact] ? "same" : "none" };
  });
}

/** Stands in place of a provider's code on a task about work that each process died of. */
export const WORK_INTERRUPTED = "work_interrupted";

const BY_A_PERSON: ReadonlySet<string> = new Set(["accepted", "attached", "dismissed"]);

/** Who closed a task by an answer. Null where it closed by itself: nobody decided, and whoever brought the news is not named. */
export const closedBy = (task: { resolution: string | null; closedByName: string | null }): string | null =>
  task.resolution && BY_A_PERSON.has(task.resolution) ? task.closedByName : null;
