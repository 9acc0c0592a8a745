import "server-only";
import { sql } from "drizzle-orm";
import { log } from "#lib/log";
import type { Database } from "./client.ts";

/**
 * What time it is. All instances and all stored deadlines go by one clock, the database's: it is read now and then and
 * carried on by this machine's monotonic clock. So a machine whose own clock is wrong, or is set while it runs, ends no
 * link, no lease and no sign-in too early or too late. Until the database has been asked, the machine's own has to do.
 */
type Reading = { databaseMs: number; readAtMs: number };

/** The schedule that reads the clock lives in another bundle of this process than the requests. */
const KEPT = Symbol.for("holdpoint.clock");
const kept = globalThis as { [KEPT]?: Reading };

/** An answer that was this long under way says little about the very moment. */
const NARROW_MS = 50;
const TRIES = 3;
/** Worth a look by whoever keeps the machine; smaller differences are everywhere. */
const SKEW_MS = 30_000;
let skewed = false;

export function timeNow(): Date {
  const reading = kept[KEPT];
  return reading ? new Date(reading.databaseMs + performance.now() - reading.readAtMs) : new Date();
}

/** Asks the database for the time; of several tries the one that was answered fastest counts. */
export async function readClock(db: Database): Promise<void> {
  let best: (Reading & { tookMs: number }) | null = null;
  for (let tries = 0; tries < TRIES && (best?.tookMs ?? NARROW_MS) >= NARROW_MS; tries++) {
    const asked = performance.now();
    const [row] = await db.execute<{ ms: number }>(
      sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
    );
    const answered = performance.now();
    const tookMs = answered - asked;
    if (row && (!best || tookMs < best.tookMs)) best = { databaseMs: row.ms, readAtMs: (asked + answered) / 2, tookMs };
  }
  if (!best) return;
  kept[KEPT] = { databaseMs: best.databaseMs, readAtMs: best.readAtMs };
  const aheadMs = Math.round(Date.now() - timeNow().getTime());
  const isSkewed = Math.abs(aheadMs) > SKEW_MS;
  if (isSkewed !== skewed) log.warn(isSkewed ? "clock.skewed" : "clock.right_again", { ms: aheadMs });
  skewed = isSkewed;
}
