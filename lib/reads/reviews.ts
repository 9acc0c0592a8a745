import { database } from "#db/client";
import { countOpenTasks, findTaskWithNames, type ListedTask, listTasks } from "#db/queries/review-tasks";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { ReviewListPage, ReviewListQuery, ReviewListRow, ReviewView } from "#lib/contracts/reviews";
import type { OrderId, PaymentId, ReviewTaskId } from "#lib/domain/ids";
import type { MoneyView } from "#lib/domain/money";
import { moneyView } from "#lib/domain/money";
import { isLive } from "#lib/domain/payment";
import { permissionBlocker } from "#lib/domain/payment-actions";
import { answersFor, comparedFacts, type ReviewAnswer, type ReviewCause } from "#lib/domain/review";
import { isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { readOrder } from "./orders.ts";
import { iso } from "./payment-view.ts";
import { readPayment } from "./payments.ts";
import type { Viewer } from "./viewer.ts";

/**
 * A page of the review desk's list: what is open, the first due on top; or what is closed, the latest on top.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readReviewList(query: ReviewListQuery, _viewer: Viewer): Promise<ReviewListPage> {
  const { state, limit, orderId } = query;
  const db = database();
  const after = readCursor(query.cursor, state, isInstantKey);
  const [rows, openCount] = await Promise.all([
    listTasks(db, { state, orderId }, after, limit + 1),
    countOpenTasks(db),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)?.task : undefined;
  const key = last && iso(state === "open" ? last.dueAt : last.closedAt);
  return {
    rows: shown.map(listRowOf),
    nextCursor: last && key ? writeCursor({ sort: state, part: 0, key, id: last.id }) : null,
    openCount,
  };
}

function listRowOf({ task, orderNumber, customerName, ownerName, money }: ListedTask): ReviewListRow {
  const seen = money && (money.heldMinor > money.capturedMinor ? money.heldMinor : money.capturedMinor);
  return {
    id: task.id,
    cause: task.cause as ReviewCause,
    orderId: task.orderId,
    orderNumber,
    customerName,
    paymentId: task.paymentId,
    // Without money on it, it is about what was asked for.
    amount: money && moneyView(seen || money.amountMinor, money.currency),
    ownerName,
    openedAt: task.openedAt.toISOString(),
    dueAt: task.dueAt.toISOString(),
    closedAt: iso(task.closedAt),
    // A person always says why; without a note it closed by itself, and who brought the news is nobody’s decision.
    closedByName: task.note === null ? null : task.closedByName,
    resolution: task.resolution,
    note: task.note,
  };
}

/** One task with everything that is needed to decide it, as it is now. Null when there is none. */
export async function readReview(id: ReviewTaskId, viewer: Viewer): Promise<ReviewView | null> {
  const row = await findTaskWithNames(database(), id);
  if (!row) return null;
  const { task } = row;
  const [payment, order] = await Promise.all([
    task.paymentId ? readPayment(task.paymentId as PaymentId, viewer) : null,
    task.orderId ? readOrder(task.orderId as OrderId, viewer) : null,
  ]);
  const cause = task.cause as ReviewCause;
  const left = payment && leftOf(payment);
  const refundedByUs = (payment?.operations ?? [])
    .filter(({ kind, state }) => kind === "refund" && (state === "confirmed" || state === "resolved"))
    .reduce((sum, { amount }) => sum + (amount?.amount ?? 0), 0);
  const isOpen = task.closedAt === null;
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
        linkEnd: endOf(payment, task.openedAt),
        maskedCard: payment.details.maskedCard,
        providerStatus: payment.events[0]?.providerStatus ?? null,
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
    facts: payment
      ? comparedFacts(cause, {
          asked: BigInt(payment.amount.amount),
          reported: BigInt(mostSeen(payment).amount),
          refunded: BigInt(payment.refunded.amount),
          refundedByUs: BigInt(refundedByUs),
        })
      : [],
    answers: isOpen
      ? answersFor(cause, {
          held: payment?.state === "withholding",
          taken: payment !== null && payment.captured.amount > payment.refunded.amount,
          orderCancelled: order?.status === "cancelled",
        }).map((answer) => ({ answer, ...effectOf(answer, cause, payment, order) }))
      : [],
    pending: isOpen && (payment?.unsettled?.kind === "refund" || payment?.unsettled?.kind === "release_hold"),
    blocker: permissionBlocker(viewer.role, "review:resolve", "review"),
  };
}

const mostSeen = ({ held, captured }: PaymentPageView): MoneyView => (held.amount > captured.amount ? held : captured);

function leftOf({ captured, refunded, held, state }: PaymentPageView): MoneyView {
  if (captured.amount > 0) return { ...captured, amount: Math.max(0, captured.amount - refunded.amount) };
  return state === "withholding" ? held : { ...captured, amount: 0 };
}

/** How the link had ended when the task was opened; a payment with money on it no longer says so in its state. */
function endOf({ replacedByAttempt, expiresAt }: PaymentPageView, openedAt: Date): "withdrawn" | "expired" | "none" {
  if (replacedByAttempt !== null) return "withdrawn";
  return expiresAt !== null && Date.parse(expiresAt) < openedAt.getTime() ? "expired" : "none";
}

/** What an answer does to the money and to the order's gate, in numbers. */
function effectOf(
  answer: ReviewAnswer,
  cause: ReviewCause,
  payment: PaymentPageView | null,
  order: OrderView | null,
): Omit<ReviewView["answers"][number], "answer"> {
  const left = payment && leftOf(payment);
  // Of what was paid too much, only the surplus goes back; a hold is let go as a whole.
  const surplus = cause === "overpaid" && payment?.state !== "withholding";
  const back =
    payment && left && (surplus ? { ...left, amount: payment.captured.amount - payment.amount.amount } : left);
  const amount = answer === "refund" ? back : left;
  const moved = answer === "refund" || answer === "attach" ? (amount?.amount ?? 0) : 0;
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
