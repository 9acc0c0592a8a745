import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { MoneyView } from "#lib/domain/money";
import type { Tx } from "../client.ts";
import { preparedInsert } from "../prepared.ts";
import { orderTimeline } from "../schema/orders.ts";
import { sendAhead } from "../transact.ts";

/** Each kind has a sentence in both languages (namespace `timeline`) and belongs to one filter of the page. */
const GROUPS = {
  "order.created": "document",
  "order.edited": "document",
  "order.released": "document",
  "order.released_by_payment": "money",
  "order.reopened": "document",
  "order.cancelled": "document",
  "order.cancel_requested": "document",
  "order.cancel_stopped": "money",
  "order.status_back": "money",
  "link.requested": "system",
  "link.created": "money",
  "link.refused": "money",
  "link.unknown": "system",
  "link.cancel_requested": "system",
  "link.cancelled": "money",
  "link.expired": "money",
  "link.replaced": "money",
  "link.shared": "messages",
  "page.opened": "messages",
  "page.link_asked": "messages",
  "message.sent": "messages",
  "message.refused": "messages",
  "message.failed": "messages",
  "message.delayed": "messages",
  "message.bounced": "messages",
  "payment.processing": "money",
  "payment.held": "money",
  "payment.captured": "money",
  "payment.failed": "money",
  "payment.hold_released": "money",
  "hold.expiring": "money",
  "hold.ended": "money",
  "gate.closed": "money",
  "gate.opened": "money",
  "payment.refunded": "money",
  "payment.review": "money",
  "payment.deleted": "document",
  "payment.attached_to": "money",
  "payment.attached_from": "money",
  "payment.set_aside": "money",
  "payment.recorded": "money",
  "payment.recorded_waiting": "money",
  "payment.approved": "money",
  "payment.not_approved": "money",
  "payment.reversed": "money",
  "review.answered": "money",
  "waiver.requested": "document",
  "waiver.approved": "document",
  "waiver.revoked": "document",
  "finalize.requested": "money",
  "finalize.refused": "money",
  "finalize.unknown": "system",
  "release_hold.requested": "money",
  "release_hold.refused": "money",
  "refund.proposed": "money",
  "refund.requested": "money",
  "refund.refused": "money",
  "payment.checked": "system",
  "shipment.created": "document",
  "invoice.created": "document",
} as const satisfies Record<string, "money" | "messages" | "document" | "system">;
export type TimelineKind = keyof typeof GROUPS;

export type TimelineFact = {
  orderId: OrderId;
  paymentId?: PaymentId | null;
  kind: TimelineKind;
  params?: Record<string, MoneyView | string | number | null>;
  actor: { id: string; name: string };
  source: "person" | "webhook" | "bank" | "task" | "customer" | "api" | "holdpoint";
};

const insertTimeline = preparedInsert(
  orderTimeline,
  ["orderId", "paymentId", "kind", "group", "params", "actorId", "actorName", "source"],
  (insert) => insert,
);

/** Adds sentences to an order's timeline, in the transaction of what they tell. */
export async function tell(tx: Tx, ...facts: TimelineFact[]): Promise<void> {
  if (facts.length === 0) return;
  const told = insertTimeline(
    tx,
    facts.map(({ orderId, paymentId, kind, params, actor, source }) => ({
      orderId,
      paymentId: paymentId ?? null,
      kind,
      group: GROUPS[kind],
      params: params ?? {},
      actorId: actor.id,
      actorName: source === "person" || source === "api" ? actor.name : null,
      source,
    })),
  );
  await sendAhead(tx, told);
}
