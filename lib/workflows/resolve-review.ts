import type { Tx } from "#db/client";
import { brokenConstraint } from "#db/fault";
import { insertAllocation } from "#db/queries/allocations";
import { type LockedOrder, lockOrder } from "#db/queries/order-locks";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import { findPayment, savePayment } from "#db/queries/payments";
import { closeTask, findTask, type Resolution, type ReviewTaskRow, saveOpenTask } from "#db/queries/review-tasks";
import { transact } from "#db/transact";
import type { OrderId, PaymentId, ReviewTaskId, UserId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { missingOf, securedOf } from "#lib/domain/order";
import { isLive, type ReviewReason, securedMinor } from "#lib/domain/payment";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { answersFor, type ReviewAnswer, type ReviewCause } from "#lib/domain/review";
import { cancelPayment } from "./cancel-payment.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseHold } from "./release-hold.ts";
import { closing } from "./review-tasks.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

export type ReviewInput = { answer: ReviewAnswer; note: string; toOrderId?: OrderId | null | undefined };

/**
 * Answers a review task and does what the answer says: accept (it counts for this order, and a newer link that is no longer
 * needed is cancelled), refund (the task closes itself when the money has gone back), attach to another order, dismiss with
 * a note. Everything is written: who, when, why.
 */
export async function resolveReview(
  world: World,
  actor: Actor,
  taskId: ReviewTaskId,
  input: ReviewInput,
): Promise<Result<{ taskId: ReviewTaskId; pending: boolean }, Refusal>> {
  const task = await findTask(world.db, taskId);
  if (!task) return refuse(notFound("review"));
  if (task.closedAt)
    return refuse(
      blocked(blocker("REVIEW_CLOSED", "review", "finance", ["open_review"], { name: task.closedByName ?? "" })),
    );
  if (input.answer === "refund") return refundAnswer(world, actor, task, input);
  if (!task.orderId) return dismissWebhook(world, actor, task, input);
  return withAllocationLimit(() => decide(world, actor, task, input));
}

async function decide(
  world: World,
  actor: Actor,
  task: ReviewTaskRow,
  input: ReviewInput,
): Promise<Result<{ taskId: ReviewTaskId; pending: boolean }, Refusal>> {
  const decided = await transact<{ surplusLink: PaymentId | null }, Refusal>(world.db, async (tx) => {
    const both = await lockBoth(
      tx,
      task.orderId as OrderId,
      input.answer === "attach" ? (input.toOrderId ?? null) : null,
    );
    if (!both.ok) return both;
    const { own, other } = both.value;
    const payment = own.payments.find((row) => row.id === task.paymentId) ?? null;
    if (!fits(task, payment, own, input.answer)) return refuse(invalid({ field: "answer", code: "not_possible" }));

    const story = emptyStory();
    if (payment) await acceptReason(tx, own, payment, task.cause as ReviewReason);
    if (input.answer === "attach") {
      if (!payment || !other) return refuse(invalid({ field: "toOrderId", code: "required" }));
      const attached = await attach(tx, world, actor, own, other, payment, input.note, story);
      if (!attached.ok) return attached;
    }
    const resolution = ({ accept: "accepted", attach: "attached", dismiss: "dismissed", refund: "refunded" } as const)[
      input.answer
    ];
    await closeTask(tx, task.id, closing(world, { actor, resolution, note: input.note }));
    tellAnswer(story, actor, task, resolution, input.note);
    await refreshOrder(tx, own, {}, world.now(), actor, story);
    if (other) await refreshOrder(tx, other, {}, world.now(), actor, story);
    await tellStory(tx, story);

    const rows = paymentsForGate(own);
    const covered = missingOf(own.order.requiredMinor, securedOf(lockedForGate(own), rows)) === 0n;
    const live = own.payments.find((row) => isLive(row.state));
    return ok({ surplusLink: covered && live && input.answer === "accept" ? live.id : null });
  });
  if (!decided.ok) return decided;
  // Nobody needs the newer link any more; should it have been paid this moment, that is a duplicate and a task of its own.
  if (decided.value.surplusLink) await cancelPayment(world, actor, decided.value.surplusLink, { reason: input.note });
  return ok({ taskId: task.id, pending: false });
}

const fits = (task: ReviewTaskRow, payment: PaymentRow | null, { order }: LockedOrder, answer: ReviewAnswer): boolean =>
  answersFor(task.cause as ReviewCause, {
    held: payment?.state === "withholding",
    taken: (payment?.capturedMinor ?? 0n) > (payment?.refundedMinor ?? 0n),
    orderCancelled: order.cancelledAt !== null,
  }).includes(answer);

/** Both orders' locks, ids ascending. */
async function lockBoth(
  tx: Tx,
  ownId: OrderId,
  otherId: OrderId | null,
): Promise<Result<{ own: LockedOrder; other: LockedOrder | null }, Refusal>> {
  if (otherId === ownId) return refuse(invalid({ field: "toOrderId", code: "same_order" }));
  const locked = new Map<OrderId, LockedOrder | null>();
  for (const id of [ownId, ...(otherId ? [otherId] : [])].sort()) locked.set(id, await lockOrder(tx, id));
  const own = locked.get(ownId);
  const other = otherId ? locked.get(otherId) : null;
  if (!own) return refuse(notFound("order"));
  if (otherId && !other) return refuse(invalid({ field: "toOrderId", code: "unknown_id" }));
  if (other && other.order.currency !== own.order.currency)
    return refuse(invalid({ field: "toOrderId", code: "other_currency", params: { currency: own.order.currency } }));
  if (other?.order.cancelledAt) return refuse(invalid({ field: "toOrderId", code: "order_cancelled" }));
  return ok({ own, other: other ?? null });
}

async function acceptReason(tx: Tx, locked: LockedOrder, payment: PaymentRow, reason: ReviewReason): Promise<void> {
  const reviewAccepted = [...new Set([...payment.reviewAccepted, reason])];
  const changes = {
    reviewAccepted,
    needsReview: payment.reviewReasons.some((candidate) => !reviewAccepted.includes(candidate)),
  };
  await savePayment(tx, payment.id, changes);
  Object.assign(payment, changes);
  locked.payments = locked.payments.map((row) => (row.id === payment.id ? payment : row));
}

/** All that the payment has left counts for the other order from now on. */
async function attach(
  tx: Tx,
  world: World,
  actor: Actor,
  own: LockedOrder,
  other: LockedOrder,
  payment: PaymentRow,
  reason: string,
  story: Story,
): Promise<Result<null, Refusal>> {
  const left = securedMinor(factsOf(payment)) - (own.attachedElsewhere.get(payment.id) ?? 0n);
  if (left <= 0n) return refuse(invalid({ field: "answer", code: "not_possible" }));
  await insertAllocation(tx, {
    id: newId(world, "alc"),
    paymentId: payment.id,
    fromOrderId: own.order.id,
    toOrderId: other.order.id,
    amountMinor: left,
    currency: payment.currency,
    reason,
    createdBy: actor.id as UserId,
  });
  own.attachedElsewhere.set(payment.id, (own.attachedElsewhere.get(payment.id) ?? 0n) + left);
  other.attachedMinor += left;
  const said = { paymentId: payment.id, actor, source: sourceOf(actor) } as const;
  const amount = moneyView(left, payment.currency);
  story.timeline.push(
    { ...said, orderId: own.order.id, kind: "payment.attached_to", params: { amount, order: other.order.number } },
    { ...said, orderId: other.order.id, kind: "payment.attached_from", params: { amount, order: own.order.number } },
  );
  return ok(null);
}

/** Money that goes back: the task stays open until the provider says it has, then closes itself. */
async function refundAnswer(
  world: World,
  actor: Actor,
  task: ReviewTaskRow,
  input: ReviewInput,
): Promise<Result<{ taskId: ReviewTaskId; pending: boolean }, Refusal>> {
  if (!task.paymentId) return refuse(invalid({ field: "answer", code: "not_possible" }));
  const payment = await findPayment(world.db, task.paymentId);
  if (!payment) return refuse(notFound("payment"));
  const back =
    payment.state === "withholding"
      ? await releaseHold(world, actor, payment.id)
      : await refundPayment(world, actor, payment.id, {
          amountMinor: task.cause === "overpaid" ? payment.capturedMinor - payment.amountMinor : null,
          reason: input.note,
        });
  if (!back.ok) return back;
  const ownerId = actor.role ? (actor.id as UserId) : task.ownerId;
  await saveOpenTask(world.db, task.id, { note: input.note, ownerId });
  return ok({ taskId: task.id, pending: back.value.pending });
}

async function dismissWebhook(
  world: World,
  actor: Actor,
  task: ReviewTaskRow,
  input: ReviewInput,
): Promise<Result<{ taskId: ReviewTaskId; pending: boolean }, Refusal>> {
  if (input.answer !== "dismiss") return refuse(invalid({ field: "answer", code: "not_possible" }));
  return transact(world.db, async (tx) => {
    await closeTask(tx, task.id, closing(world, { actor, resolution: "dismissed", note: input.note }));
    const story = emptyStory();
    tellAnswer(story, actor, task, "dismissed", input.note);
    await tellStory(tx, story);
    return ok({ taskId: task.id, pending: false });
  });
}

function tellAnswer(story: Story, actor: Actor, task: ReviewTaskRow, resolution: Resolution, note: string): void {
  if (task.orderId)
    story.timeline.push({
      orderId: task.orderId,
      paymentId: task.paymentId,
      kind: "review.answered",
      params: { reason: task.cause, resolution, note },
      actor,
      source: sourceOf(actor),
    });
  story.audits.push({
    actor: auditActor(actor),
    action: "review.resolve",
    entity: task.paymentId ? "payment" : "order",
    entityId: task.paymentId ?? task.orderId ?? task.id,
    before: { cause: task.cause, taskId: task.id },
    after: { resolution },
    reason: note,
  });
}

async function withAllocationLimit<T>(work: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
  try {
    return await work();
  } catch (fault) {
    if (brokenConstraint(fault) === "allocation_too_large")
      return refuse(invalid({ field: "answer", code: "not_possible" }));
    throw fault;
  }
}
