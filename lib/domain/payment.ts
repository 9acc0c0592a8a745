import { unreachable } from "./invariant.ts";
import type { Currency } from "./money.ts";

/**
 * What has been reported about one payment. Every field only ever grows, so reports may come twice, late and in any
 * order. `heldMinor` is the most ever held; captured and refunded are the provider's cumulative sums.
 */
export type MoneyFacts = {
  progress: (typeof PROGRESS)[number];
  heldMinor: bigint;
  capturedMinor: bigint;
  refundedMinor: bigint;
  holdReleased: boolean;
  ended: null | (typeof ENDINGS)[number];
  /** Ours, not the provider's: we stopped serving the link (cancelled or replaced where the provider cannot cancel). */
  withdrawn: boolean;
};

/** Weakest first: the later word wins. */
export const PROGRESS = ["none", "pending", "processing"] as const;
export const ENDINGS = ["failed", "expired", "cancelled"] as const;

export const PAYMENT_STATES = [
  "creating",
  "pending",
  "processing",
  "withholding",
  "successful",
  "partially_refunded",
  "refunded",
  "failed",
  "expired",
  "cancelled",
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** A link in one of these states may still be paid; an order has at most one such payment. */
export const LIVE_STATES = ["creating", "pending", "processing"] as const satisfies readonly PaymentState[];
export const isLive = (state: PaymentState): boolean => (LIVE_STATES as readonly PaymentState[]).includes(state);

export const NO_FACTS: MoneyFacts = {
  progress: "none",
  heldMinor: 0n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  holdReleased: false,
  ended: null,
  withdrawn: false,
};

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const later = <T>(order: readonly T[], a: T, b: T): T => (order.indexOf(a) >= order.indexOf(b) ? a : b);

/** Adds a report to what is known: field by field, the larger wins. Commutative, associative, idempotent. */
export function learn(known: MoneyFacts, reported: Partial<MoneyFacts>): MoneyFacts {
  return {
    progress: later(PROGRESS, known.progress, reported.progress ?? "none"),
    heldMinor: larger(known.heldMinor, reported.heldMinor ?? 0n),
    capturedMinor: larger(known.capturedMinor, reported.capturedMinor ?? 0n),
    refundedMinor: larger(known.refundedMinor, reported.refundedMinor ?? 0n),
    holdReleased: known.holdReleased || (reported.holdReleased ?? false),
    ended: later([null, ...ENDINGS], known.ended, reported.ended ?? null),
    withdrawn: known.withdrawn || (reported.withdrawn ?? false),
  };
}

/** The one word for a set of facts. */
export function paymentState(facts: MoneyFacts): PaymentState {
  if (facts.capturedMinor > 0n) {
    if (facts.refundedMinor <= 0n) return "successful";
    return facts.refundedMinor >= facts.capturedMinor ? "refunded" : "partially_refunded";
  }
  if (facts.heldMinor > 0n) return facts.holdReleased ? "cancelled" : "withholding";
  if (facts.ended) return facts.ended;
  if (facts.withdrawn || facts.holdReleased) return "cancelled";
  switch (facts.progress) {
    case "none":
      return "creating";
    case "pending":
      return "pending";
    case "processing":
      return "processing";
    default:
      return unreachable(facts.progress);
  }
}

/** What providers say is taken or held, less what went back. A capture settles the hold: what was not taken is released. */
export function securedMinor(facts: MoneyFacts): bigint {
  if (facts.capturedMinor > 0n) return larger(0n, facts.capturedMinor - facts.refundedMinor);
  return facts.holdReleased ? 0n : facts.heldMinor;
}

/** The most that was ever on this payment, held or taken. */
export const mostSeenMinor = (facts: MoneyFacts): bigint => larger(facts.heldMinor, facts.capturedMinor);

/** True when money has ever been on it: such a payment is never deleted. */
export const everHadMoney = (facts: MoneyFacts): boolean => facts.heldMinor > 0n || facts.capturedMinor > 0n;

/** Why a person must look. Raised for good; a person accepts a reason, nothing else clears it. */
export const REVIEW_REASONS = [
  "late_payment",
  "amount_mismatch",
  "currency_mismatch",
  "account_mismatch",
  "overpaid",
  "duplicate_payment",
  "paid_after_cancel",
  "unknown_status",
  "contradiction",
  "outcome_unknown",
  "external_refund",
] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/**
 * The reasons that follow from the facts alone, so they too do not depend on the order of arrival.
 * Late: money on a link that had ended or that we had withdrawn. A failed try that was followed by money is not late: the
 * customer tried again.
 */
export function reviewReasons(facts: MoneyFacts, askedMinor: bigint): ReviewReason[] {
  const reasons: ReviewReason[] = [];
  if (everHadMoney(facts) && (facts.withdrawn || facts.ended === "expired" || facts.ended === "cancelled"))
    reasons.push("late_payment");
  if (mostSeenMinor(facts) > askedMinor) reasons.push("overpaid");
  // More came back than was taken; or a hold was let go and taken all the same (whichever report came first).
  const letGoAndTaken = facts.holdReleased && facts.capturedMinor > facts.refundedMinor;
  if (facts.refundedMinor > facts.capturedMinor || letGoAndTaken) reasons.push("contradiction");
  return reasons;
}

/** One payment as the gate and the screens' rules see it. */
export type PaymentForGate = {
  id: string;
  facts: MoneyFacts;
  state: PaymentState;
  amountMinor: bigint;
  currency: Currency;
  paymentType: PaymentType;
  holdExpiresAt: Date | null;
  holdMarginHours: number;
  needsReview: boolean;
  reviewReasons: readonly ReviewReason[];
  expiresAt: Date | null;
  createdAt: Date;
  /** A provider call whose answer we do not have: nothing else may be done to this payment until it is settled. */
  unsettled: OperationKind | null;
  failureReason: string | null;
  provider: string;
  /** Of its money, what a person attached to another order or set aside. */
  attachedElsewhereMinor?: bigint;
  /** What the order required in all when this was asked for; null where that is not known. */
  requiredMinor?: bigint | null;
};

export const PAYMENT_TYPES = ["debit", "withholding"] as const;
export type PaymentType = (typeof PAYMENT_TYPES)[number];

export const OPERATION_KINDS = ["create_link", "cancel_link", "finalize", "release_hold", "refund"] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const OPERATION_STATES = [
  "planned",
  "sent",
  "unknown",
  "confirmed",
  "rejected",
  "resolved",
  "needs_review",
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

const HOUR_MS = 3_600_000;

/** The moment from which a hold no longer opens the gate: its end less the service's safety margin. */
export function holdUsableUntil(payment: Pick<PaymentForGate, "holdExpiresAt" | "holdMarginHours">): Date | null {
  return payment.holdExpiresAt && new Date(payment.holdExpiresAt.getTime() - payment.holdMarginHours * HOUR_MS);
}

/** What this payment secures for its own order, whatever margins say. */
export const securedBy = (payment: PaymentForGate): bigint =>
  larger(0n, securedMinor(payment.facts) - (payment.attachedElsewhereMinor ?? 0n));

/** What this payment adds to the gate now. The database's `covered_now` says the same (a property test compares them). */
export function coveredBy(payment: PaymentForGate, now: Date): bigint {
  if (payment.facts.capturedMinor > 0n || payment.facts.holdReleased) return securedBy(payment);
  if (payment.facts.heldMinor === 0n) return 0n;
  const until = holdUsableUntil(payment);
  return until && until.getTime() > now.getTime() ? securedBy(payment) : 0n;
}
