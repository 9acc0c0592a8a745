import { and, eq, gte, inArray, lte, or, sql } from "drizzle-orm";
import { makeId, type OperationId, type OrderId, type PaymentId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import type { OperationState } from "#lib/domain/payment";
import type { Database, Tx } from "../client.ts";
import { providerOperations } from "../schema/payments.ts";
import { LIVE_OPERATIONS, type OperationRow } from "./order-locks.ts";

const isLive = inArray(providerOperations.state, [...LIVE_OPERATIONS]);
type LiveState = (typeof LIVE_OPERATIONS)[number];

/** Writes the intent of a provider call; the call itself follows after the commit. */
export async function insertOperation(
  tx: Tx,
  operation: typeof providerOperations.$inferInsert,
): Promise<OperationRow> {
  const [row] = await tx.insert(providerOperations).values(operation).returning();
  invariant(row, "an insert gives its row");
  return row;
}

/** Takes a live operation for so long and marks it as sent. Null when it is settled, or somebody else is at it. */
export async function claimOperation(db: Database, id: OperationId, seconds: number): Promise<OperationRow | null> {
  const [operation] = await db
    .update(providerOperations)
    .set({
      state: "sent",
      attempts: sql`${providerOperations.attempts} + 1`,
      sentAt: sql`coalesce(${providerOperations.sentAt}, now())`,
      lockedUntil: sql`now() + make_interval(secs => ${seconds})`,
      nextAttemptAt: sql`now() + make_interval(secs => ${seconds})`,
    })
    .where(
      and(
        eq(providerOperations.id, id),
        isLive,
        or(sql`${providerOperations.lockedUntil} is null`, sql`${providerOperations.lockedUntil} < now()`),
      ),
    )
    .returning();
  return operation ?? null;
}

/** Only names those that are due: {@link claimOperation} takes each for itself, and a second taker finds it taken. */
export const dueOperations = (
  db: Database,
  { except, limit }: { except: ReadonlySet<string>; limit: number },
): Promise<Pick<OperationRow, "id" | "paymentId">[]> =>
  db
    .select({ id: providerOperations.id, paymentId: providerOperations.paymentId })
    .from(providerOperations)
    .where(
      and(
        isLive,
        lte(providerOperations.nextAttemptAt, sql`now()`),
        or(sql`${providerOperations.lockedUntil} is null`, lte(providerOperations.lockedUntil, sql`now()`)),
        except.size > 0 ? sql`${providerOperations.id} <> all(${sql.param([...except])})` : undefined,
      ),
    )
    .orderBy(providerOperations.nextAttemptAt)
    .limit(limit);

/** Ends an operation: the provider, or a fact about the payment, has answered it. */
export async function settleOperation(
  tx: Tx,
  id: OperationId,
  end: { state: Exclude<OperationState, LiveState>; code: string; message?: string | null; durationMs?: number },
): Promise<void> {
  await tx
    .update(providerOperations)
    .set({ ...end, finishedAt: sql`now()`, lockedUntil: null, nextAttemptAt: null })
    .where(eq(providerOperations.id, id));
}

/** Lets go of an operation that has been answered without an end to it; it is asked about again at `nextAttemptAt`. */
export async function postponeOperation(
  tx: Tx,
  id: OperationId,
  answer: {
    state: Exclude<LiveState, "planned">;
    code: string;
    message: string | null;
    nextAttemptAt: Date;
    durationMs: number;
  },
): Promise<void> {
  await tx
    .update(providerOperations)
    .set({ ...answer, lockedUntil: null })
    .where(eq(providerOperations.id, id));
}

/** Lets go of a claimed operation about which nothing was learnt, unless somebody has settled it meanwhile. */
export async function leaveOperationUnknown(
  db: Database,
  id: OperationId,
  nextAttemptAt: Date,
  why: { code: string; message: string } | null,
): Promise<void> {
  await db
    .update(providerOperations)
    .set({ state: "unknown", lockedUntil: null, nextAttemptAt, code: why?.code, message: why?.message })
    .where(and(eq(providerOperations.id, id), eq(providerOperations.state, "sent")));
}

/** Calls about an order that were wanted from a moment on and that their provider, or a fact, has refused; the first in front. */
export function rejectedSince(tx: Tx, orderId: OrderId, since: Date): Promise<OperationRow[]> {
  // Ids sort by birth, by the same clock that the moment is of.
  const first = makeId("opr", since.getTime(), new Uint8Array(16));
  return tx
    .select()
    .from(providerOperations)
    .where(
      and(
        eq(providerOperations.orderId, orderId),
        eq(providerOperations.state, "rejected"),
        gte(providerOperations.id, first),
      ),
    )
    .orderBy(providerOperations.id);
}

/** How an operation stands now. */
export async function findOperationState(
  db: Database | Tx,
  id: OperationId,
): Promise<Pick<OperationRow, "state" | "code" | "message"> | null> {
  const [row] = await db
    .select({ state: providerOperations.state, code: providerOperations.code, message: providerOperations.message })
    .from(providerOperations)
    .where(eq(providerOperations.id, id));
  return row ?? null;
}

/** A payment's calls that have no end yet. */
export const unsettledOperations = (db: Database, paymentId: PaymentId): Promise<Pick<OperationRow, "id" | "kind">[]> =>
  db
    .select({ id: providerOperations.id, kind: providerOperations.kind })
    .from(providerOperations)
    .where(and(eq(providerOperations.paymentId, paymentId), isLive));

export async function hasUnsettledOperation(db: Database, paymentId: PaymentId): Promise<boolean> {
  const rows = await db
    .select({ id: providerOperations.id })
    .from(providerOperations)
    .where(and(eq(providerOperations.paymentId, paymentId), isLive))
    .limit(1);
  return rows.length > 0;
}

/** A payment's calls that were left to a person: nobody has learnt yet how they ended. */
export const operationsInReview = (tx: Tx, paymentId: PaymentId): Promise<OperationRow[]> =>
  tx
    .select()
    .from(providerOperations)
    .where(and(eq(providerOperations.paymentId, paymentId), eq(providerOperations.state, "needs_review")));

/** What of a payment we have asked to be given back, by refunds in these states. */
export async function sumRefundsAskedFor(
  tx: Tx,
  paymentId: PaymentId,
  states: readonly OperationState[],
): Promise<bigint> {
  const [row] = await tx
    .select({ sum: sql<string>`coalesce(sum(${providerOperations.amountMinor}), 0)::text` })
    .from(providerOperations)
    .where(
      and(
        eq(providerOperations.paymentId, paymentId),
        eq(providerOperations.kind, "refund"),
        inArray(providerOperations.state, [...states]),
      ),
    );
  return BigInt(row?.sum ?? "0");
}
