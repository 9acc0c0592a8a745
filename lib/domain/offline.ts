import type { MoneyFacts } from "./payment.ts";
import type { Capabilities } from "./provider.ts";
import { type Blocker, blocker } from "./refusal.ts";
import { may, type Role } from "./roles.ts";

/** How money comes past the payment services. */
export const OFFLINE_KINDS = ["bank_transfer", "cash"] as const;
export type OfflineKind = (typeof OFFLINE_KINDS)[number];

/** Waits for a second person; counts; was refused and never counted. */
export const OFFLINE_STATES = ["waiting", "counted", "refused"] as const;
export type OfflineState = (typeof OFFLINE_STATES)[number];

export const offlineState = (receipt: { paymentId: string | null; refusedAt: Date | null }): OfflineState =>
  receipt.refusedAt ? "refused" : receipt.paymentId ? "counted" : "waiting";

/** Above the company's limit a second person is needed; without a limit, always. */
export const needsSecondPerson = (amountMinor: bigint, limitMinor: bigint | null): boolean =>
  limitMinor === null || amountMinor > limitMinor;

export const OFFLINE_ACTIONS = ["approve", "refuse"] as const;
export type OfflineAction = (typeof OFFLINE_ACTIONS)[number];

/**
 * Why this person may not decide about recorded money that waits; null: they may. Approved by somebody else than who
 * recorded it, and never by the order's own salesperson; refused, or withdrawn, by whoever may record.
 */
export function offlineBlocker(
  action: OfflineAction,
  receipt: { recordedBy: string; paymentId: string | null; refusedAt: Date | null },
  salespersonId: string | null,
  person: { id: string; role: Role },
): Blocker | null {
  if (offlineState(receipt) !== "waiting")
    return blocker("ALREADY_DECIDED", "record_offline", "finance", ["wait"], {}, { since: receipt.refusedAt });
  if (!may(person.role, "offline:record"))
    return blocker("NOT_PERMITTED", "record_offline", "finance", ["ask_role"], { role: "finance" });
  if (action === "approve" && (receipt.recordedBy === person.id || salespersonId === person.id))
    return blocker("FOUR_EYES", "record_offline", "finance", ["ask_role"], { role: "finance" });
  return null;
}

/** What can be done with money that no provider holds: it can be given back by hand, whole or in part, and nothing else. */
export const OFFLINE_CAPABILITIES: Capabilities = {
  cancelUnpaidLink: false,
  holds: false,
  finalizePart: false,
  finalizeTimes: "once",
  releaseHold: false,
  refund: true,
  refundPart: true,
  statement: false,
  holdDays: null,
  maxValiditySeconds: 0,
  minAmountMinor: 1n,
};

/** All of it has come, as far as anybody can know: a person has seen the paper. */
export const receivedFacts = (amountMinor: bigint): Partial<MoneyFacts> => ({
  progress: "processing",
  capturedMinor: amountMinor,
});
