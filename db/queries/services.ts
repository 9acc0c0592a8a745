import { and, eq, ne, sql } from "drizzle-orm";
import type { PaymentServiceId } from "#lib/domain/ids";
import { invariant } from "#lib/domain/invariant";
import type { Currency } from "#lib/domain/money";
import type { Database, Tx } from "../client.ts";
import { prepared } from "../prepared.ts";
import { payments } from "../schema/payments.ts";
import { paymentServices } from "../schema/services.ts";

export type ServiceRow = typeof paymentServices.$inferSelect;
export type NewService = typeof paymentServices.$inferInsert;

const serviceById = prepared((db) =>
  db
    .select()
    .from(paymentServices)
    .where(eq(paymentServices.id, sql.placeholder("id"))),
);

export const findService = async (db: Database | Tx, id: PaymentServiceId): Promise<ServiceRow | null> =>
  (await serviceById(db, { id }))[0] ?? null;

export async function lockService(tx: Tx, id: PaymentServiceId): Promise<ServiceRow | null> {
  const [row] = await tx.select().from(paymentServices).where(eq(paymentServices.id, id)).for("no key update");
  return row ?? null;
}

export async function insertService(tx: Tx, service: NewService): Promise<ServiceRow> {
  const [row] = await tx.insert(paymentServices).values(service).returning();
  invariant(row, "an insert gives its row");
  return row;
}

/** Whoever calls holds the service's lock. */
export async function saveService(tx: Tx, id: PaymentServiceId, changes: Partial<NewService>): Promise<void> {
  await tx.update(paymentServices).set(changes).where(eq(paymentServices.id, id));
}

/** This service, whatever its state, and every other that could make a link in this currency now. */
export const servicesForLink = (
  tx: Tx,
  serviceId: PaymentServiceId | null,
  currency: Currency,
): Promise<ServiceRow[]> =>
  tx
    .select()
    .from(paymentServices)
    .where(
      sql`${paymentServices.id} = ${serviceId ?? ""} or ${and(
        eq(paymentServices.enabled, true),
        eq(paymentServices.currency, currency),
        sql`${paymentServices.credentialsProblemAt} is null`,
      )}`,
    );

/** The service that new orders get, if one is marked so. */
export async function findAlwaysIncluded(tx: Tx): Promise<Pick<ServiceRow, "id" | "currency"> | null> {
  const [row] = await tx
    .select({ id: paymentServices.id, currency: paymentServices.currency })
    .from(paymentServices)
    .where(eq(paymentServices.alwaysInclude, true));
  return row ?? null;
}

export async function serviceExists(tx: Tx, id: PaymentServiceId): Promise<boolean> {
  const rows = await tx.select({ id: paymentServices.id }).from(paymentServices).where(eq(paymentServices.id, id));
  return rows.length > 0;
}

/** The provider refused our keys: no new links until somebody repairs them. The first refusal keeps its time. */
export async function noteRefusedCredentials(
  db: Database | Tx,
  id: PaymentServiceId,
  problem: string,
): Promise<{ name: string; since: Date } | null> {
  const [service] = await db
    .update(paymentServices)
    .set({
      credentialsProblemAt: sql`coalesce(${paymentServices.credentialsProblemAt}, now())`,
      credentialsProblem: problem,
    })
    .where(eq(paymentServices.id, id))
    .returning({ name: paymentServices.name, since: paymentServices.credentialsProblemAt });
  return service?.since ? { name: service.name, since: service.since } : null;
}

/** The provider has answered a status question, so it knows our keys. */
export async function noteSynced(db: Database, id: PaymentServiceId): Promise<void> {
  await db
    .update(paymentServices)
    .set({ lastSyncAt: sql`now()`, credentialsProblemAt: null, credentialsProblem: null })
    .where(eq(paymentServices.id, id));
}

/** A webhook has come; written at most every ten seconds, so that a storm of them does not queue at one row. */
export async function noteWebhook(db: Database, id: PaymentServiceId): Promise<void> {
  await db
    .update(paymentServices)
    .set({ lastWebhookAt: sql`now()` })
    .where(
      and(
        eq(paymentServices.id, id),
        sql`(${paymentServices.lastWebhookAt} is null or ${paymentServices.lastWebhookAt} < now() - interval '10 seconds')`,
      ),
    );
}

export async function serviceHasPayments(tx: Tx, id: PaymentServiceId): Promise<boolean> {
  const rows = await tx.select({ id: payments.id }).from(payments).where(eq(payments.serviceId, id)).limit(1);
  return rows.length > 0;
}

/**
 * Takes the Always include mark off every other service and answers which had it. Two people moving the mark at once
 * would each miss the other's row, so the mark is moved by one transaction at a time.
 */
export async function takeAlwaysInclude(tx: Tx, newHolder: PaymentServiceId): Promise<ServiceRow[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('holdpoint.always_include'))`);
  return tx
    .update(paymentServices)
    .set({ alwaysInclude: false, version: sql`${paymentServices.version} + 1` })
    .where(and(eq(paymentServices.alwaysInclude, true), ne(paymentServices.id, newHolder)))
    .returning();
}
