import { and, desc, eq, inArray, lte, or, sql } from "drizzle-orm";
import { invariant } from "#lib/domain/invariant";
import type { Database, Tx } from "../client.ts";
import { prepared } from "../prepared.ts";
import { payments, webhookInbox } from "../schema/payments.ts";
import { type MatchedPayment, theOneMeant } from "./payments.ts";

export type InboxRow = typeof webhookInbox.$inferSelect;

export type NewWebhook = Pick<InboxRow, "serviceId" | "eventKey" | "reference" | "headers"> & {
  raw: Uint8Array;
};

const keepAndMatch = prepared((db) => {
  const kept = db.$with("kept").as(
    db
      .insert(webhookInbox)
      .values({
        serviceId: sql.placeholder("serviceId"),
        eventKey: sql.placeholder("eventKey"),
        reference: sql.placeholder("reference"),
        headers: sql.placeholder("headers"),
        raw: sql.placeholder("raw"),
        // The task takes over what the receiving process does not finish.
        nextAttemptAt: sql`now() + interval '20 seconds'`,
      })
      .onConflictDoUpdate({
        target: [webhookInbox.serviceId, webhookInbox.eventKey],
        set: { deliveryCount: sql`${webhookInbox.deliveryCount} + 1` },
      })
      .returning({ inboxId: webhookInbox.id, inboxState: webhookInbox.state }),
  );
  return db
    .with(kept)
    .select({
      inboxId: kept.inboxId,
      inboxState: kept.inboxState,
      id: payments.id,
      orderId: payments.orderId,
      providerPaymentId: payments.providerPaymentId,
    })
    .from(kept)
    .leftJoin(
      payments,
      sql`${payments.serviceId} = ${sql.placeholder("at")}
        and (${payments.id} = ${sql.placeholder("ours")} or ${payments.providerPaymentId} = ${sql.placeholder("theirs")})`,
    )
    .limit(2);
});

/**
 * Keeps a verified webhook for good and looks for the payment it speaks of; one that was kept before is counted and answers
 * with how it stands. One statement, so one way to the database, and committed before anybody reads what the webhook says.
 */
export async function keepWebhook(
  db: Database,
  webhook: NewWebhook,
  told: { reference: string | null; providerPaymentId: string | null },
): Promise<Pick<InboxRow, "id" | "state"> & { payment: MatchedPayment | null }> {
  const rows = await keepAndMatch(db, {
    ...webhook,
    at: webhook.serviceId,
    ours: told.reference,
    theirs: told.providerPaymentId,
  });
  const [kept] = rows;
  invariant(kept, "the inbox keeps every verified webhook");
  const found = rows.flatMap(({ id, orderId, providerPaymentId }) =>
    id && orderId ? [{ id, orderId, providerPaymentId }] : [],
  );
  return { id: kept.inboxId, state: kept.inboxState, payment: theOneMeant(found, told.reference) };
}

/** Its payment is known and its news recorded, in the transaction that records them. */
export async function finishWebhook(tx: Tx, id: bigint): Promise<void> {
  await finish(tx, { id });
}

const finish = prepared((db) =>
  db
    .update(webhookInbox)
    .set({ state: "applied", handledAt: sql`now()`, error: null })
    .where(eq(webhookInbox.id, sql.placeholder("id")))
    .returning({ id: webhookInbox.id }),
);

export async function leaveWebhookUnmatched(db: Database, id: bigint): Promise<void> {
  await db
    .update(webhookInbox)
    .set({ state: "unmatched", error: "no payment with this reference" })
    .where(eq(webhookInbox.id, id));
}

/** What it says could not be confirmed: again later, slower each time, within the hour. */
export async function postponeWebhook(db: Database, id: bigint, error: string): Promise<void> {
  await db
    .update(webhookInbox)
    .set({
      error: error.slice(0, 200),
      nextAttemptAt: sql`now() + make_interval(secs => least(10 * power(2, ${webhookInbox.attempts}), 3600))`,
    })
    .where(eq(webhookInbox.id, id));
}

/** Takes webhooks that are not finished and due; each is found again later, slower each time, within the hour. */
export async function claimDueWebhooks(
  db: Database,
  limit: number,
): Promise<Pick<InboxRow, "id" | "serviceId" | "source" | "reference" | "raw" | "state" | "attempts">[]> {
  const due = db
    .select({ id: webhookInbox.id })
    .from(webhookInbox)
    .where(
      and(
        lte(webhookInbox.nextAttemptAt, sql`now()`),
        or(
          eq(webhookInbox.state, "received"),
          // What matches nothing is looked for again for three days: the payment's row may simply come later.
          and(eq(webhookInbox.state, "unmatched"), sql`${webhookInbox.receivedAt} > now() - interval '3 days'`),
        ),
      ),
    )
    .orderBy(webhookInbox.nextAttemptAt)
    .limit(limit)
    .for("update", { skipLocked: true });
  return db
    .update(webhookInbox)
    .set({
      attempts: sql`${webhookInbox.attempts} + 1`,
      nextAttemptAt: sql`now() + make_interval(secs => least(30 * power(2, least(${webhookInbox.attempts}, 7)), 3600))`,
    })
    .where(inArray(webhookInbox.id, due))
    .returning({
      id: webhookInbox.id,
      serviceId: webhookInbox.serviceId,
      source: webhookInbox.source,
      reference: webhookInbox.reference,
      raw: webhookInbox.raw,
      state: webhookInbox.state,
      attempts: webhookInbox.attempts,
    });
}

/** Not dealt with any more; its bytes and its identity stay. */
export async function quarantineWebhook(tx: Tx, id: bigint): Promise<void> {
  await tx.update(webhookInbox).set({ state: "quarantined" }).where(eq(webhookInbox.id, id));
}

export type UnmatchedWebhook = Pick<
  InboxRow,
  "id" | "serviceId" | "source" | "reference" | "headers" | "raw" | "receivedAt"
>;

const UNMATCHED = {
  id: webhookInbox.id,
  serviceId: webhookInbox.serviceId,
  source: webhookInbox.source,
  reference: webhookInbox.reference,
  headers: webhookInbox.headers,
  raw: webhookInbox.raw,
  receivedAt: webhookInbox.receivedAt,
};

/**
 * Webhooks that have found no payment for so long that a person should look, and that no task speaks of yet; a statement's
 * line at once, because money is on a list later than its payment is in our books.
 */
export const unmatchedWebhooks = (db: Database, receivedBefore: Date, limit: number): Promise<UnmatchedWebhook[]> =>
  db
    // Of all that is told of one payment the newest: it knows most.
    .selectDistinctOn([webhookInbox.serviceId, webhookInbox.reference], UNMATCHED)
    .from(webhookInbox)
    .where(
      and(
        eq(webhookInbox.state, "unmatched"),
        or(lte(webhookInbox.receivedAt, receivedBefore), eq(webhookInbox.source, "statement")),
        isUnreported,
      ),
    )
    .orderBy(webhookInbox.serviceId, webhookInbox.reference, desc(webhookInbox.id))
    .limit(limit);

/** Everything unmatched that was told of the same payment: deliveries overtake each other, and one alone may know little. */
export const unmatchedTwins = (db: Database, { serviceId, reference }: UnmatchedWebhook): Promise<UnmatchedWebhook[]> =>
  db
    .select(UNMATCHED)
    .from(webhookInbox)
    .where(
      and(
        eq(webhookInbox.serviceId, serviceId),
        eq(webhookInbox.state, "unmatched"),
        sql`${webhookInbox.reference} is not distinct from ${reference}`,
      ),
    )
    .orderBy(desc(webhookInbox.id))
    .limit(20);

/** One task for all that is told of one payment; what is told after a person has closed it asks again. */
const isUnreported = sql`not exists (select 1 from review_tasks task join webhook_inbox twin on twin.id = task.inbox_id
  where twin.service_id = ${webhookInbox.serviceId} and twin.reference is not distinct from ${webhookInbox.reference}
    and (task.closed_at is null or ${webhookInbox.receivedAt} <= task.closed_at))`;

/**
 * Takes all that is told of the same payment until the transaction ends; true when no task speaks of it still. Two instances
 * that look at once open one task.
 */
export async function lockUnreported(tx: Tx, { id, serviceId, reference }: UnmatchedWebhook): Promise<boolean> {
  await tx
    .select({ id: webhookInbox.id })
    .from(webhookInbox)
    .where(
      and(
        eq(webhookInbox.serviceId, serviceId),
        sql`${webhookInbox.reference} is not distinct from ${reference}`,
        eq(webhookInbox.state, "unmatched"),
      ),
    )
    .orderBy(webhookInbox.id)
    .for("no key update");
  const still = await tx
    .select({ id: webhookInbox.id })
    .from(webhookInbox)
    .where(and(eq(webhookInbox.id, id), eq(webhookInbox.state, "unmatched"), isUnreported));
  return still.length > 0;
}

export async function findWebhook(
  db: Database | Tx,
  id: bigint,
): Promise<Pick<InboxRow, "id" | "serviceId" | "source" | "reference" | "state"> | null> {
  const [row] = await db
    .select({
      id: webhookInbox.id,
      serviceId: webhookInbox.serviceId,
      source: webhookInbox.source,
      reference: webhookInbox.reference,
      state: webhookInbox.state,
    })
    .from(webhookInbox)
    .where(eq(webhookInbox.id, id));
  return row ?? null;
}

/** Everything unmatched that was told of the same payment has found it now, in the transaction that records the news. */
export async function finishTwins(tx: Tx, id: bigint): Promise<void> {
  await tx
    .update(webhookInbox)
    .set({ state: "applied", handledAt: sql`now()`, error: null })
    .where(
      and(
        eq(webhookInbox.state, "unmatched"),
        sql`exists (select 1 from webhook_inbox own where own.id = ${id} and own.service_id = ${webhookInbox.serviceId}
          and own.reference is not distinct from ${webhookInbox.reference})`,
      ),
    );
}
