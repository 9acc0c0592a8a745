import { type Currency, type MoneyView, moneyView } from "./money.ts";
import {
  coveredBy,
  holdUsableUntil,
  isLive,
  mostSeenMinor,
  type PaymentForGate,
  type PaymentState,
  securedBy,
} from "./payment.ts";
import { type BlockedAction, type Blocker, blocker } from "./refusal.ts";

export const ORDER_STATUSES = ["open", "pending_prepayment", "released", "cancelled"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const PROGRESS_STEPS = ["none", "partly", "fully"] as const;
export type FulfilmentProgress = (typeof PROGRESS_STEPS)[number];

/** The facts of an order that its status and gate follow from. */
export type OrderForGate = {
  id: string;
  currency: Currency;
  totalMinor: bigint;
  requiredMinor: bigint;
  hasPrepayment: boolean;
  releasedAt: Date | null;
  cancelledAt: Date | null;
  /** A person wants it cancelled, and a provider has still to confirm that a link or a hold is gone. */
  cancelRequestedAt?: Date | null;
  /** Money of other orders' payments that a person attached to this one. */
  attachedMinor?: bigint;
  /** Approved and not revoked; each lets so much pass unpaid until its end. */
  waivers?: readonly { capMinor: bigint; endsAt: Date }[];
  /** What a second person has yet to approve: it counts for nothing until then. */
  pendingApprovals?: readonly { kind: "waiver" | "offline"; amountMinor: bigint; since: Date }[];
};

/** What waivers let pass unpaid now. */
export const waivedOf = (order: Pick<OrderForGate, "waivers">, now: Date): bigint =>
  (order.waivers ?? [])
    .filter((waiver) => waiver.endsAt.getTime() > now.getTime())
    .reduce((sum, waiver) => sum + waiver.capMinor, 0n);

/** Money that providers say is held or taken on this order, in its currency, whatever the margins and reviews say. */
export function securedOf(
  order: Pick<OrderForGate, "currency" | "attachedMinor">,
  payments: readonly PaymentForGate[],
): bigint {
  return payments
    .filter((payment) => payment.currency === order.currency)
    .reduce((sum, payment) => sum + securedBy(payment), order.attachedMinor ?? 0n);
}

/** What counts toward the gate now: secured money less holds inside their safety margin. */
export function coveredOf(
  order: Pick<OrderForGate, "currency" | "attachedMinor">,
  payments: readonly PaymentForGate[],
  now: Date,
): bigint {
  return payments
    .filter((payment) => payment.currency === order.currency)
    .reduce((sum, payment) => sum + coveredBy(payment, now), order.attachedMinor ?? 0n);
}

export const missingOf = (requiredMinor: bigint, securedMinorSum: bigint): bigint =>
  requiredMinor > securedMinorSum ? requiredMinor - securedMinorSum : 0n;

/** Recomputed from facts each time, never stepped. Money under review does not release an order. */
export function orderStatus(order: OrderForGate, payments: readonly PaymentForGate[]): OrderStatus {
  if (order.cancelledAt) return "cancelled";
  if (!order.releasedAt) return "open";
  if (!order.hasPrepayment) return "released";
  if (payments.some((payment) => payment.needsReview)) return "pending_prepayment";
  return securedOf(order, payments) >= order.requiredMinor ? "released" : "pending_prepayment";
}

/** Fully shipped and invoiced: shown as Completed. */
export const isCompleted = (shipped: FulfilmentProgress, invoiced: FulfilmentProgress): boolean =>
  shipped === "fully" && invoiced === "fully";

export function progressOf(ordered: readonly bigint[], done: readonly bigint[]): FulfilmentProgress {
  if (done.every((quantity) => quantity === 0n)) return "none";
  return ordered.every((quantity, index) => (done[index] ?? 0n) >= quantity) ? "fully" : "partly";
}

/** The payment that speaks for the order in lists: the live one, else money, else the newest. Null without attempts. */
export function leadingPayment<P extends Pick<PaymentForGate, "state" | "facts" | "createdAt">>(
  payments: readonly P[],
): P | null {
  const newestFirst = [...payments].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  return (
    newestFirst.find((payment) => isLive(payment.state)) ??
    newestFirst.find((payment) => MONEY_STATES.includes(payment.state)) ??
    newestFirst[0] ??
    null
  );
}

/** Money is there, held or taken, and less than is asked for: the payment's own word would promise too much of the order. */
export const isPartlyCovered = (
  lead: PaymentState | null,
  covered: { amount: number },
  required: { amount: number },
): boolean =>
  (lead === "withholding" || lead === "successful") && covered.amount > 0 && covered.amount < required.amount;

const MONEY_STATES: readonly PaymentState[] = ["withholding", "successful", "partially_refunded", "refunded"];

/** What everything else waits for while an order is being cancelled. */
export function cancelling(
  order: Pick<OrderForGate, "cancelRequestedAt">,
  payments: readonly PaymentForGate[],
  action: BlockedAction,
): Blocker {
  const awaited = payments.find(({ unsettled }) => unsettled !== null);
  return blocker(
    "ORDER_CANCELLING",
    action,
    "sales",
    ["sync"],
    { ...(awaited ? { provider: awaited.provider, paymentId: awaited.id } : {}) },
    { since: order.cancelRequestedAt ?? null },
  );
}

/** By how much more an order asks than when it was last asked for money; zero where it was not edited upwards since. */
function roseSince(requiredMinor: bigint, payments: readonly PaymentForGate[]): bigint {
  const asked = payments.flatMap((payment) => payment.requiredMinor ?? []);
  const most = asked.reduce((sum, one) => (one > sum ? one : sum), 0n);
  return asked.length > 0 && requiredMinor > most ? requiredMinor - most : 0n;
}

/**
 * The one rule for shipping and invoicing. Empty when open; otherwise every reason, the one to show first in front.
 * The same rule stands in the button, in the workflow (rows locked) and in the database's trigger.
 */
export function gate(
  order: OrderForGate,
  payments: readonly PaymentForGate[],
  now: Date,
  action: Extract<BlockedAction, "ship" | "invoice"> = "ship",
): Blocker[] {
  if (order.cancelledAt)
    return [blocker("ORDER_CANCELLED", action, "sales", ["wait"], {}, { since: order.cancelledAt })];
  if (order.cancelRequestedAt) return [cancelling(order, payments, action)];
  if (!order.releasedAt) return [blocker("NOT_RELEASED", action, "sales", ["release"])];

  const blockers: Blocker[] = [];
  const view = (amount: bigint) => moneyView(amount, order.currency);
  for (const payment of payments.filter((candidate) => candidate.needsReview)) {
    const mismatch = payment.reviewReasons.some(
      (reason) => reason === "amount_mismatch" || reason === "currency_mismatch" || reason === "overpaid",
    );
    blockers.push(
      blocker(
        mismatch ? "AMOUNT_MISMATCH" : "IN_REVIEW",
        action,
        "finance",
        ["open_review", "open_transaction", "sync"],
        {
          paymentId: payment.id,
          reason: payment.reviewReasons[0] ?? "unknown_status",
          asked: moneyView(payment.amountMinor, payment.currency),
          reported: moneyView(mostSeenMinor(payment.facts), payment.currency),
        },
      ),
    );
  }

  const covered = coveredOf(order, payments, now) + waivedOf(order, now);
  if (covered >= order.requiredMinor) return blockers;

  const secured = securedOf(order, payments);
  const missing = missingOf(order.requiredMinor, secured);
  const amounts = {
    required: view(order.requiredMinor),
    covered: view(secured),
    missing: view(missing),
    total: view(order.totalMinor),
  };

  const usable = (payment: PaymentForGate) =>
    payment.state === "withholding" && securedBy(payment) > 0n && coveredBy(payment, now) === 0n;
  for (const payment of payments.filter(usable)) {
    const lost = payment.holdExpiresAt !== null && payment.holdExpiresAt.getTime() <= now.getTime();
    blockers.push(
      blocker(
        lost ? "HOLD_LOST" : "HOLD_EXPIRING",
        action,
        "finance",
        lost ? ["sync", "new_link"] : ["finalize", "open_transaction"],
        {
          paymentId: payment.id,
          held: moneyView(payment.facts.heldMinor, payment.currency),
          marginHours: payment.holdMarginHours,
          ...(payment.holdExpiresAt ? { holdExpiresAt: payment.holdExpiresAt.toISOString() } : {}),
        },
        { since: lost ? payment.holdExpiresAt : holdUsableUntil(payment), until: lost ? null : payment.holdExpiresAt },
      ),
    );
  }
  if (missing === 0n) return blockers;

  const last = leadingPayment(payments);
  const linkParams = {
    ...amounts,
    ...(last
      ? { paymentId: last.id, provider: last.provider, amount: moneyView(last.amountMinor, last.currency) }
      : {}),
    ...(last?.expiresAt ? { expiresAt: last.expiresAt.toISOString() } : {}),
  };
  const state = last?.state;
  const edited = secured > 0n && !payments.some((payment) => isLive(payment.state));
  const rose = edited ? roseSince(order.requiredMinor, payments) : 0n;
  if (rose > 0n) {
    const params = { ...linkParams, amount: view(rose) };
    blockers.push(blocker("EDITED_AFTER_LINK", action, "sales", ["new_link"], params));
  } else if (!last || !state) {
    blockers.push(blocker("NO_LINK", action, "sales", ["new_link"], amounts));
  } else if (last.unsettled === "create_link" && isLive(state)) {
    blockers.push(blocker("CREATING_LINK", action, "sales", ["sync"], linkParams, { since: last.createdAt }));
  } else if (last.unsettled) {
    blockers.push(blocker("STATUS_UNKNOWN", action, "sales", ["sync"], linkParams));
  } else if (state === "processing") {
    blockers.push(blocker("PROCESSING", action, "sales", ["sync"], linkParams));
  } else if (state === "creating") {
    blockers.push(blocker("CREATING_LINK", action, "sales", ["sync"], linkParams, { since: last.createdAt }));
  } else if (state === "pending") {
    const code = secured > 0n ? "PARTLY_COVERED" : "AWAITING_PAYMENT";
    blockers.push(
      blocker(code, action, "sales", ["resend_link", "copy_link"], linkParams, {
        since: last.createdAt,
        until: last.expiresAt,
      }),
    );
  } else if (state === "expired") {
    blockers.push(blocker("LINK_EXPIRED", action, "sales", ["new_link"], linkParams, { since: last.expiresAt }));
  } else if (state === "failed") {
    const noLink = last.facts.progress === "none";
    blockers.push(
      blocker(noLink ? "NO_LINK" : "PAYMENT_FAILED", action, "sales", ["new_link"], {
        ...linkParams,
        ...(last.failureReason ? { reason: last.failureReason } : {}),
      }),
    );
  } else if (state === "cancelled") {
    const holdWentBack = last.facts.heldMinor > 0n;
    blockers.push(
      blocker(holdWentBack ? "HOLD_LOST" : "LINK_CANCELLED", action, "sales", ["new_link"], {
        ...linkParams,
        held: moneyView(last.facts.heldMinor, last.currency),
      }),
    );
  } else if (state === "refunded" || state === "partially_refunded") {
    blockers.push(blocker("MONEY_RETURNED", action, "sales", ["new_link"], linkParams));
  } else {
    // What is covered was paid: the end of that link is nobody's deadline any more.
    const { expiresAt: _over, ...known } = linkParams;
    blockers.push(blocker("PARTLY_COVERED", action, "sales", ["new_link"], known));
  }
  for (const pending of order.pendingApprovals ?? [])
    blockers.push(pendingApproval(action, pending.kind, view(pending.amountMinor), pending.since));
  return blockers;
}

/** Somebody asked, and a second person has not decided yet. */
export const pendingApproval = (
  action: BlockedAction,
  kind: "waiver" | "offline",
  amount: MoneyView,
  since: Date,
): Blocker =>
  blocker(
    "PENDING_APPROVAL",
    action,
    "finance",
    ["open_approvals"],
    { kind, amount, askedAt: since.toISOString() },
    { since },
  );

/** The next moment at which money runs out by itself: the live link's end or the nearest hold's end. */
export function nextDeadline(payments: readonly PaymentForGate[]): { kind: "link" | "hold"; at: Date } | null {
  const deadlines = payments.flatMap((payment): { kind: "link" | "hold"; at: Date }[] => {
    if (payment.state === "withholding" && payment.holdExpiresAt) return [{ kind: "hold", at: payment.holdExpiresAt }];
    if (isLive(payment.state) && payment.expiresAt) return [{ kind: "link", at: payment.expiresAt }];
    return [];
  });
  return deadlines.sort((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
}
