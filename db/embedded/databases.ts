import postgres from "postgres";

/**
 * Creates a database.
 * @param adminUrl a URL of any other database of the cluster, as owner
 * @param name letters, digits and underscores
 * @param options.template a database to copy, which nobody may be connected to; a copy takes a fraction of a second
 * @returns the URL of the new database, as owner
 */
export async function createDatabase(
  adminUrl: string,
  name: string,
  options: { template?: string; onlyIfMissing?: boolean } = {},
): Promise<string> {
  await asAdmin(adminUrl, async (sql) => {
    if (options.onlyIfMissing) {
      const found = await sql`select 1 from pg_database where datname = ${name}`;
      if (found.length > 0) return;
    }
    const template = options.template ? `template ${quoted(options.template)} strategy file_copy` : "";
    await sql.unsafe(`create database ${quoted(name)} ${template}`);
  });
  return withDatabase(adminUrl, name);
}

/**
 * Drops a database, ending whatever is connected to it.
 * @param adminUrl a URL of any other database of the cluster, as owner
 */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await asAdmin(adminUrl, (sql) => sql.unsafe(`drop database if exists ${quoted(name)} with (force)`));
}

/** The same server and person, another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function asAdmin<T>(adminUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(adminUrl, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function quoted(name: string): string {
  if (!/^[a-z0-9_]{1,63}$/i.test(name)) throw new Error(`Not a name for a database: ${name}`);
  return `"${name}"`;
}
