import postgres from "postgres";
import { appUrlFor, migrate } from "#db/migrate";
import type { SeedOptions } from "#db/seed";
import { CommandFailure } from "#lib/commands/terminal";

/**
 * Brings the schema up to date.
 * @param ownerUrl a URL of the owner of everything
 * @returns the URL as which the application connects, with fewer rights; the owner's own where the server does not let
 *   us make roles
 */
export async function migrateDatabase(ownerUrl: string): Promise<string> {
  await migrate(ownerUrl).catch((cause: Error) => {
    throw new CommandFailure(
      `The schema could not be brought up to date: ${(cause.cause as Error | undefined)?.message ?? cause.message}\n` +
        "If the demo's database was made by another version of the code, start over: npm run demo -- --fresh",
    );
  });
  const appUrl = appUrlFor(ownerUrl);
  return (await answers(appUrl)) ? appUrl : ownerUrl;
}

/**
 * Tells the sample story, unless somebody already works in this database.
 * @param options.minimal people, services and a few goods only, for tests that make their own orders
 * @param options.banks control ports of the emulated banks, which play their part in the story
 * @returns whether it was told
 */
export async function seedDatabase(ownerUrl: string, options: SeedOptions = {}): Promise<boolean> {
  if (await hasUsers(ownerUrl)) return false;
  // Read only now: it takes the application's environment, which its caller has just set.
  const { seed } = await import("#db/seed");
  await seed(ownerUrl, options);
  return true;
}

/** Refuses, in words a person can act on, when the database does not let us in. */
export async function refuseUnreachable(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    await sql`select 1`;
  } catch (cause) {
    const { host } = new URL(url);
    const why = (cause as { code?: string; message?: string }).code ?? (cause as Error).message;
    throw new CommandFailure(
      `The database in DATABASE_URL (${host}) does not let us in: ${why}.\n` +
        "Check the address and the password, or unset DATABASE_URL to use the embedded PostgreSQL.",
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function hasUsers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => undefined });
  try {
    const [table] = await sql`select to_regclass('users') is not null as exists`;
    if (!table?.exists) return false;
    const [row] = await sql`select exists (select from users) as some`;
    return Boolean(row?.some);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
