import { coveredOf, missingOf, type OrderForGate, waivedOf } from "./order.ts";
import type { PaymentForGate } from "./payment.ts";
import { type Blocker, blocker } from "./refusal.ts";
import { may, type Role } from "./roles.ts";

/** Asked for and not decided; in force; over because it ended, was taken back, or was not approved in time. */
export const WAIVER_STATES = ["asked", "live", "over"] as const;
export type WaiverState = (typeof WAIVER_STATES)[number];

/** The longest a waiver may last. */
export const LONGEST_WAIVER_DAYS = 90;

/** What is written about a waiver. Approval and revocation happen once; the end comes by itself. */
export type WaiverFacts = {
  endsAt: Date;
  requestedBy: string;
  requestedAt: Date;
  approvedAt: Date | null;
  revokedAt: Date | null;
};

export function waiverState(
  { endsAt, approvedAt, revokedAt }: Omit<WaiverFacts, "requestedBy" | "requestedAt">,
  now: Date,
): WaiverState {
  if (revokedAt || endsAt.getTime() <= now.getTime()) return "over";
  return approvedAt ? "live" : "asked";
}

/** The most that a further waiver may let pass: what of the requirement nothing stands in for now. */
export const waivableMinor = (order: OrderForGate, payments: readonly PaymentForGate[], now: Date): bigint =>
  missingOf(order.requiredMinor, coveredOf(order, payments, now) + waivedOf(order, now));

export const WAIVER_ACTIONS = ["approve", "revoke"] as const;
export type WaiverAction = (typeof WAIVER_ACTIONS)[number];

type Person = { id: string; role: Role };

/**
 * Why this person may not decide this waiver; null: they may. Approved by somebody else than who asked, and never by the
 * order's own salesperson; taken back by who may approve, or by who asked.
 */
export function waiverBlocker(
  action: WaiverAction,
  waiver: WaiverFacts,
  salespersonId: string | null,
  person: Person,
  now: Date,
): Blocker | null {
  if (waiverState(waiver, now) === "over")
    return blocker("WAIVER_OVER", "waive", "finance", ["wait"], {}, { since: waiver.revokedAt ?? waiver.endsAt });
  if (action === "revoke" && waiver.requestedBy === person.id) return null;
  if (!may(person.role, "waiver:approve"))
    return blocker("NOT_PERMITTED", "waive", "finance", ["ask_role"], { role: "finance" });
  if (action === "approve" && (waiver.requestedBy === person.id || salespersonId === person.id))
    return blocker("FOUR_EYES", "waive", "finance", ["ask_role"], { role: "finance" });
  return null;
}
