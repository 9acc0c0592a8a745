import type { MoneyView } from "./money.ts";
import type { Role } from "./roles.ts";

/** What somebody wanted to do. */
export const BLOCKED_ACTIONS = [
  "ship",
  "invoice",
  "release",
  "reopen",
  "edit",
  "cancel_order",
  "send_link",
  "new_link",
  "sync",
  "cancel_payment",
  "delete_payment",
  "finalize",
  "release_hold",
  "refund",
  "waive",
  "review",
  "record_offline",
  "enable_service",
  "test_service",
] as const;
export type BlockedAction = (typeof BLOCKED_ACTIONS)[number];

/** Why something is not possible now. Each has a sentence and a button label in both languages, under its code. */
export const BLOCKER_CODES = [
  "NOT_RELEASED",
  "ALREADY_RELEASED",
  "ORDER_CANCELLED",
  "ORDER_CANCELLING",
  "ORDER_NOT_OPEN",
  "ORDER_SHIPPED",
  "NO_LINES",
  "ZERO_TOTAL",
  "NO_CUSTOMER",
  "NO_SERVICE",
  "NO_SERVICE_ENABLED",
  "SERVICE_DISABLED",
  "SERVICE_CURRENCY",
  "SERVICE_CREDENTIALS",
  "PREPAYMENT_ABOVE_TOTAL",
  "AWAITING_PAYMENT",
  "CREATING_LINK",
  "LINK_EXPIRED",
  "LINK_CANCELLED",
  "PAYMENT_FAILED",
  "NO_LINK",
  "LINK_LIVE",
  "NOTHING_MISSING",
  "PARTLY_COVERED",
  "EDITED_AFTER_LINK",
  "PROCESSING",
  "HOLD_EXPIRING",
  "HOLD_LOST",
  "IN_REVIEW",
  "AMOUNT_MISMATCH",
  "MONEY_RETURNED",
  "HAS_MONEY",
  "STATUS_UNKNOWN",
  "OPERATION_RUNNING",
  "QUANTITY_EXCEEDED",
  "NOTHING_TO_SHIP",
  "NOTHING_TO_INVOICE",
  "CANCEL_REFUSED",
  "CANCEL_REFUSED_HOLD",
  "NOT_LIVE",
  "DELETE_REFUSED",
  "DELETE_REFUSED_LIVE",
  "ALREADY_DELETED",
  "NOTHING_HELD",
  "FINALIZE_TOO_MUCH",
  "FINALIZE_FAILED",
  "REFUND_TOO_MUCH",
  "NOTHING_TO_REFUND",
  "REVIEW_CLOSED",
  "WAIVER_OVER",
  "PENDING_APPROVAL",
  "ALREADY_DECIDED",
  "OFFLINE_PAYMENT",
  "FOUR_EYES",
  "NOT_SUPPORTED",
  "NOT_PERMITTED",
  "PROVIDER_REFUSED",
  "PROVIDER_UNAVAILABLE",
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];

/** What would help. The first fix of a blocker is its button. */
export const FIXES = [
  "release",
  "reopen",
  "resend_link",
  "copy_link",
  "new_link",
  "sync",
  "finalize",
  "release_hold",
  "refund",
  "cancel_payment",
  "open_review",
  "open_transaction",
  "open_settings",
  "open_approvals",
  "edit_order",
  "set_quantity",
  "ask_role",
  "wait",
] as const;
export type Fix = (typeof FIXES)[number];

/** Numbers, times (ISO 8601 UTC) and names, never ready-made sentences. */
export type BlockerParams = Record<string, MoneyView | string | number>;

/** One reason why one action is not possible now: the same object feeds the button, the gate panel and the API's 409. */
export type Blocker = {
  code: BlockerCode;
  action: BlockedAction;
  params: BlockerParams;
  /** How long it has been so; null when that is not known. */
  since: string | null;
  /** When it changes by itself. */
  until: string | null;
  owner: { role: Role; name?: string };
  fixes: Fix[];
};

/** Bad input: the field (dot path, as in the request body) and a code that has a sentence in both languages. */
export type FieldError = { field: string; code: string; params?: Record<string, string | number> };

/** Every "no" a workflow can answer. HTTP status and sentence follow from `kind` alone, exhaustively. */
export type Refusal =
  | { kind: "blocked"; blocker: Blocker }
  | { kind: "invalid"; errors: FieldError[] }
  | { kind: "not_found"; what: string }
  | { kind: "version_conflict"; currentVersion: number; yourVersion: number }
  | { kind: "not_permitted"; permission: string; role: Role }
  | { kind: "idempotency_mismatch" }
  | { kind: "in_progress" }
  | { kind: "begun_before" };

export const blocked = (blocker: Blocker): Refusal => ({ kind: "blocked", blocker });
export const invalid = (...errors: FieldError[]): Refusal => ({ kind: "invalid", errors });
export const notFound = (what: string): Refusal => ({ kind: "not_found", what });

/** A blocker with the usual blanks filled in. */
export function blocker(
  code: BlockerCode,
  action: BlockedAction,
  owner: Role,
  fixes: Fix[],
  params: BlockerParams = {},
  times: { since?: Date | null; until?: Date | null } = {},
): Blocker {
  return {
    code,
    action,
    params,
    since: times.since?.toISOString() ?? null,
    until: times.until?.toISOString() ?? null,
    owner: { role: owner },
    fixes,
  };
}
