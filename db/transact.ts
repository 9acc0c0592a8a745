import "server-only";
import type { Result } from "#lib/domain/result";
import { type Database, DatabaseUnavailable, type Tx } from "./client.ts";
import { isBusy, isRetryable } from "./fault.ts";

const TRIES = 4;

/** Statements that a transaction has sent and whose answers nobody has waited for yet. */
const underWay = new WeakMap<Tx, Promise<unknown>[]>();

/**
 * Lets a write travel without waiting for its answer: what is sent after it runs after it, on the same connection, so only
 * the wait is saved. {@link transact} waits before it commits, and a fault of it undoes the transaction as any other.
 */
export async function sendAhead(tx: Tx, write: Promise<unknown>): Promise<void> {
  const sent = underWay.get(tx);
  if (!sent) return void (await write);
  write.catch(() => {});
  sent.push(write);
}

/** Carries a refusal out of the transaction: Drizzle would commit what was written before a returned one. */
class Refused extends Error {
  readonly refusal: { ok: false; error: unknown };
  constructor(refusal: { ok: false; error: unknown }) {
    super("refused");
    this.refusal = refusal;
  }
}

/**
 * Runs `work` in one READ COMMITTED transaction. A refusal rolls everything back and is returned; a deadlock or
 * serialization failure is tried again, four times in all; a row held by others for too long counts as an outage.
 * Never call a provider inside.
 */
export async function transact<T, E>(db: Database, work: (tx: Tx) => Promise<Result<T, E>>): Promise<Result<T, E>> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction(async (tx) => {
        const sent: Promise<unknown>[] = [];
        underWay.set(tx, sent);
        const result = await work(tx).catch(async (fault) => {
          // After a fault every later statement fails as well: the first one says what went wrong.
          await Promise.all(sent);
          throw fault;
        });
        await Promise.all(sent);
        if (!result.ok) throw new Refused(result);
        return result;
      });
    } catch (fault) {
      if (fault instanceof Refused) return fault.refusal as { ok: false; error: E };
      if (isBusy(fault)) throw new DatabaseUnavailable("the row is held by somebody else", { cause: fault });
      if (!isRetryable(fault) || tries >= TRIES) throw fault;
      await new Promise((wake) => setTimeout(wake, 10 * tries + Math.random() * 20 * tries));
    }
  }
}
