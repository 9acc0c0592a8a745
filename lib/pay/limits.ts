import "server-only";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Database } from "#db/client";
import { rateLimitStore } from "#db/queries/rate-limits";
import { addressKey } from "#lib/auth/limits";

/**
 * Addresses that are nobody's, asked for from one place: thirty in a quarter of an hour end that place's quarter. Counted in
 * PostgreSQL, so instances count together; a place that is turned away is remembered in memory and costs no statement. Only
 * misses are counted: a customer with the right address pays nothing for it.
 */
const MISSES = 30;
const QUARTER_S = 15 * 60;
/** Presses and questions of one order from one place: far more than fingers and the page's own script make. */
const PRESSES_PER_MINUTE = 60;
const LOOKS_PER_MINUTE = 120;
/** Each is a second of computing. */
const PRINTS_PER_MINUTE = 12;

const away = new RateLimiterMemory({ keyPrefix: "pay.away", points: 1, duration: QUARTER_S });
const limiters = {
  press: new RateLimiterMemory({ keyPrefix: "pay.press", points: PRESSES_PER_MINUTE, duration: 60 }),
  look: new RateLimiterMemory({ keyPrefix: "pay.look", points: LOOKS_PER_MINUTE, duration: 60 }),
  print: new RateLimiterMemory({ keyPrefix: "pay.print", points: PRINTS_PER_MINUTE, duration: 60 }),
};

const missesOf = new WeakMap<Database, RateLimiterPostgres>();
function misses(db: Database): RateLimiterPostgres {
  const known = missesOf.get(db);
  if (known) return known;
  const options = { keyPrefix: "pay.miss", points: MISSES, duration: QUARTER_S };
  const made = new RateLimiterPostgres({
    ...options,
    storeClient: rateLimitStore(db),
    storeType: "pool",
    tableName: "rate_limits",
    tableCreated: true,
    clearExpiredByTimeout: false,
    insuranceLimiter: new RateLimiterMemory(options),
  });
  missesOf.set(db, made);
  return made;
}

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));

/** The wait of a place that guessed too often, in seconds; null: come in. */
export async function turnedAway(address: string): Promise<number | null> {
  const found = await away.get(addressKey(address));
  return found && found.msBeforeNext > 0 ? seconds(found.msBeforeNext) : null;
}

/** Counts an address that is nobody's; from the thirty-first on the place is turned away. */
export async function countMiss(db: Database, address: string): Promise<number | null> {
  const key = addressKey(address);
  const wait = await taken(() => misses(db).consume(key));
  if (wait !== null) await away.block(key, wait);
  return wait;
}

/** Takes one point of an order's own allowance; the wait where none is left. */
export const takeTurn = (kind: keyof typeof limiters, token: string, address: string): Promise<number | null> =>
  taken(() => limiters[kind].consume(`${token.slice(0, 40)}:${addressKey(address)}`));

async function taken(consume: () => Promise<unknown>): Promise<number | null> {
  try {
    await consume();
    return null;
  } catch (no) {
    if (no instanceof RateLimiterRes) return seconds(no.msBeforeNext);
    throw no;
  }
}
