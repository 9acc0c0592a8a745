import { unreachable } from "./invariant.ts";
import { type Currency, moneyView } from "./money.ts";
import {
  cancelling,
  type FulfilmentProgress,
  gate,
  leadingPayment,
  missingOf,
  type OrderForGate,
  pendingApproval,
  securedOf,
} from "./order.ts";
import { isLive, type PaymentForGate } from "./payment.ts";
import { permissionBlocker } from "./payment-actions.ts";
import { type Prepayment, prepaymentProblem } from "./prepayment.ts";
import { type Blocker, blocker } from "./refusal.ts";
import type { Permission, Role } from "./roles.ts";
import { waivableMinor } from "./waiver.ts";

/** What a person may want to do with an order. */
export const ORDER_ACTIONS = [
  "edit",
  "release",
  "reopen",
  "cancel_order",
  "ship",
  "invoice",
  "new_link",
  "send_link",
  "waive",
  "record_offline",
] as const;
export type OrderActionName = (typeof ORDER_ACTIONS)[number];
export type OrderActions = Record<OrderActionName, Blocker | null>;

/** What the rules below need to know beyond the order's facts and its payments. */
export type OrderExtras = {
  now: Date;
  hasCustomer: boolean;
  lineCount: number;
  prepayment: Prepayment;
  /** The payment service chosen for the order (or, for a new link, for that link); null = none. */
  service: ServiceForRelease | null;
  /** Another enabled service in the order's currency could take its place; with none, an admin has to act. */
  otherServiceUsable: boolean;
  shipped: FulfilmentProgress;
  invoiced: FulfilmentProgress;
  /** The provider's page of the live payment, once it is there. */
  liveUrl: string | null;
};

export type ServiceForRelease = {
  name: string;
  enabled: boolean;
  currency: Currency;
  /** The keys are there, can be decrypted and have not been refused by the provider. */
  credentialsUsable: boolean;
};

const PERMISSION_FOR = {
  edit: "order:write",
  release: "order:release",
  reopen: "order:reopen",
  cancel_order: "order:cancel",
  ship: "shipment:create",
  invoice: "invoice:create",
  new_link: "link:replace",
  send_link: "link:share",
  waive: "waiver:request",
  record_offline: "offline:record",
} as const satisfies Record<OrderActionName, Permission>;

/** Every action of the order page for a person of this role: null when it is possible now, else why not. */
export function orderActions(
  order: OrderForGate,
  payments: readonly PaymentForGate[],
  extras: OrderExtras,
  role: Role,
): OrderActions {
  const entries = ORDER_ACTIONS.map((action) => [
    action,
    permissionBlocker(role, PERMISSION_FOR[action], action) ?? orderBlocker(action, order, payments, extras),
  ]);
  return Object.fromEntries(entries) as OrderActions;
}

/** The same without regard to who asks: what the workflow checks once more with the rows locked. */
export function orderBlocker(
  action: OrderActionName,
  order: OrderForGate,
  payments: readonly PaymentForGate[],
  extras: OrderExtras,
): Blocker | null {
  // Money that has arrived is a fact, whatever has become of the order.
  if (action === "record_offline") return null;
  if (order.cancelledAt) return blocker("ORDER_CANCELLED", action, "sales", ["wait"], {}, { since: order.cancelledAt });
  if (order.cancelRequestedAt && (action !== "cancel_order" || payments.some(({ unsettled }) => unsettled !== null)))
    return cancelling(order, payments, action);
  switch (action) {
    case "edit":
      return order.releasedAt ? blocker("ORDER_NOT_OPEN", action, "sales", ["reopen"]) : null;
    case "release":
      return whyNotRelease(order, extras);
    case "reopen":
      if (!order.releasedAt) return blocker("NOT_RELEASED", action, "sales", ["edit_order"]);
      return goodsHaveLeft(action, extras) ?? stillMoving(action, payments);
    case "cancel_order":
      return goodsHaveLeft(action, extras) ?? stillMoving(action, payments);
    case "ship":
      return order.releasedAt && extras.shipped === "fully"
        ? blocker("NOTHING_TO_SHIP", action, "sales", ["wait"])
        : (gate(order, payments, extras.now, action)[0] ?? null);
    case "invoice":
      return order.releasedAt && extras.invoiced === "fully"
        ? blocker("NOTHING_TO_INVOICE", action, "finance", ["wait"])
        : (gate(order, payments, extras.now, action)[0] ?? null);
    case "new_link":
      return whyNoNewLink(order, payments, extras);
    case "send_link":
      return whyNothingToSend(order, payments, extras);
    case "waive":
      return whyNoWaiver(order, payments, extras);
    default:
      return unreachable(action);
  }
}

function whyNotRelease(order: OrderForGate, extras: OrderExtras): Blocker | null {
  const no = "release";
  if (order.releasedAt) return blocker("ALREADY_RELEASED", no, "sales", ["reopen"], {}, { since: order.releasedAt });
  if (extras.lineCount === 0) return blocker("NO_LINES", no, "sales", ["edit_order"]);
  if (order.totalMinor === 0n) return blocker("ZERO_TOTAL", no, "sales", ["edit_order"]);
  if (!extras.hasCustomer) return blocker("NO_CUSTOMER", no, "sales", ["edit_order"]);
  if (prepaymentProblem(extras.prepayment, order.totalMinor) === "amount_above_total")
    return blocker("PREPAYMENT_ABOVE_TOTAL", no, "sales", ["edit_order"], {
      total: moneyView(order.totalMinor, order.currency),
    });
  if (extras.service) return serviceProblem(no, order, extras);
  if (extras.prepayment.kind === "none") return null;
  return extras.otherServiceUsable
    ? blocker("NO_SERVICE", no, "sales", ["edit_order"])
    : blocker("NO_SERVICE_ENABLED", no, "admin", ["open_settings"]);
}

/** Why the chosen service cannot make a link for this order. */
function serviceProblem(action: "release" | "new_link", order: OrderForGate, extras: OrderExtras): Blocker | null {
  const { service } = extras;
  if (!service) return null;
  const params = { provider: service.name, currency: service.currency };
  if (!service.enabled) return blocker("SERVICE_DISABLED", action, "admin", ["edit_order", "open_settings"], params);
  if (service.currency !== order.currency) return blocker("SERVICE_CURRENCY", action, "sales", ["edit_order"], params);
  if (!service.credentialsUsable)
    return blocker("SERVICE_CREDENTIALS", action, "admin", ["open_settings", "edit_order"], params);
  return null;
}

const goodsHaveLeft = (action: "reopen" | "cancel_order", extras: OrderExtras): Blocker | null =>
  extras.shipped === "none" && extras.invoiced === "none" ? null : blocker("ORDER_SHIPPED", action, "sales", ["wait"]);

/** A call without an answer, or a customer who is paying this moment: nobody knows yet what the order's money is. */
function stillMoving(
  action: "reopen" | "cancel_order" | "new_link",
  payments: readonly PaymentForGate[],
): Blocker | null {
  for (const payment of payments) {
    const params = {
      paymentId: payment.id,
      provider: payment.provider,
      amount: moneyView(payment.amountMinor, payment.currency),
    };
    if (payment.unsettled === "create_link" || payment.state === "creating")
      return blocker("CREATING_LINK", action, "sales", ["sync"], params, { since: payment.createdAt });
    if (payment.unsettled)
      return blocker("OPERATION_RUNNING", action, "sales", ["sync"], { ...params, operation: payment.unsettled });
    if (payment.state === "processing") return blocker("PROCESSING", action, "sales", ["sync"], params);
  }
  return null;
}

function whyNoNewLink(order: OrderForGate, payments: readonly PaymentForGate[], extras: OrderExtras): Blocker | null {
  const no = "new_link";
  if (!order.releasedAt) return blocker("NOT_RELEASED", no, "sales", ["release"]);
  const moving = stillMoving(no, payments);
  if (moving) return moving;
  const live = payments.find((payment) => isLive(payment.state));
  // By our clock its time is over: the provider is asked once before another takes its place, and what it says decides.
  const over = live?.expiresAt && live.expiresAt.getTime() <= extras.now.getTime();
  if (live && !over)
    return blocker(
      "LINK_LIVE",
      no,
      "sales",
      ["resend_link", "cancel_payment"],
      {
        paymentId: live.id,
        amount: moneyView(live.amountMinor, live.currency),
        ...(live.expiresAt ? { expiresAt: live.expiresAt.toISOString() } : {}),
      },
      { until: live.expiresAt },
    );
  const inReview = payments.find((payment) => payment.needsReview);
  if (inReview)
    return blocker("IN_REVIEW", no, "finance", ["open_review", "open_transaction", "sync"], {
      paymentId: inReview.id,
      reason: inReview.reviewReasons[0] ?? "unknown_status",
    });
  if (missingOf(order.requiredMinor, securedOf(order, payments)) === 0n)
    return blocker("NOTHING_MISSING", no, "sales", ["wait"]);
  if (extras.otherServiceUsable) return null;
  if (!extras.service) return blocker("NO_SERVICE_ENABLED", no, "admin", ["open_settings"]);
  return serviceProblem(no, order, extras);
}

/** One question at a time, and only while something is missing that could be waived. */
function whyNoWaiver(order: OrderForGate, payments: readonly PaymentForGate[], extras: OrderExtras): Blocker | null {
  const no = "waive";
  if (!order.releasedAt) return blocker("NOT_RELEASED", no, "sales", ["release"]);
  if (extras.shipped === "fully" && extras.invoiced === "fully")
    return blocker("NOTHING_TO_SHIP", no, "sales", ["wait"]);
  const asked = order.pendingApprovals?.find(({ kind }) => kind === "waiver");
  if (asked) return pendingApproval(no, "waiver", moneyView(asked.amountMinor, order.currency), asked.since);
  return waivableMinor(order, payments, extras.now) === 0n ? blocker("NOTHING_MISSING", no, "sales", ["wait"]) : null;
}

function whyNothingToSend(
  order: OrderForGate,
  payments: readonly PaymentForGate[],
  extras: OrderExtras,
): Blocker | null {
  const no = "send_link";
  if (!order.releasedAt) return blocker("NOT_RELEASED", no, "sales", ["release"]);
  const secured = securedOf(order, payments);
  const missing = missingOf(order.requiredMinor, secured);
  const last = leadingPayment(payments);
  const params = {
    missing: moneyView(missing, order.currency),
    ...(last ? { paymentId: last.id, provider: last.provider } : {}),
    ...(last?.expiresAt ? { expiresAt: last.expiresAt.toISOString() } : {}),
  };
  if (last && isLive(last.state)) {
    if (!extras.liveUrl) return blocker("CREATING_LINK", no, "sales", ["sync"], params, { since: last.createdAt });
    // Its time is over though nobody has told us yet: a customer who opens it now finds a dead page.
    const over = last.expiresAt && last.expiresAt.getTime() <= extras.now.getTime();
    return over ? blocker("LINK_EXPIRED", no, "sales", ["sync"], params, { since: last.expiresAt }) : null;
  }
  if (missing === 0n) return blocker("NOTHING_MISSING", no, "sales", ["wait"], params);
  if (last?.state === "expired")
    return blocker("LINK_EXPIRED", no, "sales", ["new_link"], params, { since: last.expiresAt });
  if (last?.state === "cancelled") return blocker("LINK_CANCELLED", no, "sales", ["new_link"], params);
  if (last?.state === "failed" && last.facts.progress !== "none")
    return blocker("PAYMENT_FAILED", no, "sales", ["new_link"], {
      ...params,
      ...(last.failureReason ? { reason: last.failureReason } : {}),
    });
  if (last && last.state !== "failed")
    return blocker("PARTLY_COVERED", no, "sales", ["new_link"], {
      ...params,
      required: moneyView(order.requiredMinor, order.currency),
      covered: moneyView(secured, order.currency),
    });
  return blocker("NO_LINK", no, "sales", ["new_link"], {
    ...params,
    ...(last?.failureReason ? { reason: last.failureReason } : {}),
  });
}
