import { and, eq, inArray, lte, or, sql } from "drizzle-orm";
import { LIVE_OPERATIONS } from "#db/queries/order-locks";
import { payments, providerOperations, webhookInbox } from "#db/schema/payments";
import { idempotencyKeys, jobRuns } from "#db/schema/records";
import type { PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { log } from "#lib/log";
import { applyInboxRow } from "./receive-webhook.ts";
import { runOperation } from "./run-operation.ts";
import { syncPayment } from "./sync-payment.ts";
import { TASK, type World } from "./world.ts";

export type RunAnswer = { looked: number; moved: number; failed: number; left: number };
export const JOB = "manage-payment-links";

const BATCH = 20;
const AT_ONCE = 4;
/** The run takes what would come due before the next one. */
const RUN_EVERY_MINUTES = 20;

/**
 * The net under the webhooks: inbox rows not finished, provider calls without an answer, payments due for a question. Rows
 * are claimed before they are worked on, so runs may overlap, on one instance or several; one bad record is counted and
 * left to its own back-off. Stops taking new rows at its deadline.
 */
export async function managePaymentLinks(
  world: World,
  input: { startedBy: string; deadlineMs: number },
): Promise<RunAnswer> {
  const [run] = await world.db
    .insert(jobRuns)
    .values({ job: JOB, startedBy: input.startedBy })
    .returning({ id: jobRuns.id });
  const answer = await work(world, input.deadlineMs, RUN_EVERY_MINUTES);
  await forgetOldKeys(world);
  if (run)
    await world.db
      .update(jobRuns)
      .set({ ...answer, finishedAt: sql`now()` })
      .where(eq(jobRuns.id, run.id));
  log.info("job.run", { jobId: JOB, ...answer });
  return answer;
}

/** The same work between runs, for what is due this moment; says nothing when there is nothing. */
export async function pulse(world: World, deadlineMs = 10_000): Promise<RunAnswer> {
  return work(world, deadlineMs, 0);
}

async function work(world: World, deadlineMs: number, aheadMinutes: number): Promise<RunAnswer> {
  const until = Date.now() + deadlineMs;
  const answer: RunAnswer = { looked: 0, moved: 0, failed: 0, left: 0 };
  const each = async <T>(claim: () => Promise<T[]>, handle: (row: T) => Promise<boolean>) => {
    for (let rows = await claim(); rows.length > 0; rows = Date.now() < until ? await claim() : [])
      await inParallel(rows, async (row) => {
        answer.looked++;
        try {
          if (await handle(row)) answer.moved++;
        } catch (error) {
          answer.failed++;
          log.error("job.record_failed", { jobId: JOB, error });
        }
      });
  };
  await each(
    () => claimInbox(world),
    (row) =>
      applyInboxRow(world, row.serviceId, row.id, {
        reference: row.reference ?? "",
        confirmByStatus: true,
        observation: null,
      }),
  );
  await each(
    () => claimOperations(world),
    async ({ id }) => {
      const outcome = await runOperation(world, id, TASK);
      return outcome !== null && outcome.state !== "pending";
    },
  );
  const done = new Set<string>();
  await each(
    async () => (await claimPayments(world, aheadMinutes, done)).filter(({ id }) => !done.has(id) && done.add(id)),
    async ({ id }) => {
      const synced = await syncPayment(world, TASK, id);
      if (!synced.ok) answer.failed++;
      return synced.ok && synced.value.moved;
    },
  );
  answer.left = await stillDue(world);
  return answer;
}

/** Attempts are raised before the work, so a record that kills the process is not taken for ever. */
async function claimInbox(
  world: World,
): Promise<{ id: bigint; serviceId: PaymentServiceId; reference: string | null }[]> {
  const due = world.db
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
    .limit(BATCH)
    .for("update", { skipLocked: true });
  return world.db
    .update(webhookInbox)
    .set({
      attempts: sql`${webhookInbox.attempts} + 1`,
      nextAttemptAt: sql`now() + make_interval(secs => least(30 * power(2, least(${webhookInbox.attempts}, 7)), 3600))`,
      state: sql`case when ${webhookInbox.attempts} >= 20 and ${webhookInbox.state} = 'received' then 'quarantined' else ${webhookInbox.state} end`,
    })
    .where(inArray(webhookInbox.id, due))
    .returning({ id: webhookInbox.id, serviceId: webhookInbox.serviceId, reference: webhookInbox.reference });
}

/** Only names them: `runOperation` claims each for itself, and a second taker finds it taken. */
async function claimOperations(world: World) {
  return world.db
    .select({ id: providerOperations.id })
    .from(providerOperations)
    .where(
      and(
        inArray(providerOperations.state, [...LIVE_OPERATIONS]),
        lte(providerOperations.nextAttemptAt, sql`now()`),
        or(sql`${providerOperations.lockedUntil} is null`, lte(providerOperations.lockedUntil, sql`now()`)),
      ),
    )
    .orderBy(providerOperations.nextAttemptAt)
    .limit(BATCH);
}

async function claimPayments(
  world: World,
  aheadMinutes: number,
  done: ReadonlySet<string>,
): Promise<{ id: PaymentId }[]> {
  const due = world.db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        lte(payments.nextSyncAt, sql`now() + make_interval(mins => ${aheadMinutes})`),
        or(sql`${payments.lockedUntil} is null`, lte(payments.lockedUntil, sql`now()`)),
        done.size > 0 ? sql`${payments.id} <> all(${sql.param([...done])})` : undefined,
      ),
    )
    .orderBy(payments.nextSyncAt)
    .limit(BATCH)
    .for("update", { skipLocked: true });
  return world.db
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

async function stillDue(world: World): Promise<number> {
  const [row] = await world.db.execute<{ n: number }>(sql`
    select (select count(*) from webhook_inbox where state = 'received' and next_attempt_at <= now())
         + (select count(*) from provider_operations where state in ('planned', 'sent', 'unknown') and next_attempt_at <= now())
         + (select count(*) from payments where next_sync_at <= now() and (locked_until is null or locked_until <= now())) as n`);
  return Number(row?.n ?? 0);
}

/** Answers to repeated requests are kept for four days: a bad Friday survives the weekend. */
async function forgetOldKeys(world: World): Promise<void> {
  await world.db.delete(idempotencyKeys).where(lte(idempotencyKeys.createdAt, sql`now() - interval '96 hours'`));
}

async function inParallel<T>(rows: readonly T[], handle: (row: T) => Promise<void>): Promise<void> {
  const queue = [...rows];
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, queue.length) }, async () => {
      for (let row = queue.shift(); row !== undefined; row = queue.shift()) await handle(row);
    }),
  );
}
