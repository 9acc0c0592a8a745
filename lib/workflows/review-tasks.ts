import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Tx } from "#db/client";
import type { PaymentRow } from "#db/queries/payment-rows";
import { reviewTasks } from "#db/schema/review";
import type { OrderId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import type { ReviewReason } from "#lib/domain/payment";
import { REVIEW_DUE_HOURS, type ReviewCause } from "#lib/domain/review";
import { type Actor, newId, type World } from "./world.ts";

export type Resolution = NonNullable<(typeof reviewTasks.$inferSelect)["resolution"]>;

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
  about: Pick<Partial<typeof reviewTasks.$inferInsert>, "orderId" | "paymentId" | "inboxId" | "details">,
): Promise<void> {
  await tx
    .insert(reviewTasks)
    .values({
      id: newId(world, "rev"),
      cause,
      ...about,
      openedAt: world.now(),
      dueAt: new Date(world.now().getTime() + REVIEW_DUE_HOURS[cause] * 3_600_000),
    })
    .onConflictDoNothing();
}

/** Closes the open tasks of a payment for these causes: the cause has gone, or a person has answered. */
export async function closePaymentTasks(
  tx: Tx,
  world: World,
  payment: Pick<PaymentRow, "id">,
  causes: readonly ReviewReason[],
  by: { actor: Actor; resolution: Resolution; note: string | null },
): Promise<void> {
  if (causes.length === 0) return;
  await tx
    .update(reviewTasks)
    .set(closing(world, by))
    .where(
      and(eq(reviewTasks.paymentId, payment.id), inArray(reviewTasks.cause, [...causes]), isNull(reviewTasks.closedAt)),
    );
}

/** Closes an order's own open tasks of a cause. */
export async function closeOrderTasks(
  tx: Tx,
  world: World,
  orderId: OrderId,
  cause: ReviewCause,
  actor: Actor,
): Promise<void> {
  await tx
    .update(reviewTasks)
    .set(closing(world, { actor, resolution: "cause_gone", note: null }))
    .where(and(eq(reviewTasks.orderId, orderId), eq(reviewTasks.cause, cause), isNull(reviewTasks.closedAt)));
}

export const closing = (
  world: World,
  { actor, resolution, note }: { actor: Actor; resolution: Resolution; note: string | null },
) => ({
  closedAt: world.now(),
  closedById: actor.id,
  closedByName: actor.name,
  resolution,
  note,
});
