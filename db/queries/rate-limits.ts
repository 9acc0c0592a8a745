import { lt } from "drizzle-orm";
import type postgres from "postgres";
import type { Database } from "../client.ts";
import { rateLimits } from "../schema/records.ts";

/** How rate-limiter-flexible asks: text with numbered parameters. It writes its own statements, on `rate_limits` only. */
type Statement = { text: string; values?: (string | number | null)[] };

/** This database in the shape rate-limiter-flexible wants of a pool. */
export function rateLimitStore(db: Database) {
  // Drizzle keeps the guarded client here; its type says so only on the instance that `drizzle()` returns.
  const { $client } = db as Database & { $client: postgres.Sql };
  return {
    async query({ text, values = [] }: Statement) {
      const rows = await $client.unsafe(text, values);
      return { rows: [...rows], rowCount: rows.count };
    },
  };
}

/** Counters whose time is over; the library only stops looking at them. */
export async function forgetOldLimits(db: Database, before: Date): Promise<void> {
  await db.delete(rateLimits).where(lt(rateLimits.expire, BigInt(before.getTime())));
}
