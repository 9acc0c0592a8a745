import postgres from "postgres";
import { database } from "#db/client";
import { readClock } from "#db/clock";
import { EnvironmentInvalid, env, type Mode } from "#lib/env";
import { leave, watchRequests } from "#lib/http/leave";
import { log } from "#lib/log";
import { startSchedule } from "#lib/workflows/schedule";
import journal from "./drizzle/meta/_journal.json" with { type: "json" };

const OLDEST_NODE = [22, 12] as const;
const DATABASE_PATIENCE_MS = 30_000;
/** No right to look, no such schema, no such table. */
const MAY_NOT_LOOK = new Set(["42501", "3F000", "42P01"]);

/** Faults that `onRequestError` has logged with their route; Next prints each of them as well. */
export const reported = new WeakSet<Error>();

/** Checks that this process may serve, and ends it, with the reason, when it may not. */
export async function boot(): Promise<void> {
  decideAboutFaults();
  try {
    refuseOldNode(process.versions.node);
    const { mode, databaseUrl } = env();
    if (mode !== "development") await refuseUnfitDatabase(databaseUrl, mode);
    await readClock(database()).catch((error: unknown) => log.warn("clock.unread", { error }));
    log.info("server.started", { state: mode });
    leaveWhenAsked(startSchedule());
  } catch (error) {
    const reason = error instanceof EnvironmentInvalid || error instanceof BootRefused ? error.message : "";
    process.stderr.write(`\nHoldpoint does not start.\n${reason}\n\n`);
    log.fatal("server.refused", { error });
    process.exit(1);
  }
}

class BootRefused extends Error {
  override name = "BootRefused";
}

function refuseOldNode(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  if (major < needMajor || (major === needMajor && minor < needMinor)) {
    throw new BootRefused(`Node ${version} is too old: it takes ${OLDEST_NODE.join(".")} or newer.`);
  }
}

/** Waits a while for the database, and refuses one that this code must not work on. */
async function refuseUnfitDatabase(url: string, mode: Mode): Promise<void> {
  const deadline = Date.now() + DATABASE_PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
    try {
      if (mode === "production") await refuseForgetfulDatabase(sql);
      await refuseOlderSchema(sql);
      return;
    } catch (error) {
      if (error instanceof BootRefused) throw error;
      if (Date.now() > deadline) throw new BootRefused("The database (DATABASE_URL) does not answer.");
      if (attempt % 5 === 1) log.warn("database.awaited", { attempt, error });
      await new Promise((done) => setTimeout(done, 1000));
    } finally {
      await sql.end({ timeout: 1 }).catch(() => undefined);
    }
  }
}

/** With any of these off, PostgreSQL forgets payments it has confirmed when the power goes. */
async function refuseForgetfulDatabase(sql: postgres.Sql): Promise<void> {
  const off = await sql<{ name: string }[]>`
    select name from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting = 'off'
    order by name`;
  if (off.length === 0) return;
  const names = off.map((setting) => setting.name).join(", ");
  throw new BootRefused(`PostgreSQL runs with ${names} = off and would lose money when the power goes.`);
}

/**
 * Code may run on a newer schema (migrations only add until every server is new), never on an older one. Where the
 * application's role may not look, `/api/ready` still says whether there are tables at all.
 */
async function refuseOlderSchema(sql: postgres.Sql): Promise<void> {
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  const applied = await sql<{ at: string | null }[]>`
    select max(created_at)::text as at from drizzle.__drizzle_migrations`.catch((error) => {
    if (error instanceof postgres.PostgresError && MAY_NOT_LOOK.has(error.code)) return null;
    throw error;
  });
  if (applied === null) {
    log.warn("database.version_unknown");
    return;
  }
  if (Number(applied[0]?.at ?? 0) < newest) {
    throw new BootRefused("The database's schema is older than this release. Run `npm run db:migrate` first.");
  }
}

/**
 * What becomes of a fault that nobody caught.
 *
 * postgres.js writes to sockets that a crashed server has closed, outside any promise; that one is known and survived
 * (the client is replaced). After anything else nobody knows what state we are in: end, and be started again.
 * Next's own listeners print the whole error, query parameters included, and carry on; they are replaced.
 */
function decideAboutFaults(): void {
  process.removeAllListeners("uncaughtException");
  process.removeAllListeners("unhandledRejection");
  process.on("uncaughtException", (error) => {
    if (isDeadSocketOfPostgres(error)) {
      log.warn("database.socket_died", { error });
      return;
    }
    log.fatal("process.failed", { error });
    process.exit(1);
  });
  process.on("unhandledRejection", (error) => log.error("promise.unhandled", { error }));
  if (process.env.NODE_ENV !== "production") return;
  // Whoever prints an error prints its message. Text is left alone.
  const print = console.error;
  console.error = (...said: unknown[]) => {
    const errors = said.filter((part) => part instanceof Error);
    if (errors.length === 0) print(...said);
    for (const error of errors) {
      setTimeout(() => {
        if (!reported.has(error)) log.error("request.failed", { error });
      }, 100).unref();
    }
  };
}

function isDeadSocketOfPostgres(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /reading '(write|destroy|end|readyState)'/.test(error.message) &&
    /node_modules[\\/]postgres[\\/]/.test(error.stack ?? "")
  );
}

/**
 * Asked to stop, the process finishes what it is at. Next's own listeners hang up on quiet connections at once, and wait for
 * busy ones for as long as those stay open; they are replaced.
 */
function leaveWhenAsked(stopSchedule: () => Promise<void>): void {
  const isBuilt = process.env.NODE_ENV === "production";
  if (isBuilt) watchRequests();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    if (isBuilt) process.removeAllListeners(signal);
    process.once(signal, async () => {
      log.info("server.stopping", { signal });
      await Promise.all([isBuilt ? leave() : null, stopSchedule()]);
      if (isBuilt) process.exit(0);
    });
  }
}
