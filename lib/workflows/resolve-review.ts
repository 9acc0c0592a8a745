import type { Tx } from "#db/client";
import { brokenConstraint } from "#db/fault";
import { type LockedOrder, lockOrder } from "#db/queries/order-locks";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import { findPayment, savePayment } from "#db/queries/payments";
import {
  closeTask,
  closeTasksOfPayment,
  findTask,
  lockTask,
  type Resolution,
  type ReviewTaskRow,
  saveOpenTask,
} from "#db/queries/review-tasks";
import { transact } from "#db/transact";
import type { OrderId, PaymentId, ReviewTaskId, UserId } from "#lib/domain/ids";
import { type MoneyView, moneyView } from "#lib/domain/money";
import { missingOf, securedOf } from "#lib/domain/order";
import { isLive, type ReviewReason, securedMinor } from "#lib/domain/payment";
import { invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import {
  answersFor,
  MONEY_CAUSES,
  needsNote,
  type ReviewAnswer,
  type ReviewCause,
  setsAside,
} from "#lib/domain/review";
import { attachMoney, setAsideMoney } from "./attach-money.ts";
import { attachWebhook, type WebhookNames } from "./attach-webhook.ts";
import { cancelPayment } from "./cancel-payment.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { applyObservation } from "./record-observation.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseHold } from "./release-hold.ts";
import { requestNewLink } from "./request-new-link.ts";
import { closedAlready, closing, noteEnd, noteStep, openTask } from "./review-tasks.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import { syncPayment } from "./sync-payment.ts";
import { withdrawal } from "./withdrawal.ts";
import type { Actor, World } from "./world.ts";

export type ReviewInput = { answer: ReviewAnswer; note: string; toOrderId?: OrderId | null | undefined };

type Answered = Result<{ taskId: ReviewTaskId; pending: boolean }, Refusal>;

/**
 * Answers a review task and does what the answer says: accept (it counts for this order, and a newer link that is no longer
 * needed is cancelled), refund (the task closes itself when the money has gone back), attach to another order, a new link for
 * what is missing, ask the provider again, dismiss with a note (money is set aside and counts for nothing). Everything is
 * written: who, when, why.
 */
export async function resolveReview(
  world: World,
  actor: Actor,
  taskId: ReviewTaskId,
  input: ReviewInput,
): Promise<Answered> {
  const task = await findTask(world.db, taskId);
  if (!task) return refuse(notFound("review"));
  if (task.closedAt) return closedAlready(task);
  if (needsNote(input.answer) && input.note.length < 3) return refuse(invalid({ field: "note", code: "too_short" }));
  switch (input.answer) {
    case "refund":
      return refundAnswer(world, actor, task, input);
    case "ask":
      return askAnswer(world, actor, task);
    case "new_link":
      return newLinkAnswer(world, actor, task, input);
    default:
      if (task.orderId) return withAllocationLimit(() => decide(world, actor, task, input));
      return task.inboxId !== null && input.answer === "attach"
        ? attachAnswer(world, actor, task, task.inboxId, input)
        : dismissWebhook(world, actor, task, input);
  }
}

const RESOLUTIONS = { accept: "accepted", attach: "attached", dismiss: "dismissed" } as const;

async function decide(world: World, actor: Actor, task: ReviewTaskRow, input: ReviewInput): Promise<Answered> {
  const { answer, note } = input;
  if (answer !== "accept" && answer !== "attach" && answer !== "dismiss") return notPossible();
  const decided = await transact<{ surplusLink: PaymentId | null }, Refusal>(world.db, async (tx) => {
    const both = await lockBoth(tx, task.orderId as OrderId, answer === "attach" ? (input.toOrderId ?? null) : null);
    if (!both.ok) return both;
    const { own, other } = both.value;
    // Of two people who answer at once the second hears who was first.
    const now = await lockTask(tx, task.id);
    if (now?.closedAt) return closedAlready(now);
    const payment = own.payments.find((row) => row.id === task.paymentId) ?? null;
    if (!fits(task, payment, own, answer)) return notPossible();

    const story = emptyStory();
    const resolution = RESOLUTIONS[answer];
    const by = { actor, resolution, note };
    const cause = task.cause as ReviewCause;
    const aside = answer === "dismiss" && setsAside(cause);
    if (payment && aside) {
      // Set aside as a whole: every question about the same money is answered with it.
      const closed = await closeTasksOfPayment(tx, payment.id, MONEY_CAUSES, closing(world, by));
      await acceptReasons(tx, own, payment, MONEY_CAUSES);
      await setAsideMoney(tx, world, actor, own, payment, note, story);
      await noteEnd(tx, world, by, closed);
    } else {
      if (payment) await acceptReasons(tx, own, payment, [task.cause as ReviewReason]);
      if (answer === "attach") {
        if (!payment || !other) return refuse(invalid({ field: "toOrderId", code: "required" }));
        if (!(await attachMoney(tx, world, actor, own, other, payment, note, story))) return notPossible();
      }
      if (payment && cause === "outcome_unknown" && isLive(payment.state))
        await withdraw(tx, world, actor, own, payment, story);
      await closeTask(tx, task.id, closing(world, by));
      await noteEnd(tx, world, by, [task]);
    }
    tellAnswer(story, actor, task, resolution, note);
    await refreshOrder(tx, own, {}, world.now(), actor, story);
    if (other) await refreshOrder(tx, other, {}, world.now(), actor, story);
    if (payment && (aside || answer === "attach")) await watchShippedGoods(tx, world, actor, own, payment);
    await tellStory(tx, story);

    const rows = paymentsForGate(own);
    const covered = missingOf(own.order.requiredMinor, securedOf(lockedForGate(own), rows)) === 0n;
    const live = own.payments.find((row) => isLive(row.state));
    return ok({ surplusLink: covered && live && answer === "accept" ? live.id : null });
  });
  if (!decided.ok) return decided;
  // Nobody needs the newer link any more; should it have been paid this moment, that is a duplicate and a task of its own.
  if (decided.value.surplusLink) await cancelPayment(world, actor, decided.value.surplusLink, { reason: note });
  return ok({ taskId: task.id, pending: false });
}

const notPossible = () => refuse(invalid({ field: "answer", code: "not_possible" }));

const fits = (task: ReviewTaskRow, payment: PaymentRow | null, { order }: LockedOrder, answer: ReviewAnswer): boolean =>
  answersFor(task.cause as ReviewCause, {
    held: payment?.state === "withholding",
    taken: (payment?.capturedMinor ?? 0n) > (payment?.refundedMinor ?? 0n),
    orderCancelled: order.cancelledAt !== null,
    missing: order.requiredMinor > order.securedMinor,
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

/** A person has looked at these; what else there is stays asked. */
async function acceptReasons(
  tx: Tx,
  locked: LockedOrder,
  payment: PaymentRow,
  reasons: readonly ReviewReason[],
): Promise<void> {
  const seen = reasons.filter((reason) => payment.reviewReasons.includes(reason));
  const reviewAccepted = [...new Set([...payment.reviewAccepted, ...seen])];
  const changes = {
    reviewAccepted,
    needsReview: payment.reviewReasons.some((candidate) => !reviewAccepted.includes(candidate)),
  };
  await savePayment(tx, payment.id, changes);
  Object.assign(payment, changes);
  locked.payments = locked.payments.map((row) => (row.id === payment.id ? payment : row));
}

/** Nobody learnt how a link ended, and a person says it is over: it is not served any more, and late money is asked about. */
async function withdraw(
  tx: Tx,
  world: World,
  actor: Actor,
  own: LockedOrder,
  payment: PaymentRow,
  story: Story,
): Promise<void> {
  const observation = withdrawal(payment.id);
  await applyObservation(tx, world, own, payment.id, { observation, source: "action", sourceRef: null, actor }, story);
}

/** Goods that left on this money are without it now: somebody collects it. */
async function watchShippedGoods(
  tx: Tx,
  world: World,
  actor: Actor,
  own: LockedOrder,
  payment: PaymentRow,
): Promise<void> {
  if (own.order.shipped === "none") return;
  const missing = missingOf(own.order.requiredMinor, securedOf(lockedForGate(own), paymentsForGate(own)));
  if (missing === 0n) return;
  await openTask(tx, world, actor, "cover_lost_after_shipping", {
    orderId: own.order.id,
    paymentId: payment.id,
    details: { missing: moneyView(missing, own.order.currency), state: payment.state },
  });
}

/** Money that goes back: the task stays open until the provider says it has, then closes itself. */
async function refundAnswer(world: World, actor: Actor, task: ReviewTaskRow, input: ReviewInput): Promise<Answered> {
  if (!task.paymentId) return notPossible();
  const payment = await findPayment(world.db, task.paymentId);
  if (!payment) return refuse(notFound("payment"));
  const partMinor = task.cause === "refund_proposed" ? proposedOf(task, payment) : null;
  const back =
    payment.state !== "withholding"
      ? await refundPayment(world, actor, payment.id, {
          amountMinor: task.cause === "overpaid" ? payment.capturedMinor - payment.amountMinor : partMinor,
          reason: input.note,
        })
      : partMinor === null || partMinor >= payment.heldMinor
        ? await releaseHold(world, actor, payment.id)
        : // A hold cannot be made smaller: what is kept of it is taken now, and the rest goes back.
          await finalizeHold(world, actor, payment.id, { amountMinor: payment.heldMinor - partMinor });
  if (!back.ok) return back;
  await keepAnswered(world, actor, task, input);
  return ok({ taskId: task.id, pending: back.value.pending });
}

/** What a proposal is about, as far as it is still there. */
function proposedOf(task: ReviewTaskRow, payment: PaymentRow): bigint {
  const amount = (task.details.amount as MoneyView | undefined)?.amount ?? 0;
  const left = securedMinor(factsOf(payment));
  return BigInt(amount) < left ? BigInt(amount) : left;
}

const ASKING_FOR_MORE: ReadonlySet<string> = new Set<ReviewCause>([
  "cover_lost_after_shipping",
  "left_on_waiver",
  "external_refund",
]);

/** The customer is asked for what is missing, by one link in place of whatever still lives; the task closes itself when the order is covered again. */
async function newLinkAnswer(world: World, actor: Actor, task: ReviewTaskRow, input: ReviewInput): Promise<Answered> {
  if (!task.orderId || !ASKING_FOR_MORE.has(task.cause)) return notPossible();
  const link = await requestNewLink(world, actor, task.orderId, { replace: true, tellCustomer: true });
  if (!link.ok) return link;
  await keepAnswered(world, actor, task, input);
  return ok({ taskId: task.id, pending: link.value.pending });
}

/** The provider is asked now; whatever it says enters by the one door, and closes the task where it answers the question. */
async function askAnswer(world: World, actor: Actor, task: ReviewTaskRow): Promise<Answered> {
  if (!task.paymentId) return notPossible();
  const asked = await syncPayment(world, actor, task.paymentId);
  if (!asked.ok) return asked;
  return ok({ taskId: task.id, pending: asked.value.pending });
}

/** The answer is under way: whoever gave it looks after the task until it closes by itself. */
async function keepAnswered(world: World, actor: Actor, task: ReviewTaskRow, input: ReviewInput): Promise<void> {
  const ownerId = actor.role && actor.kind === "user" ? (actor.id as UserId) : task.ownerId;
  await transact<null, never>(world.db, async (tx) => {
    await saveOpenTask(tx, task.id, { note: input.note, ownerId });
    await noteStep(tx, world, actor, [task], "answered", { answer: input.answer, note: input.note });
    return ok(null);
  });
}

/** A webhook that named no payment of ours is the news of this order's link: the provider is asked, and its answer recorded. */
async function attachAnswer(
  world: World,
  actor: Actor,
  task: ReviewTaskRow,
  inboxId: bigint,
  input: ReviewInput,
): Promise<Answered> {
  if (!input.toOrderId) return refuse(invalid({ field: "toOrderId", code: "required" }));
  const { reference, providerPaymentId } = task.details as Partial<WebhookNames>;
  const names = { reference: reference ?? null, providerPaymentId: providerPaymentId ?? null };
  const attached = await attachWebhook(world, actor, inboxId, names, input.toOrderId, async (tx, to) => {
    const now = await lockTask(tx, task.id);
    if (!now || now.closedAt) return;
    const by = { actor, resolution: "attached", note: input.note } as const;
    await closeTask(tx, task.id, closing(world, by));
    await noteEnd(tx, world, by, [task]);
    const story = emptyStory();
    tellAnswer(story, actor, { ...task, ...to }, "attached", input.note);
    await tellStory(tx, story);
  });
  return attached.ok ? ok({ taskId: task.id, pending: false }) : attached;
}

async function dismissWebhook(world: World, actor: Actor, task: ReviewTaskRow, input: ReviewInput): Promise<Answered> {
  if (input.answer !== "dismiss") return notPossible();
  return transact(world.db, async (tx) => {
    const now = await lockTask(tx, task.id);
    if (now?.closedAt) return closedAlready(now);
    const by = { actor, resolution: "dismissed", note: input.note } as const;
    await closeTask(tx, task.id, closing(world, by));
    await noteEnd(tx, world, by, [task]);
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
    entity: "review",
    entityId: task.id,
    before: { cause: task.cause, orderId: task.orderId, paymentId: task.paymentId, inboxId: task.inboxId },
    after: { resolution },
    reason: note,
  });
}

async function withAllocationLimit<T>(work: () => Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> {
  try {
    return await work();
  } catch (fault) {
    if (brokenConstraint(fault) === "allocation_too_large") return notPossible();
    throw fault;
  }
}
