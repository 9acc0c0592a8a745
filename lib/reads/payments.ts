import { database } from "#db/client";
import { findAllocations } from "#db/queries/allocations";
import { findOperations, findPaymentWithNames } from "#db/queries/order-page";
import { type ListedPayment, listPayments, PAYMENT_STRETCHES } from "#db/queries/payment-list";
import { findPaymentEvents } from "#db/queries/payment-page";
import { timelineOfPayment } from "#db/queries/timeline-list";
import type { TimelineEntry } from "#lib/contracts/orders";
import type { PaymentListPage, PaymentListQuery, PaymentListRow, PaymentPageView } from "#lib/contracts/payments";
import type { PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { isLive } from "#lib/domain/payment";
import { type Provenance, provenanceOf, readFacts } from "#lib/domain/provenance";
import { isAmountKey, isInstantKey, readCursor, writeCursor } from "./cursor.ts";
import { iso, paymentViewOf } from "./payment-view.ts";
import { timelineEntryOf } from "./timeline-view.ts";
import type { Viewer } from "./viewer.ts";

/**
 * A page of the transaction list.
 * @throws BadCursor for a cursor that this list did not give out
 */
export async function readPaymentList(query: PaymentListQuery, _viewer: Viewer): Promise<PaymentListPage> {
  const { sort, limit, cursor: text, ...filter } = query;
  const cursor = readCursor(text, sort, sort === "-amount" ? isAmountKey : isInstantKey);
  const db = database();
  const rows: { row: ListedPayment; part: number }[] = [];
  for (const [part, stretch] of PAYMENT_STRETCHES[sort].entries()) {
    if (part < (cursor?.part ?? 0)) continue;
    const wanted = limit + 1 - rows.length;
    if (wanted === 0) break;
    const found = await listPayments(db, filter, stretch, cursor?.part === part ? cursor : null, wanted);
    rows.push(...found.map((row) => ({ row, part })));
  }
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  const key = last && keyOf(last.row, PAYMENT_STRETCHES[sort][last.part]?.column ?? "createdAt");
  return {
    rows: shown.map(({ row }) => listRowOf(row)),
    nextCursor: last && key ? writeCursor({ sort, part: last.part, key, id: last.row.id }) : null,
  };
}

function keyOf(row: ListedPayment, column: "createdAt" | "amountMinor" | "deadline"): string | null {
  const value = column === "deadline" ? deadlineOf(row)?.at : row[column];
  return value instanceof Date ? value.toISOString() : (value?.toString() ?? null);
}

/** What runs out first: a hold, or a link that may still be paid. */
function deadlineOf(row: ListedPayment): { kind: "link" | "hold"; at: Date } | null {
  if (row.state === "withholding") return row.holdExpiresAt && { kind: "hold", at: row.holdExpiresAt };
  return isLive(row.state) && row.expiresAt ? { kind: "link", at: row.expiresAt } : null;
}

function listRowOf(row: ListedPayment): PaymentListRow {
  const deadline = deadlineOf(row);
  const taken = row.capturedMinor - row.refundedMinor;
  return {
    id: row.id,
    orderId: row.orderId,
    orderNumber: row.orderNumber,
    customerName: row.customerName,
    provider: row.provider,
    serviceName: row.serviceName,
    mode: row.mode,
    offline: row.offline,
    attempt: row.attempt,
    state: row.state,
    needsReview: row.needsReview,
    amount: moneyView(row.amountMinor, row.currency),
    taken: moneyView(taken > 0n ? taken : 0n, row.currency),
    held: moneyView(row.state === "withholding" ? row.heldMinor : 0n, row.currency),
    currency: row.currency,
    deadline: deadline && { kind: deadline.kind, at: deadline.at.toISOString() },
    maskedCard: row.maskedCard,
    createdAt: row.createdAt.toISOString(),
  };
}

/** The transaction page: the payment, every fact about it, every call made for it. Null when there is none. */
export async function readPayment(id: PaymentId, viewer: Viewer): Promise<PaymentPageView | null> {
  const db = database();
  const [row, operations, events, elsewhere] = await Promise.all([
    findPaymentWithNames(db, id),
    findOperations(db, id),
    findPaymentEvents(db, id),
    findAllocations(db, id),
  ]);
  if (!row) return null;
  const { payment } = row;
  const { details } = payment;
  const money = (amountMinor: bigint) => moneyView(amountMinor, payment.currency);
  const fee = details.feeMinor === undefined ? null : BigInt(details.feeMinor);
  return {
    ...paymentViewOf(row, viewer),
    providerPaymentId: payment.providerPaymentId,
    reference: payment.id,
    details: {
      maskedCard: details.maskedCard ?? null,
      cardBank: details.cardBank ?? null,
      paymentSystem: details.paymentSystem ?? null,
      method: details.method ?? null,
      rrn: details.rrn ?? null,
      approvalCode: details.approvalCode ?? null,
      fee: fee === null ? null : money(fee),
      net:
        fee === null || payment.capturedMinor === 0n
          ? null
          : money(payment.capturedMinor - payment.refundedMinor - fee),
      failureCode: details.failureCode ?? null,
      failureReason: details.failureReason ?? null,
      fiscalStatus: details.fiscalStatus ?? null,
      receiptUrl: details.receiptUrl ?? null,
    },
    provenance: provenanceView(
      provenanceOf(
        events
          .toReversed()
          .map(({ receivedAt, source, facts }) => ({ at: receivedAt, source, facts: readFacts(facts) })),
        payment.state,
        payment.checkedAt,
      ),
    ),
    elsewhere: elsewhere.map(({ amountMinor, currency, orderId, orderNumber }) => ({
      amount: moneyView(amountMinor, currency),
      orderId,
      orderNumber,
    })),
    questions: payment.syncAttempts,
    operations: operations.map((operation) => ({
      id: operation.id,
      kind: operation.kind,
      state: operation.state,
      amount: operation.amountMinor === null ? null : money(operation.amountMinor),
      actorName: operation.actorName,
      attempts: operation.attempts,
      createdAt: operation.createdAt.toISOString(),
      finishedAt: iso(operation.finishedAt),
      durationMs: operation.durationMs,
      code: operation.code,
      message: operation.message,
      requestId: operation.requestId,
    })),
    events: events.map((event) => ({
      id: event.id.toString(),
      at: event.receivedAt.toISOString(),
      providerTime: iso(event.providerTime),
      source: event.source,
      providerStatus: event.providerStatus,
      effect: event.effect,
      raw: event.raw,
    })),
    orderStatus: row.orderStatus,
    holdMarginHours: payment.holdMarginHours,
    metadata: payment.metadata,
  };
}

const provenanceView = (known: Provenance | null): PaymentPageView["provenance"] =>
  known && { source: known.source, at: known.at.toISOString(), confirmedAt: iso(known.confirmedAt) };

/** What happened to a payment, newest first. */
export async function readPaymentTimeline(id: PaymentId, _viewer: Viewer): Promise<TimelineEntry[]> {
  return (await timelineOfPayment(database(), id)).map(timelineEntryOf);
}
