import "server-only";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { faultCode, isConnectionFault } from "./fault.ts";
import * as schema from "./schema/index.ts";

/**
 * The application's connection to PostgreSQL. postgres.js neither limits the wait for a connection nor settles every call
 * after a server crash, so each unit (one statement, or one transaction) has a deadline, too many at once are turned away,
 * and after a connection fault the whole client is replaced. Never keep a `Database` beyond the request it was taken for.
 */
export type Database = PostgresJsDatabase<typeof schema>;
export type Tx = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** The database cannot be asked now: 503, and the outcome of a write that was under way is not known. */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
  readonly retryAfterSeconds = 2;
  constructor(reason: string, options?: ErrorOptions) {
    super(`The database cannot be asked now (${reason}).`, options);
  }
}

const READ_DEADLINE_MS = 5_000;
const WRITE_DEADLINE_MS = 10_000;
const MAX_CONNECTIONS = 10;
/** Units under way or waiting for a connection; past it a fast 503 beats a slow answer. */
const MAX_UNITS = 400;
const REPLACE_AT_MOST_EACH_MS = 250;

type Live = { client: postgres.Sql; db: Database };
let live: Live | null = null;
let replacedAt = Number.NEGATIVE_INFINITY;
let units = 0;

/** The present Drizzle instance over the present client. Cheap; ask each time. */
export function database(): Database {
  live ??= connect(env().databaseUrl);
  return live.db;
}

/** The same for a database of one's own: tests and commands. `close` ends it. */
export function openDatabase(url: string, max = 4): { db: Database; close: () => Promise<void> } {
  const { client, db } = connect(url, max);
  return { db, close: () => client.end({ timeout: 2 }) };
}

/** Ends the application's client: for an orderly stop. */
export async function closeDatabase(): Promise<void> {
  const ending = live;
  live = null;
  await ending?.client.end({ timeout: 5 });
}

function connect(url: string, max = MAX_CONNECTIONS): Live {
  const client = postgres(url, {
    max,
    connect_timeout: 3,
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    target_session_attrs: "read-write",
    connection: { application_name: "holdpoint" },
    onnotice: () => {},
  });
  // Drizzle sets its parsers on the client's options; the guard below only passes through what it does not bound.
  const db = drizzle(
    guarded(client, () => replace(client)),
    { schema },
  );
  return { client, db };
}

/** Builds a new client after a connection fault; the old one gets a short time to end. */
function replace(faulty: postgres.Sql): void {
  if (live?.client !== faulty || performance.now() - replacedAt < REPLACE_AT_MOST_EACH_MS) return;
  replacedAt = performance.now();
  live = connect(env().databaseUrl);
  log.warn("database.client_replaced");
  void faulty.end({ timeout: 1 }).catch(() => {});
}

/** The same client with a deadline and a place limit around every statement and every transaction. */
function guarded(client: postgres.Sql, onConnectionFault: () => void): postgres.Sql {
  return new Proxy(client, {
    get(target, property) {
      if (property === "unsafe")
        return (text: string, parameters?: postgres.ParameterOrJSON<never>[]) => {
          const query = target.unsafe(text, parameters, { prepare: true });
          return bounded(
            () => query,
            () => query.values(),
            READ_DEADLINE_MS,
            onConnectionFault,
          );
        };
      if (property === "begin")
        return (...args: unknown[]) => {
          const work = args.at(-1) as (tx: postgres.TransactionSql) => Promise<unknown>;
          const options = args.length > 1 ? (args[0] as string) : "";
          const run = () => target.begin(options, (tx) => work(preparing(tx)));
          return bounded(run, run, WRITE_DEADLINE_MS, onConnectionFault);
        };
      return Reflect.get(target, property);
    },
  });
}

/** Inside a transaction statements are prepared too; the transaction as a whole carries the deadline. */
function preparing(tx: postgres.TransactionSql): postgres.TransactionSql {
  return new Proxy(tx, {
    get(target, property) {
      if (property === "unsafe")
        return (text: string, parameters?: postgres.ParameterOrJSON<never>[]) =>
          target.unsafe(text, parameters, { prepare: true });
      if (property === "savepoint")
        return (...args: unknown[]) => {
          const work = args.at(-1) as (tx: postgres.TransactionSql) => Promise<unknown>;
          return target.savepoint((inner) => work(preparing(inner)));
        };
      return Reflect.get(target, property);
    },
  });
}

/** A promise-like that starts when it is awaited, as postgres.js queries do, and that offers `.values()` to Drizzle. */
function bounded(
  start: () => PromiseLike<unknown>,
  startValues: () => PromiseLike<unknown>,
  deadlineMs: number,
  onConnectionFault: () => void,
) {
  const settle = (begin: () => PromiseLike<unknown>) => withinLimits(begin, deadlineMs, onConnectionFault);
  return {
    // biome-ignore lint/suspicious/noThenProperty: Drizzle awaits what `unsafe` returns
    then: (resolve?: (value: unknown) => unknown, reject?: (fault: unknown) => unknown) =>
      settle(start).then(resolve, reject),
    catch: (reject: (fault: unknown) => unknown) => settle(start).catch(reject),
    finally: (after: () => void) => settle(start).finally(after),
    values: () => settle(startValues),
  };
}

async function withinLimits<T>(
  begin: () => PromiseLike<T>,
  deadlineMs: number,
  onConnectionFault: () => void,
): Promise<T> {
  if (units >= MAX_UNITS) throw new DatabaseUnavailable("too many requests at once");
  units++;
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new DatabaseUnavailable("no answer in time")), deadlineMs);
    });
    return await Promise.race([begin(), late]);
  } catch (fault) {
    if (fault instanceof DatabaseUnavailable) {
      onConnectionFault();
      throw fault;
    }
    if (isConnectionFault(fault)) {
      onConnectionFault();
      throw new DatabaseUnavailable(faultCode(fault) ?? "connection", { cause: fault });
    }
    throw fault;
  } finally {
    clearTimeout(timer);
    units--;
  }
}
