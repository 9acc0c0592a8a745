import { moneyView } from "./money.ts";
import { everHadMoney, isLive, type OperationKind, type PaymentForGate } from "./payment.ts";
import type { Capabilities } from "./provider.ts";
import { type BlockedAction, type Blocker, blocker } from "./refusal.ts";
import { may, type Permission, type Role, roleThatMay } from "./roles.ts";

/** The FactBox actions that may be refused. Null means: go ahead. */
export const PAYMENT_ACTIONS = [
  "sync",
  "cancel_payment",
  "delete_payment",
  "finalize",
  "release_hold",
  "refund",
] as const;
export type PaymentAction = (typeof PAYMENT_ACTIONS)[number];
export type PaymentActions = Record<PaymentAction, Blocker | null>;

const PERMISSION_FOR: Record<PaymentAction, Permission> = {
  sync: "payment:sync",
  cancel_payment: "payment:cancel",
  delete_payment: "payment:delete",
  finalize: "payment:finalize",
  release_hold: "payment:release_hold",
  refund: "payment:refund",
};

/** A lack of permission as data, naming the role that may. */
export function permissionBlocker(role: Role, permission: Permission, action: BlockedAction): Blocker | null {
  return may(role, permission)
    ? null
    : blocker("NOT_PERMITTED", action, roleThatMay(permission), ["ask_role"], { role: roleThatMay(permission) });
}

const busy = (payment: PaymentForGate, action: PaymentAction, kinds: readonly OperationKind[]): Blocker | null =>
  payment.unsettled && kinds.includes(payment.unsettled)
    ? blocker("OPERATION_RUNNING", action, "sales", ["sync"], {
        operation: payment.unsettled,
        provider: payment.provider,
      })
    : null;

/** Why an action on a payment is not possible now for a person of this role, by the payment's facts and the provider's capabilities. */
export function paymentActions(
  payment: PaymentForGate & { deleted: boolean },
  capabilities: Capabilities,
  role: Role,
): PaymentActions {
  const held = moneyView(payment.facts.heldMinor, payment.currency);
  const params = { provider: payment.provider, held, amount: moneyView(payment.amountMinor, payment.currency) };
  const no = (...[code, action, owner, fixes]: Parameters<typeof blocker>) =>
    blocker(code, action, owner, fixes, params);

  const facts: Record<PaymentAction, () => Blocker | null> = {
    sync: () => (payment.provider === "offline" ? no("OFFLINE_PAYMENT", "sync", "finance", ["wait"]) : null),
    cancel_payment: () => {
      const running = busy(payment, "cancel_payment", ["cancel_link", "finalize", "release_hold", "refund"]);
      if (running) return running;
      if (payment.state === "withholding")
        return no("CANCEL_REFUSED_HOLD", "cancel_payment", "finance", ["release_hold", "finalize"]);
      // A hold that was let go, or money that went back whole, leaves nothing to refund: that link has simply ended.
      if (payment.facts.capturedMinor > payment.facts.refundedMinor)
        return no("CANCEL_REFUSED", "cancel_payment", "finance", ["refund"]);
      if (payment.state === "processing") return no("PROCESSING", "cancel_payment", "sales", ["sync"]);
      if (payment.state === "creating" || payment.unsettled === "create_link")
        return no("CREATING_LINK", "cancel_payment", "sales", ["sync"]);
      return isLive(payment.state) ? null : no("NOT_LIVE", "cancel_payment", "sales", ["new_link"]);
    },
    delete_payment: () => {
      if (payment.deleted) return no("ALREADY_DELETED", "delete_payment", "finance", ["open_transaction"]);
      if (everHadMoney(payment.facts)) return no("DELETE_REFUSED", "delete_payment", "finance", ["open_transaction"]);
      if (isLive(payment.state)) return no("DELETE_REFUSED_LIVE", "delete_payment", "sales", ["cancel_payment"]);
      return payment.unsettled ? busy(payment, "delete_payment", [payment.unsettled]) : null;
    },
    finalize: () =>
      busy(payment, "finalize", ["finalize", "release_hold"]) ??
      (payment.state === "withholding" ? null : no("NOTHING_HELD", "finalize", "finance", ["sync"])),
    release_hold: () => {
      if (!capabilities.releaseHold) return no("NOT_SUPPORTED", "release_hold", "finance", ["open_transaction"]);
      return (
        busy(payment, "release_hold", ["finalize", "release_hold"]) ??
        (payment.state === "withholding" ? null : no("NOTHING_HELD", "release_hold", "finance", ["sync"]))
      );
    },
    refund: () => {
      if (!capabilities.refund) return no("NOT_SUPPORTED", "refund", "finance", ["open_transaction"]);
      const left = payment.facts.capturedMinor - payment.facts.refundedMinor;
      return (
        busy(payment, "refund", ["refund"]) ??
        (left > 0n ? null : no("NOTHING_TO_REFUND", "refund", "finance", ["sync"]))
      );
    },
  };

  const entries = PAYMENT_ACTIONS.map((action) => [
    action,
    permissionBlocker(role, PERMISSION_FOR[action], action) ?? facts[action](),
  ]);
  return Object.fromEntries(entries) as PaymentActions;
}
