import type { OrderView } from "#lib/contracts/orders";

/** What the order waits for next, as far as this person can do it: the one filled button of the page. */
export type NextStep = "release" | "copy_link" | "new_link" | "sync" | "ship" | "finalize" | "invoice" | null;

/**
 * Follows from what the server says can be done; decides nothing about money. While the bank is busy, asking it is all a person
 * can do.
 */
export function nextStep({ actions, payment, status, gate, completed }: OrderView): NextStep {
  if (status === "cancelled" || completed) return null;
  if (status === "open") return actions.release === null ? "release" : null;
  if (gate.ship.length > 0) {
    if (actions.send_link === null) return "copy_link";
    if (actions.new_link === null) return "new_link";
    const expiring = gate.ship[0]?.code === "HOLD_EXPIRING";
    if (expiring && payment?.actions.finalize === null) return "finalize";
    return payment?.actions.sync === null ? "sync" : null;
  }
  if (actions.ship === null) return "ship";
  if (payment?.actions.finalize === null) return "finalize";
  return actions.invoice === null ? "invoice" : null;
}
