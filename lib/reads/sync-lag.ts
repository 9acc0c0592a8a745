import "server-only";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { oldestDueWork } from "#db/queries/job-page";
import { log } from "#lib/log";

/** One run of Manage Payment Links may be late; when the next one has not come either, people should know. */
const LATE_AFTER_MS = 45 * 60_000;
const KNOWN_FOR_MS = 10_000;
let known: { lagMs: number | null; until: number } = { lagMs: null, until: Number.NEGATIVE_INFINITY };

/**
 * For how long providers have not been asked although it was due, when that is long; null while all is well. A task that has
 * stopped cannot say so itself: each staff page asks. What was known last stands while the database is away.
 */
export async function syncLag(): Promise<number | null> {
  const now = performance.now();
  if (known.until > now) return known.lagMs;
  try {
    const oldest = await oldestDueWork(database());
    const lagMs = oldest ? timeNow().getTime() - oldest.getTime() : 0;
    known = { lagMs: lagMs > LATE_AFTER_MS ? lagMs : null, until: now + KNOWN_FOR_MS };
  } catch (error) {
    log.warn("lag.unread", { error });
  }
  return known.lagMs;
}
