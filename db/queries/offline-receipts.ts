import { and, desc, eq, isNotNull, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { OfflineReceiptId, OrderId, PaymentId } from "#lib/domain/ids";
import type { OfflineKind, OfflineState } from "#lib/domain/offline";
import { LIVE_STATES } from "#lib/domain/payment";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";
import { company, users } from "../schema/people.ts";
import { attachments, offlineReceipts } from "../schema/review.ts";
import type { After } from "./list-page.ts";

export type OfflineReceiptRow = typeof offlineReceipts.$inferSelect;
export type NewOfflineReceipt = typeof offlineReceipts.$inferInsert;

export async function insertOfflineReceipt(tx: Tx, receipt: NewOfflineReceipt): Promise<OfflineReceiptRow> {
  const [row] = await tx.insert(offlineReceipts).values(receipt).returning();
  if (!row) throw new Error("Invariant broken: an insert gives its row");
  return row;
}

/** Which order to lock before {@link lockOfflineReceipt}. */
export async function findOrderOfOfflineReceipt(db: Database | Tx, id: OfflineReceiptId): Promise<OrderId | null> {
  const [found] = await db
    .select({ orderId: offlineReceipts.orderId })
    .from(offlineReceipts)
    .where(eq(offlineReceipts.id, id));
  return found?.orderId ?? null;
}

export async function lockOfflineReceipt(tx: Tx, id: OfflineReceiptId): Promise<OfflineReceiptRow | null> {
  const [receipt] = await tx.select().from(offlineReceipts).where(eq(offlineReceipts.id, id)).for("no key update");
  return receipt ?? null;
}

/** Writes the approval, the refusal, or by which payment it counts. */
export async function saveOfflineReceipt(
  tx: Tx,
  id: OfflineReceiptId,
  changes: Partial<OfflineReceiptRow>,
): Promise<void> {
  await tx.update(offlineReceipts).set(changes).where(eq(offlineReceipts.id, id));
}

/** Above how much a second person is needed; null: always. */
export async function offlineLimit(tx: Tx): Promise<bigint | null> {
  const [row] = await tx.select({ limit: company.offlineLimitMinor }).from(company);
  return row?.limit ?? null;
}

/** The same paper on the same order, neither refused nor given back whole. */
export async function sameReceipt(
  tx: Tx,
  {
    orderId,
    kind,
    reference,
    receivedOn,
  }: { orderId: OrderId; kind: OfflineKind; reference: string; receivedOn: string },
): Promise<boolean> {
  const [found] = await tx
    .select({ id: offlineReceipts.id })
    .from(offlineReceipts)
    .leftJoin(payments, eq(payments.id, offlineReceipts.paymentId))
    .where(
      and(
        eq(offlineReceipts.orderId, orderId),
        eq(offlineReceipts.kind, kind),
        eq(offlineReceipts.reference, reference),
        eq(offlineReceipts.receivedOn, receivedOn),
        isNull(offlineReceipts.refusedAt),
        or(isNull(payments.state), ne(payments.state, "refunded")),
      ),
    )
    .limit(1);
  return found !== undefined;
}

const recorder = alias(users, "recorder");
const approver = alias(users, "approver");
const refuser = alias(users, "refuser");

const withNames = (db: Database) =>
  db
    .select({
      receipt: offlineReceipts,
      recordedByName: recorder.name,
      approvedByName: approver.name,
      refusedByName: refuser.name,
      attachmentName: attachments.name,
      orderNumber: salesOrders.number,
      salespersonId: salesOrders.salespersonId,
      customerName: customers.name,
      paymentState: payments.state,
      /** What a link of the order that can still be paid asks for. */
      liveLinkMinor:
        sql`(select live.amount_minor from payments live where live.order_id = ${offlineReceipts.orderId} and live.provider <> 'offline'
          and live.state in (${sql.raw(LIVE_STATES.map((state) => `'${state}'`).join(", "))}) limit 1)`.mapWith(
          payments.amountMinor,
        ),
    })
    .from(offlineReceipts)
    .innerJoin(salesOrders, eq(salesOrders.id, offlineReceipts.orderId))
    .innerJoin(recorder, eq(recorder.id, offlineReceipts.recordedBy))
    .leftJoin(approver, eq(approver.id, offlineReceipts.approvedBy))
    .leftJoin(refuser, eq(refuser.id, offlineReceipts.refusedBy))
    .leftJoin(attachments, eq(attachments.id, offlineReceipts.attachmentId))
    .leftJoin(payments, eq(payments.id, offlineReceipts.paymentId))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId));
export type OfflineReceiptWithNames = Awaited<ReturnType<ReturnType<typeof withNames>["execute"]>>[number];

/** As lib/domain/offline.ts `offlineState` says it. */
function inState(state: OfflineState): SQL | undefined {
  if (state === "refused") return isNotNull(offlineReceipts.refusedAt);
  return and(
    isNull(offlineReceipts.refusedAt),
    state === "counted" ? isNotNull(offlineReceipts.paymentId) : isNull(offlineReceipts.paymentId),
  );
}

/** Recorded money, the newest on top: `limit` at most, from behind `after` on. */
export function listOfflineReceipts(
  db: Database,
  { state }: { state?: OfflineState | undefined },
  after: After,
  limit: number,
): Promise<OfflineReceiptWithNames[]> {
  const { recordedAt, id } = offlineReceipts;
  const behind = after && sql`(${recordedAt}, ${id}) < (${after.key}::timestamptz, ${after.id})`;
  return withNames(db)
    .where(and(state ? inState(state) : undefined, behind ?? undefined))
    .orderBy(desc(recordedAt), desc(id))
    .limit(limit);
}

/** What of an order's recorded money waits for a second person. */
export const waitingReceipts = (db: Database, orderId: OrderId): Promise<OfflineReceiptWithNames[]> =>
  withNames(db)
    .where(and(eq(offlineReceipts.orderId, orderId), inState("waiting")))
    .orderBy(desc(offlineReceipts.recordedAt));

export const findOfflineReceipt = async (db: Database, id: OfflineReceiptId): Promise<OfflineReceiptWithNames | null> =>
  (await withNames(db).where(eq(offlineReceipts.id, id)))[0] ?? null;

export const countReceiptsWaiting = (db: Database): Promise<number> => db.$count(offlineReceipts, inState("waiting"));

/** The receipt behind an offline payment, inside JSON as views carry it; null for every other payment. */
export type ReceiptOfPayment = {
  id: string;
  kind: OfflineKind;
  receivedOn: string;
  reference: string;
  note: string | null;
  recordedByName: string;
  approvedByName: string | null;
  attachmentId: string | null;
  attachmentName: string | null;
};
export const receiptOf = (
  payment: typeof payments,
) => sql<ReceiptOfPayment | null>`(select jsonb_build_object('id', r.id,
    'kind', r.kind, 'receivedOn', to_char(r.received_on, 'YYYY-MM-DD'), 'reference', r.reference, 'note', r.note,
    'recordedByName', recorded.name, 'approvedByName', approved.name, 'attachmentId', f.id, 'attachmentName', f.name)
  from offline_receipts r join users recorded on recorded.id = r.recorded_by
  left join users approved on approved.id = r.approved_by left join attachments f on f.id = r.attachment_id
  where r.payment_id = ${payment.id})`;

/** Whose receipt a payment has, for commands on it. */
export async function receiptOfPayment(tx: Tx, paymentId: PaymentId): Promise<OfflineReceiptRow | null> {
  const [row] = await tx.select().from(offlineReceipts).where(eq(offlineReceipts.paymentId, paymentId));
  return row ?? null;
}
