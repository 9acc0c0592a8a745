import "server-only";
import { database } from "#db/client";
import { countAllOpenTasks } from "#db/queries/review-tasks";
import { log } from "#lib/log";

const KNOWN_FOR_MS = 1_000;
let known = { count: 0, until: 0 };

/**
 * How many tasks wait on the review desk, for the navigation of every page: counted once a second for all. The last figure
 * stands while the database is away; the page itself says that it is.
 */
export async function openReviews(): Promise<number> {
  const now = performance.now();
  if (known.until > now) return known.count;
  try {
    known = { count: await countAllOpenTasks(database()), until: now + KNOWN_FOR_MS };
  } catch (error) {
    log.warn("reviews.uncounted", { error });
  }
  return known.count;
}
