import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyFiles } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

/** The role the application runs as: it reads and writes, and cannot rewrite history. */
export const APP_ROLE = "holdpoint_app";
const MIGRATION_LOCK = 7_243_001;

/**
 * Brings a database to the present schema: all pending files of `drizzle/` in one transaction, then the application
 * role's rights. Takes the owner's URL. Safe to run twice at once (an advisory lock of its own; Drizzle takes none) and to
 * run again after being killed. Where roles cannot be created (some managed servers), an existing role or the owner serves.
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const client = postgres(ownerUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  try {
    await client`set lock_timeout = '2s'`;
    await waitForLock(client);
    await applyFiles(drizzle(client), { migrationsFolder: join(process.cwd(), "drizzle") });
    await grantAppRole(client, appPassword(ownerUrl));
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Another migrator may hold the lock for as long as its migrations take: ask again each 200 ms, two minutes at most. */
async function waitForLock(client: postgres.Sql): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const [row] = await client<{ locked: boolean }[]>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as locked`;
    if (row?.locked) return;
    await new Promise((wake) => setTimeout(wake, 200));
  }
  throw new Error("Another migration has been running for two minutes. Wait for it, or end it, and start again.");
}

/** The application's password: given in APP_DB_PASSWORD, else the owner's own (demo, tests, development). */
function appPassword(ownerUrl: string): string {
  return process.env.APP_DB_PASSWORD || decodeURIComponent(new URL(ownerUrl).password) || "holdpoint";
}

/** The same server and database, as the application's role. */
export function appUrlFor(ownerUrl: string): string {
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = encodeURIComponent(appPassword(ownerUrl));
  return url.toString();
}

async function grantAppRole(client: postgres.Sql, password: string): Promise<void> {
  const [role] = await client<{ exists: boolean; maycreate: boolean }[]>`
    select exists (select 1 from pg_roles where rolname = ${APP_ROLE}) as exists,
           (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) as maycreate`;
  if (!role?.exists && !role?.maycreate) {
    // The owner runs the application: the job queue's schema is made for it.
    await client`create schema if not exists pgboss`;
    return;
  }
  if (role.maycreate) {
    const secret = `'${password.replaceAll("'", "''")}'`;
    // Test databases are migrated side by side on one server, and roles belong to the server: the lock above is per
    // database, so a race here is settled by trying again.
    const statement = role.exists
      ? `alter role ${APP_ROLE} login password ${secret}`
      : `create role ${APP_ROLE} login password ${secret}`;
    await client.unsafe(statement).catch(async (fault: { code?: string }) => {
      if (!["42710", "23505", "XX000"].includes(fault.code ?? "")) throw fault;
    });
  }
  await client.unsafe(readFileSync(join(process.cwd(), "db", "grants.sql"), "utf8"));
}

if (import.meta.main) {
  const url = process.env.MIGRATION_DATABASE_URL || process.env.DATABASE_URL;
  if (!url) {
    console.error("Set MIGRATION_DATABASE_URL (the schema's owner) or DATABASE_URL, then run this again.");
    process.exit(1);
  }
  await migrate(url);
  console.log("The database is up to date.");
}
