import "server-only";
import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Database } from "#db/client";
import { rateLimitStore } from "#db/queries/rate-limits";

/**
 * Tries of passwords. Ten failures for one e-mail from one address lock that pair for a quarter of an hour, then twice as
 * long each time; a hundred from one address end that address's day. Counted in PostgreSQL, so instances count together;
 * each counts alone in memory while the database is away.
 */
const FAILURES_PER_USER_AND_ADDRESS = 10;
const FAILURES_PER_ADDRESS = 100;
const DAY_S = 24 * 60 * 60;
const FIRST_LOCK_S = 15 * 60;

/** Wishes for a new password: so many mails an e-mail can be sent, and so many wishes one address may have. */
const RESETS_PER_EMAIL = 3;
const RESETS_PER_ADDRESS = 20;
const HOUR_S = 60 * 60;

type Limits = Record<"pair" | "address" | "locks" | "resetEmail" | "resetAddress", RateLimiterPostgres>;
const limitsOf = new WeakMap<Database, Limits>();

function limits(db: Database): Limits {
  const known = limitsOf.get(db);
  if (known) return known;
  const storeClient = rateLimitStore(db);
  const limiter = (keyPrefix: string, points: number, duration = DAY_S) =>
    new RateLimiterPostgres({
      storeClient,
      storeType: "pool",
      tableName: "rate_limits",
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix,
      points,
      duration,
      insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
    });
  const made = {
    pair: limiter("sign-in.pair", FAILURES_PER_USER_AND_ADDRESS),
    address: limiter("sign-in.address", FAILURES_PER_ADDRESS),
    locks: limiter("sign-in.locks", 1_000_000),
    resetEmail: limiter("reset.email", RESETS_PER_EMAIL, HOUR_S),
    resetAddress: limiter("reset.address", RESETS_PER_ADDRESS, HOUR_S),
  };
  limitsOf.set(db, made);
  return made;
}

/** A provider hands one customer a whole IPv6 /64: it counts as one address. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.toLowerCase().split("%")[0]?.split("::") ?? [];
  const left = head.split(":").filter(Boolean);
  const right = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(zeros, 0)).fill("0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

/** E-mails are people's data: the table keeps a digest. */
const emailKey = (email: string) => createHash("sha256").update(email).digest("base64url").slice(0, 22);
const pairKey = (email: string, address: string) => `${emailKey(email)}:${addressKey(address)}`;

const seconds = ({ msBeforeNext }: RateLimiterRes) => Math.max(1, Math.ceil(msBeforeNext / 1000));

/** Takes one point; the answer is the wait in seconds where none is left. Faults of the store are thrown. */
async function take(limiter: RateLimiterPostgres, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (no) {
    if (no instanceof RateLimiterRes) return seconds(no);
    throw no;
  }
}

export type Try = { email: string; address: string };

/**
 * Counts a try before its password is looked at, so that tries made at once cannot slip past the count together. Null: go
 * ahead, then say how it went ({@link tryFailed}, {@link trySucceeded}). A number: too many, try again in so many seconds.
 */
export async function admitTry(db: Database, { email, address }: Try): Promise<number | null> {
  const { pair, address: addresses } = limits(db);
  const key = pairKey(email, address);
  const locked = await pair.get(key);
  // A locked pair costs its address nothing: somebody who keeps pressing must not lock the whole office out.
  if (locked && locked.consumedPoints > FAILURES_PER_USER_AND_ADDRESS) return seconds(locked);
  return (await take(addresses, addressKey(address))) ?? (await take(pair, key));
}

/** The password was wrong: after the tenth time the pair is locked, each time for longer. */
export async function tryFailed(db: Database, { email, address }: Try): Promise<void> {
  const { pair, locks } = limits(db);
  const key = pairKey(email, address);
  const count = await pair.get(key);
  if (!count || count.consumedPoints < FAILURES_PER_USER_AND_ADDRESS) return;
  const { consumedPoints: times } = await locks.penalty(key);
  await pair.block(key, Math.min(FIRST_LOCK_S * 2 ** (times - 1), DAY_S));
}

export async function trySucceeded(db: Database, { email, address }: Try): Promise<void> {
  const { pair, locks, address: addresses } = limits(db);
  const key = pairKey(email, address);
  await Promise.all([pair.delete(key), locks.delete(key), addresses.reward(addressKey(address))]);
}

/** Whoever shows that the mailbox is theirs is not held to the tries they made before. */
export async function forgiveTries(db: Database, { email, address }: Try): Promise<void> {
  const { pair, locks } = limits(db);
  const key = pairKey(email, address);
  await Promise.all([pair.delete(key), locks.delete(key)]);
}

/** Counts a wish for a new password. `wait`: the address has had too many, in seconds; `mayMail`: the e-mail has not. */
export async function admitReset(
  db: Database,
  { email, address }: Try,
): Promise<{ wait: number | null; mayMail: boolean }> {
  const { resetEmail, resetAddress } = limits(db);
  const wait = await take(resetAddress, addressKey(address));
  if (wait !== null) return { wait, mayMail: false };
  return { wait, mayMail: (await take(resetEmail, emailKey(email))) === null };
}
