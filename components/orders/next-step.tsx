import type { OrderView } from "#lib/contracts/orders";
import type { Fix } from "#lib/domain/refusal";

/** What the order waits for next, as far as this person can do it: the one filled button of the page. */
export type NextStep =
  | "release"
  | "edit"
  | "send_link"
  | "new_link"
  | "sync"
  | "open_review"
  | "open_transaction"
  | "ship"
  | "finalize"
  | "invoice"
  | null;

/** Follows from what the server says can be done and from the ways out it names; decides nothing about money. */
export function nextStep(order: OrderView): NextStep {
  const { actions, payment, status, gate, completed } = order;
  if (status === "cancelled" || completed) return null;
  if (status === "open") return actions.release === null ? "release" : actions.edit === null ? "edit" : null;
  if (gate.ship.length > 0) {
    if (actions.send_link === null) return "send_link";
    if (actions.new_link === null) return "new_link";
    return gate.ship[0]?.fixes.map((fix) => stepOf(fix, order)).find((step) => step !== null) ?? null;
  }
  if (actions.ship === null) return "ship";
  if (payment?.actions.finalize === null) return "finalize";
  return actions.invoice === null ? "invoice" : null;
}

/** A way out of the closed gate as a step, when this person may take it. */
function stepOf(fix: Fix, { payment }: OrderView): NextStep {
  if (!payment) return null;
  switch (fix) {
    case "sync":
      return payment.actions.sync === null ? "sync" : null;
    case "finalize":
      return payment.actions.finalize === null ? "finalize" : null;
    case "open_transaction":
    case "open_review":
      return fix;
    default:
      return null;
  }
}
