import { and, eq, gt, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { OrderId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import type { PaymentState } from "#lib/domain/payment";
import type { Provider } from "#lib/domain/provider";
import type { Database, Tx } from "../client.ts";
import { preparedInsert, preparedUpdate } from "../prepared.ts";
import { paymentEvents, payments } from "../schema/payments.ts";
import { paymentServices } from "../schema/services.ts";
import { LIVE_OPERATIONS } from "./order-locks.ts";
import type { PaymentRow } from "./payment-rows.ts";
import type { ServiceRow } from "./services.ts";

export type NewPayment = typeof payments.$inferInsert;
export type PaymentChanges = Partial<NewPayment>;

export async function insertPayment(tx: Tx, payment: NewPayment): Promise<PaymentRow> {
  const [row] = await tx.insert(payments).values(payment).returning();
  invariant(row, "an insert gives its row");
  return row;
}

/** Whoever calls holds the payment's lock. */
export async function savePayment(tx: Tx, id: PaymentId, changes: PaymentChanges): Promise<void> {
  await tx.update(payments).set(changes).where(eq(payments.id, id));
}

/** New facts and all that follows from them: what people see of the payment has changed now. */
export const savePaymentFacts: (tx: Tx, id: PaymentId, changes: PaymentChanges) => Promise<void> = preparedUpdate(
  payments,
  payments.id,
  { updatedAt: sql`now()` },
);

/** The first attempt that followed it stays its replacement. */
export async function markReplaced(tx: Tx, id: PaymentId, replacedBy: PaymentId): Promise<void> {
  await tx
    .update(payments)
    .set({ replacedBy })
    .where(and(eq(payments.id, id), isNull(payments.replacedBy)));
}

export async function findPayment(db: Database | Tx, id: PaymentId): Promise<PaymentRow | null> {
  const [row] = await db.select().from(payments).where(eq(payments.id, id));
  return row ?? null;
}

export async function findPaymentState(db: Database | Tx, id: PaymentId): Promise<PaymentState | null> {
  const [row] = await db.select({ state: payments.state }).from(payments).where(eq(payments.id, id));
  return row?.state ?? null;
}

/** Its provider is somebody who can be asked. */
export type PaymentWithService = {
  payment: PaymentRow & { provider: Provider; serviceId: PaymentServiceId };
  service: ServiceRow;
};

const selectWithService = (db: Database | Tx) =>
  db
    .select({ payment: payments, service: paymentServices })
    .from(payments)
    .innerJoin(paymentServices, eq(paymentServices.id, payments.serviceId));

/** A payment with the service it was made with: all that its provider's adapter needs. */
export async function findPaymentWithService(db: Database | Tx, id: PaymentId): Promise<PaymentWithService | null> {
  const [row] = await selectWithService(db).where(eq(payments.id, id));
  // Joined to its service, so it has one (check payment_source).
  return (row as PaymentWithService | undefined) ?? null;
}

/**
 * The payment, where its link was handed out and is another one than this invoice, and none is being created: then the
 * invoice is a stray. Null otherwise.
 */
export async function findPaymentOfStray(
  db: Database | Tx,
  id: PaymentId,
  strayProviderPaymentId: string,
): Promise<PaymentWithService | null> {
  const [row] = await selectWithService(db).where(
    and(
      eq(payments.id, id),
      sql`${payments.url} is not null and ${payments.providerPaymentId} <> ${strayProviderPaymentId}`,
      sql`not exists (select 1 from provider_operations o where o.payment_id = ${payments.id} and o.kind = 'create_link' and o.state in ('planned', 'sent', 'unknown'))`,
    ),
  );
  return (row as PaymentWithService | undefined) ?? null;
}

/** An order's link that can be paid now or is being paid. */
export async function findPayableLink(db: Database | Tx, orderId: OrderId): Promise<PaymentId | null> {
  const [row] = await db
    .select({ id: payments.id })
    .from(payments)
    .where(and(eq(payments.orderId, orderId), inArray(payments.state, ["pending", "processing"])));
  return row?.id ?? null;
}

/** An order's attempts at one service. */
export const findPaymentsOfOrderAt = (
  db: Database | Tx,
  orderId: OrderId,
  serviceId: PaymentServiceId,
): Promise<PaymentRow[]> =>
  db
    .select()
    .from(payments)
    .where(and(eq(payments.orderId, orderId), eq(payments.serviceId, serviceId)));

export type MatchedPayment = Pick<PaymentRow, "id" | "orderId" | "providerPaymentId">;

/** Of those that a reference or a provider's id fits: ours by its own reference, else the only one. */
export const theOneMeant = (rows: readonly MatchedPayment[], reference: string | null): MatchedPayment | null =>
  rows.find((row) => row.id === reference) ?? (rows.length === 1 ? (rows[0] ?? null) : null);

/** Our payment behind a provider's words: by the reference that is ours, else by the provider's own id on this service. */
export async function matchPayment(
  db: Database | Tx,
  serviceId: PaymentServiceId,
  reference: string | null,
  providerPaymentId: string | null,
): Promise<MatchedPayment | null> {
  const ways = [
    ...(reference ? [eq(payments.id, reference as PaymentId)] : []),
    ...(providerPaymentId ? [eq(payments.providerPaymentId, providerPaymentId)] : []),
  ];
  if (ways.length === 0) return null;
  const rows = await db
    .select({ id: payments.id, orderId: payments.orderId, providerPaymentId: payments.providerPaymentId })
    .from(payments)
    .where(and(eq(payments.serviceId, serviceId), or(...ways)))
    .limit(2);
  return theOneMeant(rows, reference);
}

const insertEvent = preparedInsert(
  paymentEvents,
  [
    "paymentId",
    "orderId",
    "eventKey",
    "source",
    "sourceRef",
    "providerStatus",
    "facts",
    "effect",
    "providerTime",
    "raw",
  ],
  (insert) => insert.onConflictDoNothing().returning({ id: paymentEvents.id }),
);

/** Appends a report to a payment's history. False when it is there already: the same words, told again. */
export const appendEvent = async (tx: Tx, event: Parameters<typeof insertEvent>[1][number]): Promise<boolean> =>
  (await insertEvent(tx, [event])).length > 0;

/**
 * Takes payments that are due for a question, or will be within `aheadMinutes`, for a minute; runs that overlap take
 * different ones. `except`: those this run has asked about already.
 */
export async function claimDuePayments(
  db: Database,
  { aheadMinutes, except, limit }: { aheadMinutes: number; except: ReadonlySet<string>; limit: number },
): Promise<{ id: PaymentId }[]> {
  const due = db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        lte(payments.nextSyncAt, sql`now() + make_interval(mins => ${aheadMinutes})`),
        or(sql`${payments.lockedUntil} is null`, lte(payments.lockedUntil, sql`now()`)),
        except.size > 0 ? sql`${payments.id} <> all(${sql.param([...except])})` : undefined,
      ),
    )
    .orderBy(payments.nextSyncAt)
    .limit(limit)
    .for("update", { skipLocked: true });
  return db
    .update(payments)
    .set({
      lockedUntil: sql`now() + interval '60 seconds'`,
      syncAttempts: sql`${payments.syncAttempts} + 1`,
      // If this try comes to nothing: again later, slower each time, within the hour.
      nextSyncAt: sql`now() + make_interval(secs => least(60 * power(2, least(${payments.syncAttempts}, 6)), 3600))`,
    })
    .where(inArray(payments.id, due))
    .returning({ id: payments.id });
}

type LiveOperation = (typeof LIVE_OPERATIONS)[number];

/** The link of a payment as far as it is made; `leaving`: how far its provider has been asked to take it back. */
export async function findLinkOfPayment(
  db: Database | Tx,
  id: PaymentId,
): Promise<(Pick<PaymentRow, "url" | "state" | "attempt"> & { leaving: LiveOperation | null }) | null> {
  const [row] = await db
    .select({
      url: payments.url,
      state: payments.state,
      attempt: payments.attempt,
      leaving: sql<LiveOperation | null>`(select op.state from provider_operations op where op.payment_id = ${id}
        and op.kind = 'cancel_link' and op.state in (${sql.raw(LIVE_OPERATIONS.map((state) => `'${state}'`).join(", "))}))`,
    })
    .from(payments)
    .where(eq(payments.id, id));
  return row ?? null;
}

/** Takes the right to ask the provider about these payments: those not asked since `askedBefore` and not being asked now. */
export async function claimForQuestion(
  db: Database,
  ids: PaymentId[],
  times: { now: Date; askedBefore: Date; until: Date },
): Promise<PaymentId[]> {
  const rows = await db
    .update(payments)
    .set({ lockedUntil: times.until })
    .where(
      and(
        inArray(payments.id, ids),
        or(isNull(payments.checkedAt), lte(payments.checkedAt, times.askedBefore)),
        or(isNull(payments.lockedUntil), lte(payments.lockedUntil, times.now)),
      ),
    )
    .returning({ id: payments.id });
  return rows.map(({ id }) => id);
}

/** Shortens such a claim; one that ends before `until` anyway stays as it is. */
export async function shortenClaim(db: Database, id: PaymentId, until: Date): Promise<void> {
  await db
    .update(payments)
    .set({ lockedUntil: until })
    .where(and(eq(payments.id, id), gt(payments.lockedUntil, until)));
}
