import type { Tx } from "#db/client";
import { canonicalJson } from "#db/queries/audit";
import { operationsInReview, settleOperation, sumRefundsAskedFor } from "#db/queries/operations";
import { type LockedOrder, lockOrderOfPayment, type OperationRow } from "#db/queries/order-locks";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import { appendEvent, savePayment, savePaymentFacts } from "#db/queries/payments";
import { sendAhead, transact } from "#db/transact";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import { moneyView } from "#lib/domain/money";
import { missingOf, securedOf } from "#lib/domain/order";
import {
  everHadMoney,
  isLive,
  learn,
  type MoneyFacts,
  mostSeenMinor,
  type OperationState,
  paymentState,
  type ReviewReason,
  reviewReasons,
  securedMinor,
} from "#lib/domain/payment";
import type { Observation } from "#lib/domain/provider";
import { notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { reasonsGone } from "#lib/domain/review";
import { nextSyncAt } from "#lib/domain/sync-plan";
import { refreshAfterNews } from "./cancel-cascade.ts";
import { refreshAttached } from "./refresh-attached.ts";
import { lockedForGate, paymentsForGate } from "./refresh-order.ts";
import { closeOrderTasks, closePaymentTasks, noteFacts, openPaymentTasks, openTask } from "./review-tasks.ts";
import { noticesOfReport } from "./staff-notices.ts";
import { emptyStory, type Story, tellStory } from "./story.ts";
import { tellReport } from "./tell-report.ts";
import type { Actor, World } from "./world.ts";

/** A report about one payment and who brought it. */
export type Report = {
  observation: Observation;
  source: "webhook" | "status" | "action" | "statement" | "person";
  sourceRef: string | null;
  actor: Actor;
};

/** `providerPaymentId`: what the provider calls the link that counts, when the report was recorded. */
export type Recorded = { paymentId: PaymentId; orderId: OrderId; moved: boolean; providerPaymentId: string | null };

/**
 * THE door for news about money: one transaction that appends the report as an event, adds its facts, and recomputes
 * payment and order. A report that is already known changes nothing. `alongside` runs in the same transaction (the inbox
 * row that the report came from).
 */
export async function recordObservation(
  world: World,
  paymentId: PaymentId,
  report: Report,
  alongside: (tx: Tx) => Promise<void> = async () => {},
): Promise<Result<Recorded, Refusal>> {
  const recorded = await transact<Recorded, Refusal>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    if (!locked) return refuse(notFound("payment"));
    const story = emptyStory();
    const moved = await applyObservation(tx, world, locked, paymentId, report, story);
    if (moved) await refreshAfterNews(tx, world, locked, report.actor, story);
    await alongside(tx);
    await tellStory(tx, story);
    const providerPaymentId = locked.payments.find(({ id }) => id === paymentId)?.providerPaymentId ?? null;
    return ok({ paymentId, orderId: locked.order.id, moved, providerPaymentId });
  });
  const wentBack = (report.observation.facts.refundedMinor ?? 0n) > 0n;
  if (recorded.ok && recorded.value.moved && wentBack) await refreshAttached(world, paymentId, report.actor);
  return recorded;
}

/**
 * The same inside a transaction that already holds the locks; the caller refreshes the order and tells the story. Returns
 * whether anything new was learnt. `locked` is brought up to date.
 */
export async function applyObservation(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  paymentId: PaymentId,
  report: Report,
  story: Story,
): Promise<boolean> {
  const payment = locked.payments.find((row) => row.id === paymentId);
  invariant(payment, "a payment of the locked order");
  const { observation } = report;
  const now = world.now();
  const judged = judge(locked, payment, observation);

  const known = factsOf(payment);
  const facts = learn(known, judged.facts);
  const append = (eventKey: string) =>
    appendEvent(tx, {
      paymentId,
      orderId: payment.orderId,
      eventKey,
      source: report.source,
      sourceRef: report.sourceRef,
      providerStatus: observation.providerStatus.slice(0, 200),
      facts: textFacts(judged.facts),
      effect: judged.reasons.length > payment.reviewReasons.length ? "review" : "applied",
      providerTime: observation.providerTime,
      raw: observation.raw,
    });
  if (!(await append(observation.eventKey))) {
    // The same words may say more when more is known (a reversed hold): what they add is an event of its own.
    const more = canonicalJson(facts) !== canonicalJson(known);
    if (!more || !(await append(`${observation.eventKey}|${canonicalJson(judged.facts)}`))) {
      await savePayment(tx, paymentId, plan(payment, known, report, now));
      return false;
    }
  }

  const state = paymentState(facts);
  const reasons = union(payment.reviewReasons, judged.reasons, reviewReasons(facts, payment.amountMinor));
  const gone = reasonsGone(
    facts,
    reasons.filter((reason) => !payment.reviewAccepted.includes(reason)),
    {
      unknownStatus: observation.unknownStatus,
      askedProvider: report.source === "status" || report.source === "statement",
    },
  );
  const reviewAccepted = union(payment.reviewAccepted, gone);
  const changes = {
    ...facts,
    state,
    reviewReasons: reasons,
    reviewAccepted,
    needsReview: reasons.some((reason) => !reviewAccepted.includes(reason)),
    providerPaymentId: payment.providerPaymentId ?? judged.providerPaymentId,
    holdExpiresAt: payment.holdExpiresAt ?? observation.holdExpiresAt,
    details: { ...payment.details, ...defined(observation.details) },
    // Money on a payment that was taken out of the lists brings it back: it counts, and a person looks.
    deletedAt: everHadMoney(facts) ? null : payment.deletedAt,
    endedReason: payment.endedReason ?? (facts.ended ? (observation.details.failureReason ?? null) : null),
  };
  const after: PaymentRow = { ...payment, ...changes };
  await sendAhead(tx, savePaymentFacts(tx, paymentId, { ...changes, ...plan(after, facts, report, now) }));
  locked.payments = locked.payments.map((row) => (row.id === paymentId ? after : row));

  story.notices.push(...noticesOfReport(locked, after, known, facts));
  await markDuplicate(tx, locked, paymentId);
  await settleOperations(tx, locked, after, facts, observation);
  if (facts.refundedMinor > known.refundedMinor) await markForeignRefund(tx, locked, paymentId);
  if (await outcomeIsKnown(tx, after)) gone.push("outcome_unknown");
  await keepTasks(tx, world, locked, payment, gone, report);
  tellReport(story, payment, known, after, facts, report);
  return true;
}

/** One open task for each cause that a person has not answered; those whose cause has gone are closed. */
async function keepTasks(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  before: PaymentRow,
  gone: readonly ReviewReason[],
  report: Report,
): Promise<void> {
  const after = locked.payments.find((row) => row.id === before.id);
  if (!after) return;
  const raised = after.reviewReasons.filter(
    (reason) => !before.reviewReasons.includes(reason) && !after.reviewAccepted.includes(reason),
  );
  await noteFacts(tx, world, report.actor, before, after);
  await openPaymentTasks(tx, world, after, raised, report.actor);
  const resolution = after.refundedMinor > before.refundedMinor || after.holdReleased ? "refunded" : "cause_gone";
  await closePaymentTasks(tx, world, after, gone, { actor: report.actor, resolution, note: null });
  await closeProposals(tx, world, locked, before, after, report.actor);
  if (locked.order.shipped === "none") return;
  const missing = missingOf(locked.order.requiredMinor, securedOf(lockedForGate(locked), paymentsForGate(locked)));
  if (missing > 0n && securedMinor(factsOf(after)) < securedMinor(factsOf(before)))
    await openTask(tx, world, report.actor, "cover_lost_after_shipping", {
      orderId: locked.order.id,
      paymentId: after.id,
      details: { missing: moneyView(missing, locked.order.currency), state: after.state },
    });
  if (missing > 0n) return;
  for (const cause of ["cover_lost_after_shipping", "left_on_waiver"] as const)
    await closeOrderTasks(tx, world, locked.order.id, cause, report.actor);
}

/** A proposed refund is done when nothing is left on a cancelled order's payment (or one attached to it), or no surplus on an edited order. */
async function closeProposals(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  before: PaymentRow,
  after: PaymentRow,
  actor: Actor,
): Promise<void> {
  if (securedMinor(factsOf(after)) >= securedMinor(factsOf(before))) return;
  const { order } = locked;
  const attached = (locked.attachedElsewhere.get(after.id) ?? 0n) > 0n;
  const gone =
    order.cancelledAt || attached
      ? securedMinor(factsOf(after)) === 0n
      : securedOf(lockedForGate(locked), paymentsForGate(locked)) <= order.requiredMinor;
  const by = { actor, resolution: "refunded", note: null } as const;
  if (gone) await closePaymentTasks(tx, world, after, ["refund_proposed"], by);
}

/** What of a report may be believed: money in another currency or of another account adds no facts, only a question. */
function judge(locked: LockedOrder, payment: PaymentRow, observation: Observation) {
  const reasons: ReviewReason[] = [...payment.reviewReasons];
  let facts = observation.facts;
  const asked = observation.asked;
  const brings = { ...factsOf(payment), ...facts };
  if (observation.unknownStatus) reasons.push("unknown_status");
  if (observation.wrongAccount) reasons.push("account_mismatch");
  if (asked && asked.currency !== payment.currency) reasons.push("currency_mismatch");
  else if (asked && asked.amountMinor !== payment.amountMinor) reasons.push("amount_mismatch");
  if (observation.wrongAccount || (asked && asked.currency !== payment.currency))
    facts = { ...facts, heldMinor: 0n, capturedMinor: 0n, refundedMinor: 0n };
  if (everHadMoney(brings) && locked.order.cancelledAt) reasons.push("paid_after_cancel");
  if (everHadMoney(brings) && payment.deletedAt) reasons.push("late_payment");
  if (
    payment.paymentType === "debit" &&
    (facts.capturedMinor ?? 0n) > 0n &&
    // What was taken before counts: after a refund a report may name the smaller sum.
    learn(factsOf(payment), facts).capturedMinor < payment.amountMinor &&
    (facts.heldMinor ?? 0n) === 0n
  )
    reasons.push("amount_mismatch");
  // A second invoice of the same attempt (its answer was lost) that somebody managed to pay: the first may be paid as well.
  const other = observation.providerPaymentId;
  const otherInvoice = payment.providerPaymentId !== null && other !== null && other !== payment.providerPaymentId;
  if (otherInvoice && payment.provider === "monobank") {
    if (
      mostSeenMinor({ ...brings, ...facts }) > mostSeenMinor(factsOf(payment)) ||
      facts.capturedMinor ||
      facts.heldMinor
    )
      reasons.push("duplicate_payment");
    // What is merely being looked at elsewhere says nothing about the link that was handed out.
    facts = { ...facts, progress: "none", ended: null };
  }
  return { facts, reasons: union(reasons), providerPaymentId: other };
}

/** More money on the order than it costs, and on more than one payment: the later one is a duplicate. */
async function markDuplicate(tx: Tx, locked: LockedOrder, paymentId: PaymentId): Promise<void> {
  const rows = paymentsForGate(locked);
  const withMoney = rows.filter((row) => everHadMoney(row.facts));
  const payment = locked.payments.find((row) => row.id === paymentId);
  if (!payment || withMoney.length < 2 || !everHadMoney(factsOf(payment))) return;
  if (
    securedOf(lockedForGate(locked), rows) <= locked.order.totalMinor ||
    payment.reviewReasons.includes("duplicate_payment")
  )
    return;
  await raise(tx, payment, "duplicate_payment");
}

/** Calls whose effect the facts now show are settled by them, whoever brought the news. */
async function settleOperations(
  tx: Tx,
  locked: LockedOrder,
  payment: PaymentRow,
  facts: MoneyFacts,
  observation: Observation,
): Promise<void> {
  const settledRefunds = await refundsAskedFor(tx, payment.id, facts, ["confirmed", "resolved"]);
  const ended = (operation: OperationRow): { state: "confirmed" | "rejected"; code: string } | null => {
    switch (operation.kind) {
      case "finalize":
        if (facts.capturedMinor > 0n) return { state: "confirmed", code: "captured" };
        return facts.holdReleased ? { state: "rejected", code: "hold_released" } : null;
      case "release_hold":
        if (facts.holdReleased) return { state: "confirmed", code: "released" };
        return facts.capturedMinor > 0n ? { state: "rejected", code: "captured" } : null;
      case "cancel_link":
        if (everHadMoney(facts)) return { state: "rejected", code: "paid_meanwhile" };
        // A declined link may be tried again: only the provider's own end of it ends the call.
        return facts.ended && facts.ended !== "failed" ? { state: "confirmed", code: facts.ended } : null;
      case "refund": {
        const listed = observation.refunds.find((refund) => refund.reference === operation.id);
        if (listed?.status === "success") return { state: "confirmed", code: "refunded" };
        if (listed?.status === "failure") return { state: "rejected", code: "refund_failed" };
        // A provider that lists no references of ours: the sum tells.
        const covered = facts.refundedMinor >= settledRefunds + (operation.amountMinor ?? 0n);
        return covered && !observation.refunds.some((refund) => refund.reference?.startsWith("opr_"))
          ? { state: "confirmed", code: "refunded" }
          : null;
      }
      case "create_link":
        // One that runs is settled by its own answer; one that was left to a person, by the link's end.
        return operation.state === "needs_review" && (everHadMoney(facts) || facts.ended)
          ? { state: "confirmed", code: facts.ended ?? "paid" }
          : null;
    }
  };
  const left = isOpen(payment, "outcome_unknown") ? await operationsInReview(tx, payment.id) : [];
  const running = locked.operations.filter((candidate) => candidate.paymentId === payment.id);
  for (const operation of [...running, ...left]) {
    const end = ended(operation);
    if (!end) continue;
    await settleOperation(tx, operation.id, end);
    locked.operations = locked.operations.filter((candidate) => candidate.id !== operation.id);
  }
}

const isOpen = (payment: PaymentRow, reason: ReviewReason): boolean =>
  payment.reviewReasons.includes(reason) && !payment.reviewAccepted.includes(reason);

/** What was left to a person because nobody could learn its end has ended after all: the question answers itself. */
async function outcomeIsKnown(tx: Tx, payment: PaymentRow): Promise<boolean> {
  if (!isOpen(payment, "outcome_unknown") || isLive(payment.state)) return false;
  if ((await operationsInReview(tx, payment.id)).length > 0) return false;
  const reviewAccepted = union<ReviewReason>(payment.reviewAccepted, ["outcome_unknown"]);
  const changes = {
    reviewAccepted,
    needsReview: payment.reviewReasons.some((reason) => !reviewAccepted.includes(reason)),
  };
  await savePayment(tx, payment.id, changes);
  Object.assign(payment, changes);
  return true;
}

/** What we asked to be given back by operations in these states; nothing is asked of the database where nothing went back. */
async function refundsAskedFor(
  tx: Tx,
  paymentId: PaymentId,
  facts: MoneyFacts,
  states: OperationState[],
): Promise<bigint> {
  if (facts.capturedMinor === 0n || facts.refundedMinor === 0n) return 0n;
  return sumRefundsAskedFor(tx, paymentId, states);
}

/** More went back than anybody here asked for: somebody did it at the provider, and finance should know. */
async function markForeignRefund(tx: Tx, locked: LockedOrder, paymentId: PaymentId): Promise<void> {
  const payment = locked.payments.find((row) => row.id === paymentId);
  // Recorded money goes back by hand and by nobody else.
  if (!payment || payment.provider === "offline") return;
  if (payment.capturedMinor === 0n || payment.reviewReasons.includes("external_refund")) return;
  const ours = await refundsAskedFor(tx, paymentId, factsOf(payment), [
    "planned",
    "sent",
    "unknown",
    "confirmed",
    "resolved",
    "needs_review",
  ]);
  if (payment.refundedMinor <= ours) return;
  await raise(tx, payment, "external_refund");
}

async function raise(tx: Tx, payment: PaymentRow, reason: ReviewReason): Promise<void> {
  const changes = { reviewReasons: union<ReviewReason>(payment.reviewReasons, [reason]), needsReview: true };
  await savePayment(tx, payment.id, changes);
  Object.assign(payment, changes);
}

/** When this payment is looked at next, and that it was looked at now. */
function plan(payment: PaymentRow, facts: MoneyFacts, report: Report, now: Date) {
  const confirmed = report.source === "status" || report.source === "statement" || report.source === "person";
  return {
    nextSyncAt: nextSyncAt(
      {
        provider: payment.provider,
        state: paymentState(facts),
        facts,
        createdAt: payment.createdAt,
        expiresAt: payment.expiresAt ?? payment.validUntil,
        holdExpiresAt: payment.holdExpiresAt,
        unconfirmed: !confirmed,
        awaitsReceipt: payment.details.fiscalStatus === "required",
      },
      now,
    ),
    lastSource: report.source,
    ...(confirmed ? { checkedAt: now, lockedUntil: null } : {}),
  };
}

const union = <T>(...lists: (readonly T[])[]): T[] => [...new Set(lists.flat())];

const defined = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  ) as Partial<T>;

const textFacts = (facts: Partial<MoneyFacts>): Record<string, string | boolean | null> =>
  Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === "bigint" ? value.toString() : (value ?? null),
    ]),
  );
