import { and, eq, getTableColumns, inArray, or, sql } from "drizzle-orm";
import type { PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import type { Provider } from "#lib/domain/provider";
import type { Database } from "../client.ts";
import { payments, webhookInbox } from "../schema/payments.ts";
import { paymentServices } from "../schema/services.ts";
import type { InboxRow } from "./inbox.ts";
import type { PaymentRow } from "./payment-rows.ts";
import type { ServiceRow } from "./services.ts";

/**
 * Takes one service whose statement is due for reading, for five minutes; runs that overlap take different ones. Only where
 * there is something to compare: payments of about the last month, also of a service that has been switched off.
 */
export async function claimStatement(db: Database, providers: readonly Provider[]): Promise<ServiceRow | null> {
  const due = db
    .select({ id: paymentServices.id })
    .from(paymentServices)
    .where(
      and(
        inArray(paymentServices.provider, [...providers]),
        eq(paymentServices.credentialsComplete, true),
        sql`(${paymentServices.statementDueAt} is null or ${paymentServices.statementDueAt} <= now())`,
        sql`exists (select 1 from payments p where p.service_id = ${paymentServices.id} and p.created_at > now() - interval '40 days')`,
      ),
    )
    .orderBy(sql`${paymentServices.statementDueAt} nulls first`, paymentServices.id)
    .limit(1)
    .for("update", { skipLocked: true });
  const [row] = await db
    .update(paymentServices)
    .set({ statementDueAt: sql`now() + interval '5 minutes'` })
    .where(inArray(paymentServices.id, due))
    .returning();
  return row ?? null;
}

/** All before this moment is read and kept. */
export async function noteStatementRead(db: Database, id: PaymentServiceId, readTo: Date): Promise<void> {
  await db.update(paymentServices).set({ statementReadTo: readTo }).where(eq(paymentServices.id, id));
}

/** Lets go of a service that was taken for reading. */
export async function readStatementAgain(db: Database, id: PaymentServiceId, inSeconds: number): Promise<void> {
  await db
    .update(paymentServices)
    .set({ statementDueAt: sql`now() + make_interval(secs => ${inSeconds})` })
    .where(eq(paymentServices.id, id));
}

/** What we have under these names, of whichever service: two may read the same account's statement. */
export const paymentsNamed = (
  db: Database,
  provider: Provider,
  names: { references: readonly PaymentId[]; providerIds: readonly string[] },
): Promise<PaymentRow[]> =>
  db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.provider, provider),
        or(inArray(payments.id, [...names.references]), inArray(payments.providerPaymentId, [...names.providerIds])),
      ),
    );

/** Keeps a line for good. `isNew`: nobody has read it before. */
export async function keepStatementLine(
  db: Database,
  line: Pick<InboxRow, "serviceId" | "eventKey" | "reference" | "nextAttemptAt"> & { raw: Uint8Array },
): Promise<Pick<InboxRow, "id" | "serviceId" | "state" | "reference" | "attempts"> & { isNew: boolean }> {
  const { id, serviceId, state, reference, attempts } = getTableColumns(webhookInbox);
  const kept = { id, serviceId, state, reference, attempts };
  const [added] = await db
    .insert(webhookInbox)
    .values({ ...line, source: "statement", headers: {} })
    .onConflictDoNothing()
    .returning(kept);
  if (added) return { ...added, isNew: true };
  const [known] = await db
    .select(kept)
    .from(webhookInbox)
    .where(and(eq(webhookInbox.serviceId, line.serviceId), eq(webhookInbox.eventKey, line.eventKey)));
  invariant(known, "a line that cannot be added is there");
  return { ...known, isNew: false };
}
