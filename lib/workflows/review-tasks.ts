import type { Tx } from "#db/client";
import type { PaymentRow } from "#db/queries/payment-rows";
import {
  closeTasksOfOrder,
  closeTasksOfPayment,
  insertTaskUnlessOpen,
  type NewReviewTask,
  type Resolution,
  type TaskEnd,
} from "#db/queries/review-tasks";
import type { OrderId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import type { ReviewReason } from "#lib/domain/payment";
import { REVIEW_DUE_HOURS, type ReviewCause } from "#lib/domain/review";
import { type Actor, newId, type World } from "./world.ts";

/** Opens a task for each cause that has none open. The second report of the same cause opens nothing. */
export async function openPaymentTasks(
  tx: Tx,
  world: World,
  payment: PaymentRow,
  reasons: readonly ReviewReason[],
): Promise<void> {
  for (const cause of reasons)
    await openTask(tx, world, cause, {
      orderId: payment.orderId,
      paymentId: payment.id,
      details: {
        asked: moneyView(payment.amountMinor, payment.currency),
        held: moneyView(payment.heldMinor, payment.currency),
        captured: moneyView(payment.capturedMinor, payment.currency),
        refunded: moneyView(payment.refundedMinor, payment.currency),
        state: payment.state,
        attempt: payment.attempt,
        provider: payment.provider,
        ended: payment.ended ?? (payment.withdrawn ? "withdrawn" : null),
      },
    });
}

export async function openTask(
  tx: Tx,
  world: World,
  cause: ReviewCause,
  about: Pick<Partial<NewReviewTask>, "orderId" | "paymentId" | "inboxId" | "details">,
): Promise<void> {
  await insertTaskUnlessOpen(tx, {
    id: newId(world, "rev"),
    cause,
    ...about,
    openedAt: world.now(),
    dueAt: new Date(world.now().getTime() + REVIEW_DUE_HOURS[cause] * 3_600_000),
  });
}

/** Closes the open tasks of a payment for these causes: the cause has gone, or a person has answered. */
export async function closePaymentTasks(
  tx: Tx,
  world: World,
  payment: Pick<PaymentRow, "id">,
  causes: readonly ReviewReason[],
  by: { actor: Actor; resolution: Resolution; note: string | null },
): Promise<void> {
  if (causes.length > 0) await closeTasksOfPayment(tx, payment.id, causes, closing(world, by));
}

/** Closes an order's own open tasks of a cause. */
export async function closeOrderTasks(
  tx: Tx,
  world: World,
  orderId: OrderId,
  cause: ReviewCause,
  actor: Actor,
): Promise<void> {
  await closeTasksOfOrder(tx, orderId, cause, closing(world, { actor, resolution: "cause_gone", note: null }));
}

export const closing = (
  world: World,
  { actor, resolution, note }: { actor: Actor; resolution: Resolution; note: string | null },
): TaskEnd => ({
  closedAt: world.now(),
  closedById: actor.id,
  closedByName: actor.name,
  resolution,
  // A task that closes by itself keeps what a person wrote when asking for it (a refund's reason).
  ...(note === null ? {} : { note }),
});
