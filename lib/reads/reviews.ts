import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { findMoneySeenAt } from "#db/queries/payment-page";
import {
  countOpenTasks,
  findReviewEvents,
  findReviewOwners,
  findTaskWithNames,
  type ListedTask,
  listTasks,
} from "#db/queries/review-tasks";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { ReviewListPage, ReviewListQuery, ReviewListRow, ReviewView } from "#lib/contracts/reviews";
import type { OrderId, PaymentId, ReviewTaskId, UserId } from "#lib/domain/ids";
import type { MoneyView } from "#lib/domain/money";
import { moneyView } from "#lib/domain/money";
import { isLive, type OperationKind } from "#lib/domain/payment";
import { permissionBlocker } from "#lib/domain/payment-actions";
import { FISCAL_WORD } from "#lib/domain/provider";
import {
  answersFor,
  closedBy,
  comparedFacts,
  type ReviewAnswer,
  type ReviewCause,
  setsAside,
  WORK_INTERRUPTED,
} from "#lib/domain/review";
import { isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { readOrder } from "./orders.ts";
import { iso } from "./payment-view.ts";
import { readPayment } from "./payments.ts";
import type { Viewer } from "./viewer.ts";

/**
 * A page of the review desk's list: what is open, the first due on top; or what is closed, the latest on top.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readReviewList(query: ReviewListQuery, viewer: Viewer): Promise<ReviewListPage> {
  const { state, limit, orderId, owner } = query;
  const ownerId = owner === "me" ? (viewer.id as UserId) : owner === "none" ? null : (owner as UserId | undefined);
  const db = database();
  const after = readCursor(query.cursor, state, isInstantKey);
  const [rows, counts] = await Promise.all([
    listTasks(db, { state, orderId, ownerId }, after, limit + 1),
    readReviewCounts(viewer),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.task : undefined;
  const key = last && iso(state === "open" ? last.dueAt : last.closedAt);
  return {
    rows: shown.map(listRowOf),
    nextCursor: last && key ? writeCursor({ sort: state, part: 0, key, id: last.id }) : null,
    counts,
  };
}

/** What is open, for the person's own look at the desk. */
export const readReviewCounts = (viewer: Viewer): Promise<ReviewListPage["counts"]> =>
  countOpenTasks(database(), viewer.id as UserId, timeNow());

function listRowOf({ task, orderNumber, customerName, ownerName, serviceName, money }: ListedTask): ReviewListRow {
  const most = money && (money.heldMinor > money.capturedMinor ? money.heldMinor : money.capturedMinor);
  // What went back behind our back is what such a task is about.
  const seen = task.cause === "external_refund" ? money?.refundedMinor : most;
  return {
    id: task.id,
    cause: task.cause as ReviewCause,
    orderId: task.orderId,
    orderNumber,
    customerName,
    paymentId: task.paymentId,
    serviceName,
    // Without money on it, it is about what was asked for; without a payment, about what was told.
    amount:
      proposedOf(task) ??
      missingFrom(task) ??
      (money ? moneyView(seen || money.amountMinor, money.currency) : toldAmount(task.details)),
    ownerId: task.ownerId,
    ownerName,
    openedAt: task.openedAt.toISOString(),
    dueAt: task.dueAt.toISOString(),
    closedAt: iso(task.closedAt),
    closedByName: closedBy(task),
    resolution: task.resolution,
    note: task.note,
  };
}

const toldAmount = (details: Record<string, unknown>): MoneyView | null =>
  (details.amount as MoneyView | null | undefined) ?? null;

/** How much a proposed refund is about. */
const proposedOf = ({ cause, details }: ListedTask["task"]): MoneyView | null =>
  cause === "refund_proposed" ? ((details.amount as MoneyView | undefined) ?? null) : null;

/** What was missing when goods that had left lost their cover, or what had let them leave ended. */
const missingFrom = ({ cause, details }: ListedTask["task"]): MoneyView | null =>
  cause === "cover_lost_after_shipping" || cause === "left_on_waiver"
    ? ((details.missing as MoneyView | undefined) ?? null)
    : null;

/** One task with everything that is needed to decide it, as it is now. Null when there is none. */
export async function readReview(id: ReviewTaskId, viewer: Viewer): Promise<ReviewView | null> {
  const row = await findTaskWithNames(database(), id);
  if (!row) return null;
  const { task } = row;
  const isOpen = task.closedAt === null;
  const [payment, order, moneySeenAt, events, owners] = await Promise.all([
    task.paymentId ? readPayment(task.paymentId as PaymentId, viewer) : null,
    task.orderId ? readOrder(task.orderId as OrderId, viewer) : null,
    task.paymentId ? findMoneySeenAt(database(), task.paymentId as PaymentId) : null,
    findReviewEvents(database(), id),
    isOpen ? findReviewOwners(database()) : [],
  ]);
  const cause = task.cause as ReviewCause;
  const left = payment && leftOf(payment);
  const refundedByUs = (payment?.operations ?? [])
    .filter(({ kind, state }) => kind === "refund" && (state === "confirmed" || state === "resolved"))
    .reduce((sum, { amount }) => sum + (amount?.amount ?? 0), 0);
  return {
    ...listRowOf(row),
    payment: payment &&
      left && {
        id: payment.id,
        reference: payment.reference,
        attempt: payment.attempt,
        provider: payment.provider,
        serviceName: payment.serviceName,
        state: payment.state,
        asked: payment.amount,
        reported: mostSeen(payment),
        refunded: payment.refunded,
        refundedByUs: { ...payment.refunded, amount: refundedByUs },
        left,
        linkEndedAt: payment.expiresAt,
        moneySeenAt: iso(moneySeenAt),
        linkEnd: endOf(payment, moneySeenAt ?? task.openedAt),
        maskedCard: payment.details.maskedCard,
        providerStatus:
          payment.events.find(({ providerStatus }) => !providerStatus?.startsWith(FISCAL_WORD))?.providerStatus ?? null,
      },
    order: order && {
      id: order.id,
      number: order.number,
      status: order.status,
      required: order.required,
      covered: order.covered,
      missing: order.missing,
      liveAttempt:
        order.attempts.find((attempt) => isLive(attempt.state) && attempt.id !== payment?.id)?.attempt ?? null,
    },
    leftAt: typeof task.details.leftAt === "string" ? task.details.leftAt : null,
    webhook: webhookOf(row),
    unknown: cause === "outcome_unknown" ? unknownOf(task.details) : null,
    facts: payment
      ? comparedFacts(cause, {
          asked: BigInt(payment.amount.amount),
          reported: BigInt(mostSeen(payment).amount),
          refunded: BigInt(payment.refunded.amount),
          refundedByUs: BigInt(refundedByUs),
          left: BigInt(left?.amount ?? 0),
        })
      : [],
    answers: isOpen
      ? answersFor(cause, {
          held: payment?.state === "withholding",
          taken: payment !== null && payment.captured.amount > payment.refunded.amount,
          orderCancelled: order?.status === "cancelled",
          missing: order !== null && order.missing.amount > 0,
          attached: payment !== null && payment.orderId !== task.orderId,
          needless: order !== null && order.covered.amount - (left?.amount ?? 0) >= order.required.amount,
        }).map((answer) => ({ answer, ...effectOf(answer, cause, payment, order, proposedOf(task)) }))
      : [],
    history: events.map((event) => ({
      id: event.id.toString(),
      at: event.at.toISOString(),
      kind: event.kind,
      actorKind: event.actorKind as ReviewView["history"][number]["actorKind"],
      actorName: event.actorName,
      params: event.params,
    })),
    owners,
    viewerId: viewer.id,
    pending: isOpen && sendsBack(payment?.unsettled?.kind, cause),
    blocker: permissionBlocker(viewer.role, "review:resolve", "review"),
  };
}

function webhookOf({ task, webhook, provider }: ListedTask): ReviewView["webhook"] {
  if (!webhook || !provider) return null;
  const { details } = task;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    provider,
    serviceId: webhook.serviceId,
    source: webhook.source,
    reference: text(details.reference) ?? webhook.reference,
    providerPaymentId: text(details.providerPaymentId),
    amount: toldAmount(details),
    providerStatus: text(details.providerStatus),
    maskedCard: text(details.maskedCard),
    receivedAt: webhook.receivedAt.toISOString(),
    deliveries: webhook.deliveryCount,
  };
}

/** As it was when the task was opened: what was asked of the provider, how often, and what was said last. */
function unknownOf(details: Record<string, unknown>): ReviewView["unknown"] {
  const { operation, attempts, since, code, message } = details;
  const interrupted = code === WORK_INTERRUPTED;
  const said = interrupted ? "" : [code, message].filter((part) => typeof part === "string" && part !== "").join(": ");
  return {
    operation: (operation as OperationKind | null | undefined) ?? null,
    amount: toldAmount(details),
    attempts: typeof attempts === "number" ? attempts : 0,
    since: typeof since === "string" ? since : new Date(0).toISOString(),
    said: said || null,
    interrupted,
  };
}

/** A part of a hold goes back by taking the rest. */
const sendsBack = (kind: OperationKind | undefined, cause: ReviewCause): boolean =>
  kind === "refund" || kind === "release_hold" || (kind === "finalize" && cause === "refund_proposed");

const mostSeen = ({ held, captured }: PaymentPageView): MoneyView => (held.amount > captured.amount ? held : captured);

function leftOf({ captured, refunded, held, state }: PaymentPageView): MoneyView {
  if (captured.amount > 0) return { ...captured, amount: Math.max(0, captured.amount - refunded.amount) };
  return state === "withholding" ? held : { ...captured, amount: 0 };
}

/** How the link had ended when money came; a payment with money on it no longer says so in its state. */
function endOf({ replacedByAttempt, expiresAt }: PaymentPageView, seenAt: Date): "withdrawn" | "expired" | "none" {
  if (replacedByAttempt !== null) return "withdrawn";
  return expiresAt !== null && Date.parse(expiresAt) < seenAt.getTime() ? "expired" : "none";
}

/** What an answer does to the money and to the order's gate, in numbers. */
function effectOf(
  answer: ReviewAnswer,
  cause: ReviewCause,
  payment: PaymentPageView | null,
  order: OrderView | null,
  proposed: MoneyView | null,
): Omit<ReviewView["answers"][number], "answer"> {
  const left = payment && leftOf(payment);
  // Of what was paid too much, only the surplus goes back; a hold is let go as a whole.
  const surplus = cause === "overpaid" && payment?.state !== "withholding";
  const back =
    payment &&
    left &&
    (surplus
      ? { ...left, amount: payment.captured.amount - payment.amount.amount }
      : { ...left, amount: Math.min(left.amount, proposed?.amount ?? left.amount) });
  const amount = answer === "refund" ? back : left;
  const leaves = answer === "refund" || answer === "attach" || (answer === "dismiss" && setsAside(cause));
  const moved = leaves ? (amount?.amount ?? 0) : 0;
  if (!order || !payment) return { amount: amount?.amount ? amount : null, gate: "none", covered: null, missing: null };
  const covered = { ...order.covered, amount: Math.max(0, order.covered.amount - moved) };
  const missing = { ...order.missing, amount: Math.max(0, order.required.amount - covered.amount) };
  const others =
    order.attempts.some((attempt) => attempt.needsReview && attempt.id !== payment.id) ||
    (answer !== "refund" && payment.reviewReasons.some((reason) => reason !== cause));
  return {
    amount: amount?.amount ? amount : null,
    gate: gateAfter(order, others, missing.amount),
    covered,
    missing,
  };
}

function gateAfter(order: OrderView, othersInReview: boolean, missing: number): ReviewView["answers"][number]["gate"] {
  if (order.status === "cancelled") return "cancelled";
  if (order.status === "open") return "none";
  if (missing > 0) return "short";
  return othersInReview ? "review" : "opens";
}
