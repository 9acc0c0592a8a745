import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { recentRuns, waitingRows, waitingWork } from "#db/queries/job-page";
import type { JobPageView } from "#lib/contracts/services";
import { readRunDid } from "#lib/domain/job-run";
import { iso } from "./payment-view.ts";
import type { Viewer } from "./viewer.ts";

const JOB = "manage-payment-links";
/** The schedule: minute 0, 20 and 40 of each hour. */
const EACH_MS = 20 * 60_000;

/** Manage Payment Links: its last runs, when the next is due, and what waits for it. */
export async function readJobPage(_viewer: Viewer, now: Date = timeNow()): Promise<JobPageView> {
  const db = database();
  const [runs, waiting, rows] = await Promise.all([
    recentRuns(db, JOB),
    waitingWork(db),
    waitingRows(db, EACH_MS / 60_000),
  ]);
  return {
    runs: runs.map((run) => ({
      id: run.id.toString(),
      startedAt: run.startedAt.toISOString(),
      finishedAt: iso(run.finishedAt),
      startedBy: run.startedBy,
      looked: run.looked,
      moved: run.moved,
      failed: run.failed,
      left: run.left,
      did: readRunDid(run.note),
    })),
    nextRunAt: new Date((Math.floor(now.getTime() / EACH_MS) + 1) * EACH_MS).toISOString(),
    waiting: {
      webhooks: waiting.webhooks,
      operations: waiting.operations,
      payments: waiting.payments,
      oldestDueAt: waiting.oldest,
      lagMs: waiting.oldest ? Math.max(0, now.getTime() - Date.parse(waiting.oldest)) : 0,
      rows,
    },
  };
}
