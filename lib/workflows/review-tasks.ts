import type { Tx } from "#db/client";
import type { PaymentRow } from "#db/queries/payment-rows";
import {
  closeTasksOfOrder,
  closeTasksOfPayment,
  closeTasksOfWebhook,
  insertReviewEvents,
  insertTaskUnlessOpen,
  type NewReviewEvent,
  type NewReviewTask,
  openTasksOfPayment,
  ownerOfOrdersTasks,
  type Resolution,
  type ReviewTaskRow,
  type TaskEnd,
} from "#db/queries/review-tasks";
import type { OrderId, ReviewTaskId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import type { ReviewReason } from "#lib/domain/payment";
import { blocked, blocker } from "#lib/domain/refusal";
import { refuse } from "#lib/domain/result";
import { closedBy, REVIEW_DUE_HOURS, type ReviewCause } from "#lib/domain/review";
import { notify } from "./notify.ts";
import { type Actor, newId, type World } from "./world.ts";

/** Opens a task for each cause that has none open. The second report of the same cause opens nothing. */
export async function openPaymentTasks(
  tx: Tx,
  world: World,
  payment: PaymentRow,
  reasons: readonly ReviewReason[],
  actor: Actor,
): Promise<void> {
  for (const cause of reasons)
    await openTask(tx, world, actor, cause, {
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

/** An order's further task goes to whoever looks after its first; otherwise nobody owns it yet. */
export async function openTask(
  tx: Tx,
  world: World,
  actor: Actor,
  cause: ReviewCause,
  about: Pick<Partial<NewReviewTask>, "orderId" | "paymentId" | "inboxId" | "details">,
): Promise<void> {
  const id = newId(world, "rev");
  const ownerId = about.orderId ? await ownerOfOrdersTasks(tx, about.orderId) : null;
  const dueAt = new Date(world.now().getTime() + REVIEW_DUE_HOURS[cause] * 3_600_000);
  const opened = await insertTaskUnlessOpen(tx, { id, cause, ...about, ownerId, openedAt: world.now(), dueAt });
  if (!opened) return;
  await noteStep(tx, world, actor, [{ id }], "opened");
  await notify(tx, {
    kind: "review_task",
    to: ownerId ? [ownerId] : ["finance"],
    orderId: about.orderId ?? null,
    paymentId: about.paymentId ?? null,
    params: { how: cause, reviewId: id, until: dueAt.toISOString() },
    dedupeKey: `review_task:${id}`,
  });
}

/** A line of the history of each of these tasks. */
export async function noteStep(
  tx: Tx,
  world: World,
  actor: Actor,
  tasks: readonly { id: ReviewTaskId }[],
  kind: NewReviewEvent["kind"],
  params: NonNullable<NewReviewEvent["params"]> = {},
): Promise<void> {
  await insertReviewEvents(
    tx,
    ...tasks.map(({ id }) => ({
      taskId: id,
      at: world.now(),
      kind,
      actorKind: actor.kind,
      actorName: actor.name,
      params,
    })),
  );
}

/** What a report changed about a payment that somebody is asked about, for the history of those tasks. */
export async function noteFacts(
  tx: Tx,
  world: World,
  actor: Actor,
  before: PaymentRow,
  after: PaymentRow,
): Promise<void> {
  const moved =
    before.state !== after.state ||
    before.heldMinor !== after.heldMinor ||
    before.capturedMinor !== after.capturedMinor ||
    before.refundedMinor !== after.refundedMinor;
  if (!moved || before.reviewReasons.length === 0) return;
  await noteStep(tx, world, actor, await openTasksOfPayment(tx, after.id), "facts", {
    state: after.state,
    held: moneyView(after.heldMinor, after.currency),
    captured: moneyView(after.capturedMinor, after.currency),
    refunded: moneyView(after.refundedMinor, after.currency),
  });
}

type End = { actor: Actor; resolution: Resolution; note: string | null };

/** Closes the open tasks of a payment for these causes: the cause has gone, or a person has answered. */
export async function closePaymentTasks(
  tx: Tx,
  world: World,
  payment: Pick<PaymentRow, "id">,
  causes: readonly ReviewCause[],
  by: End,
): Promise<void> {
  if (causes.length === 0) return;
  await noteEnd(tx, world, by, await closeTasksOfPayment(tx, payment.id, causes, closing(world, by)));
}

/** Closes an order's own open tasks of a cause. */
export async function closeOrderTasks(
  tx: Tx,
  world: World,
  orderId: OrderId,
  cause: ReviewCause,
  actor: Actor,
): Promise<void> {
  const by: End = { actor, resolution: "cause_gone", note: null };
  await noteEnd(tx, world, by, await closeTasksOfOrder(tx, orderId, cause, closing(world, by)));
}

/** A webhook has found its payment after all. */
export async function closeWebhookTasks(tx: Tx, world: World, inboxId: bigint, actor: Actor): Promise<void> {
  const by: End = { actor, resolution: "cause_gone", note: null };
  await noteEnd(tx, world, by, await closeTasksOfWebhook(tx, inboxId, closing(world, by)));
}

export const noteEnd = (
  tx: Tx,
  world: World,
  { actor, resolution, note }: End,
  tasks: readonly { id: ReviewTaskId }[],
): Promise<void> => noteStep(tx, world, actor, tasks, "closed", { resolution, note });

/** What whoever comes second hears. */
export const closedAlready = (task: ReviewTaskRow) =>
  refuse(blocked(blocker("REVIEW_CLOSED", "review", "finance", ["open_review"], { name: closedBy(task) ?? "" })));

export const closing = (world: World, { actor, resolution, note }: End): TaskEnd => ({
  closedAt: world.now(),
  closedById: actor.id,
  closedByName: actor.name,
  resolution,
  // A task that closes by itself keeps what a person wrote when asking for it (a refund's reason).
  ...(note === null ? {} : { note }),
});
