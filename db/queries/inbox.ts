import { and, eq, inArray, lte, or, sql } from "drizzle-orm";
import type { PaymentServiceId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import type { Database, Tx } from "../client.ts";
import { webhookInbox } from "../schema/payments.ts";

export type InboxRow = typeof webhookInbox.$inferSelect;

/** Keeps a verified webhook for good; one that was kept before is counted and answers with how it stands. */
export async function keepWebhook(
  db: Database,
  webhook: Pick<InboxRow, "serviceId" | "eventKey" | "reference" | "headers" | "nextAttemptAt"> & { raw: Uint8Array },
): Promise<Pick<InboxRow, "id" | "state">> {
  const [kept] = await db
    .insert(webhookInbox)
    .values(webhook)
    .onConflictDoUpdate({
      target: [webhookInbox.serviceId, webhookInbox.eventKey],
      set: { deliveryCount: sql`${webhookInbox.deliveryCount} + 1` },
    })
    .returning({ id: webhookInbox.id, state: webhookInbox.state });
  invariant(kept, "the inbox keeps every verified webhook");
  return kept;
}

/** Its payment is known and its news recorded, in the transaction that records them. */
export async function finishWebhook(tx: Tx, id: bigint): Promise<void> {
  await tx
    .update(webhookInbox)
    .set({ state: "applied", handledAt: sql`now()`, error: null })
    .where(eq(webhookInbox.id, id));
}

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

/**
 * Takes webhooks that are not finished and due. Attempts are raised before the work, so a record that kills the process is
 * not taken for ever.
 */
export async function claimDueWebhooks(
  db: Database,
  limit: number,
): Promise<{ id: bigint; serviceId: PaymentServiceId; reference: string | null }[]> {
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
      state: sql`case when ${webhookInbox.attempts} >= 20 and ${webhookInbox.state} = 'received' then 'quarantined' else ${webhookInbox.state} end`,
    })
    .where(inArray(webhookInbox.id, due))
    .returning({ id: webhookInbox.id, serviceId: webhookInbox.serviceId, reference: webhookInbox.reference });
}
