import type { Tx } from "#db/client";
import type { LockedOrder, OrderRow } from "#db/queries/order-locks";
import { type OrderChanges, saveOrder } from "#db/queries/orders";
import { type PaymentRow, paymentForGate } from "#db/queries/payment-rows";
import { sendAhead } from "#db/transact";
import { moneyView } from "#lib/domain/money";
import {
  coveredOf,
  gate,
  leadingPayment,
  nextDeadline,
  type OrderForGate,
  orderStatus,
  securedOf,
  waivedOf,
} from "#lib/domain/order";
import { holdUsableUntil, type PaymentForGate, securedBy } from "#lib/domain/payment";
import { auditActor, type Story } from "./story.ts";
import type { Actor } from "./world.ts";

/** The facts of a stored order that its status and gate follow from. */
export const orderForGate = (row: OrderRow): OrderForGate => ({
  id: row.id,
  currency: row.currency,
  totalMinor: row.totalMinor,
  requiredMinor: row.requiredMinor,
  hasPrepayment: row.prepaymentKind !== "none",
  releasedAt: row.releasedAt,
  cancelledAt: row.cancelledAt,
  cancelRequestedAt: row.cancelRequestedAt,
});

/** A locked order as the rules see it, with what stands in for its own money. */
export const lockedForGate = ({ order, waivers, attachedMinor }: LockedOrder): OrderForGate => ({
  ...orderForGate(order),
  waivers,
  attachedMinor,
});

/** The payments of a locked order as the rules see them; deleted ones never held money and do not count. */
export function paymentsForGate({ payments, operations, attachedElsewhere }: LockedOrder): PaymentForGate[] {
  return payments
    .filter((row) => row.deletedAt === null)
    .map((row) => ({
      ...paymentForGate(row, unsettledKindOf(row, operations)),
      attachedElsewhereMinor: attachedElsewhere.get(row.id) ?? 0n,
    }));
}

const unsettledKindOf = (row: PaymentRow, operations: LockedOrder["operations"]) =>
  operations.find((operation) => operation.paymentId === row.id)?.kind ?? null;

/**
 * Computes everything that is stored about an order for lists (status, covered, payment state, deadline, accepted) from the
 * facts, writes it together with `changes`, and tells the story when the status moved. The only writer of those columns.
 */
export async function refreshOrder(
  tx: Tx,
  locked: LockedOrder,
  changes: OrderChanges,
  now: Date,
  actor: Actor,
  story: Story,
): Promise<OrderRow> {
  const before = locked.order;
  const row: OrderRow = { ...before, ...(changes as Partial<OrderRow>) };
  const order = lockedForGate({ ...locked, order: row });
  const payments = paymentsForGate(locked);
  const lead = leadingPayment(payments);
  const deadline = nextDeadline(payments);
  const secured = securedOf(order, payments);
  const holds = payments.filter((payment) => payment.state === "withholding");
  const needsReview = payments.some((payment) => payment.needsReview);
  const accepted =
    row.releasedAt !== null &&
    row.cancelledAt === null &&
    !needsReview &&
    coveredOf(order, payments, now) + waivedOf(order, now) >= row.requiredMinor;

  const computed = {
    status: orderStatus(order, payments),
    securedMinor: secured,
    heldMinor: holds.reduce((sum, payment) => sum + securedBy(payment), 0n),
    paymentState: lead?.state ?? null,
    needsReview,
    accepted,
    acceptedUntil: accepted ? lastsUntil(order, payments, now) : null,
    nextDeadlineKind: deadline?.kind ?? null,
    nextDeadlineAt: deadline?.at ?? null,
  };
  await sendAhead(tx, saveOrder(tx, row.id, { ...changes, ...computed }));
  const after: OrderRow = { ...row, ...computed };
  locked.order = after;

  const moved = before.status !== after.status;
  const by = { actor: { id: "holdpoint", name: "Holdpoint" }, source: "holdpoint" } as const;
  const why = () => ({ code: gate(order, payments, now)[0]?.code ?? null });
  if (moved && before.status === "pending_prepayment" && after.status === "released")
    story.timeline.push({
      orderId: row.id,
      kind: "order.released_by_payment",
      params: { amount: moneyView(secured, row.currency) },
      ...by,
    });
  if (moved && before.status === "released" && after.status === "pending_prepayment")
    story.timeline.push({
      orderId: row.id,
      kind: "order.status_back",
      params: { status: after.status, ...why() },
      ...by,
    });
  // Both ways also without a change of status: a hold inside its margin, an ended waiver, a payment under review.
  const standing = before.releasedAt !== null && row.releasedAt !== null && row.cancelledAt === null;
  if (standing && before.accepted && !accepted)
    story.timeline.push({
      orderId: row.id,
      kind: "gate.closed",
      params: why(),
      ...by,
    });
  if (standing && !before.accepted && accepted && !moved)
    story.timeline.push({ orderId: row.id, kind: "gate.opened", params: {}, ...by });
  if (moved)
    story.audits.push({
      actor: auditActor(actor),
      action: "order.status",
      entity: "order",
      entityId: row.id,
      before: { status: before.status },
      after: { status: after.status, secured, required: row.requiredMinor },
    });
  return after;
}

/**
 * Until when the cover lasts by itself: the first end of a hold or a waiver at which what is left no longer suffices. Null:
 * for good.
 */
function lastsUntil(order: OrderForGate, payments: readonly PaymentForGate[], now: Date): Date | null {
  const ends = [...payments.map(holdUsableUntil), ...(order.waivers ?? []).map((waiver) => waiver.endsAt)]
    .filter((end): end is Date => end !== null && end.getTime() > now.getTime())
    .sort((a, b) => a.getTime() - b.getTime());
  return ends.find((end) => coveredOf(order, payments, end) + waivedOf(order, end) < order.requiredMinor) ?? null;
}
