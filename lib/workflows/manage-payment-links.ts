import { holdsToWarnOf, ordersPastAcceptance } from "#db/queries/hold-watch";
import { forgetOldKeys } from "#db/queries/idempotency-keys";
import { claimDueWebhooks, unmatchedWebhooks } from "#db/queries/inbox";
import { countDueWork, finishRun, insertRun } from "#db/queries/job-runs";
import { forgetOldNotices } from "#db/queries/notices";
import { dueOperations } from "#db/queries/operations";
import { claimDuePayments } from "#db/queries/payments";
import { goodsOnEndedWaivers } from "#db/queries/unpaid-goods";
import type { WorkKind } from "#db/queries/work-in-hand";
import { HOLD_WARNING_HOURS } from "#lib/domain/hold-warning";
import type { RunDid, RunWork } from "#lib/domain/job-run";
import { log } from "#lib/log";
import { collectUnpaid } from "./collect-unpaid.ts";
import { inHand, inParallel } from "./interrupted-work.ts";
import { type ReadLine, readNextStatement } from "./read-statements.ts";
import { applyInboxRow } from "./receive-webhook.ts";
import { matchedBefore, reportUnmatchedWebhook } from "./report-unmatched-webhook.ts";
import { runOperation } from "./run-operation.ts";
import { setAsideOperation, setAsidePayment, setAsideWebhook } from "./set-aside.ts";
import { tellOfSilence } from "./staff-notices.ts";
import { applyStatementLine } from "./statement-line.ts";
import { syncPayment } from "./sync-payment.ts";
import { closeGateInTime, warnOfHold } from "./watch-holds.ts";
import { TASK, type World } from "./world.ts";

export type RunAnswer = { looked: number; moved: number; failed: number; left: number };
export const JOB = "manage-payment-links";

/** Nobody looks for what they read a quarter of a year ago. */
const NOTICES_KEPT_MS = 90 * 24 * 3_600_000;
const BATCH = 20;
/** So many tries of one webhook, within days, came to nothing. */
const WEBHOOK_TRIES = 20;
/** The run takes what would come due before the next one. */
const RUN_EVERY_MINUTES = 20;

/**
 * The net under the webhooks: inbox rows not finished, provider calls without an answer, payments due for a question, and
 * what the providers' statements tell that our books do not. Rows are claimed before they are worked on, so runs may overlap,
 * on one instance or several; one bad record is counted and left to its own back-off. Stops taking new rows at its deadline.
 */
export async function managePaymentLinks(
  world: World,
  input: { startedBy: string; deadlineMs: number },
): Promise<RunAnswer> {
  const runId = await insertRun(world.db, { job: JOB, startedBy: input.startedBy });
  const { did, ...answer } = await work(world, input.deadlineMs, RUN_EVERY_MINUTES);
  await tellOfSilence(world).catch((error: unknown) => log.error("job.record_failed", { jobId: JOB, error }));
  await forgetOldKeys(world.db);
  await forgetOldNotices(world.db, new Date(world.now().getTime() - NOTICES_KEPT_MS));
  await finishRun(world.db, runId, answer, did);
  log.info("job.run", { jobId: JOB, ...answer });
  return answer;
}

/** The same work between runs, for what is due this moment; says nothing when there is nothing. */
export async function pulse(world: World, deadlineMs = 10_000): Promise<RunAnswer> {
  const { did: _did, ...answer } = await work(world, deadlineMs, 0);
  return answer;
}

async function work(world: World, deadlineMs: number, aheadMinutes: number): Promise<RunAnswer & { did: RunDid }> {
  const until = performance.now() + deadlineMs;
  const answer: RunAnswer = { looked: 0, moved: 0, failed: 0, left: 0 };
  const did: RunDid = {};
  const each = async <T>(
    kind: RunWork,
    claim: () => Promise<T[]>,
    handle: (row: T) => Promise<boolean>,
    /** For what providers have said and might kill: what becomes of it then. */
    poison?: {
      kind: WorkKind;
      idOf: (row: T) => string;
      setAside: (row: T) => Promise<void>;
      hopeless?: (row: T) => boolean;
    },
  ) => {
    const counts = { looked: 0, moved: 0, failed: 0 };
    const count = (what: keyof typeof counts) => {
      counts[what]++;
      answer[what]++;
    };
    for (let rows = await claim(); rows.length > 0; rows = performance.now() < until ? await claim() : []) {
      did[kind] = counts;
      const counted = (work: (row: T) => Promise<unknown>) => async (row: T) => {
        count("looked");
        try {
          if (await work(row)) count("moved");
        } catch (error) {
          count("failed");
          log.error("job.record_failed", { jobId: JOB, error });
        }
      };
      if (!poison) await inParallel(rows, counted(handle));
      else
        await inHand(world, {
          kind: poison.kind,
          idOf: poison.idOf,
          rows,
          handle: counted((row) => (poison.hopeless?.(row) ? poison.setAside(row) : handle(row))),
          setAside: counted(poison.setAside),
        });
    }
  };
  const seen = new Set<string>();
  const unseen = async <T extends { id: string | bigint }>(rows: Promise<T[]>) =>
    (await rows).filter(({ id }) => !seen.has(String(id)) && seen.add(String(id)));
  await each(
    "webhooks",
    () => claimDueWebhooks(world.db, BATCH),
    (row) =>
      row.source === "statement"
        ? applyStatementLine(world, row)
        : applyInboxRow(world, row, {
            reference: row.reference ?? "",
            confirmByStatus: true,
            observation: null,
          }),
    {
      kind: "webhook",
      idOf: ({ id }) => String(id),
      setAside: (row) => setAsideWebhook(world, row),
      hopeless: ({ state, attempts }) => state === "received" && attempts > WEBHOOK_TRIES,
    },
  );
  const called = new Set<string>();
  await each(
    "calls",
    async () => {
      const due = await dueOperations(world.db, { except: called, limit: BATCH });
      for (const { id } of due) called.add(id);
      return due;
    },
    async ({ id }) => {
      const outcome = await runOperation(world, id, TASK);
      return outcome !== null && outcome.state !== "pending";
    },
    { kind: "operation", idOf: ({ id }) => id, setAside: (row) => setAsideOperation(world, row) },
  );
  const done = new Set<string>();
  await each(
    "payments",
    async () => {
      const claimed = await claimDuePayments(world.db, { aheadMinutes, except: done, limit: BATCH });
      return claimed.filter(({ id }) => !done.has(id) && done.add(id));
    },
    async ({ id }) => {
      const synced = await syncPayment(world, TASK, id);
      if (!synced.ok) answer.failed++;
      return synced.ok && synced.value.moved;
    },
    { kind: "payment", idOf: ({ id }) => id, setAside: ({ id }) => setAsidePayment(world, id) },
  );
  // After the questions: what they have found is no news any more. Between runs nobody reads a statement.
  if (aheadMinutes > 0)
    await each(
      "statement",
      () => statementNews(world, until),
      (line) => {
        if ("unread" in line) throw new Error(`A statement could not be read: ${line.unread.code}`);
        return applyStatementLine(world, line);
      },
      {
        // Kept like a webhook, a line is found in hand by whichever step takes it up next.
        kind: "webhook",
        idOf: ({ id }) => String(id),
        setAside: async (line) => {
          if (!("unread" in line)) await setAsideWebhook(world, line);
        },
      },
    );
  await each(
    "unmatched",
    () => unseen(unmatchedWebhooks(world.db, matchedBefore(world), BATCH)),
    (row) => reportUnmatchedWebhook(world, row, TASK),
  );
  await each(
    "holds",
    () => unseen(holdsToWarnOf(world.db, { now: world.now(), steps: HOLD_WARNING_HOURS, except: seen, limit: BATCH })),
    ({ id }) => warnOfHold(world, id),
  );
  await each(
    "gates",
    () => unseen(ordersPastAcceptance(world.db, { now: world.now(), except: seen, limit: BATCH })),
    ({ id }) => closeGateInTime(world, id),
  );
  const collected = new Set<string>();
  if (aheadMinutes > 0)
    await each(
      "collect",
      async () => {
        const rows = await goodsOnEndedWaivers(world.db, { now: world.now(), except: collected, limit: BATCH });
        return rows.filter(({ id }) => !collected.has(id) && collected.add(id));
      },
      ({ id }) => collectUnpaid(world, id),
    );
  answer.left = await countDueWork(world.db);
  return { ...answer, did };
}

/** From one statement after the other, the first that tells anything new. */
async function statementNews(world: World, until: number): Promise<ReadLine[]> {
  while (performance.now() < until) {
    const lines = await readNextStatement(world, until);
    if (lines === null || lines.length > 0) return lines ?? [];
  }
  return [];
}
