import { sql } from "drizzle-orm";
import type { Database, Tx } from "../client.ts";
import { prepared } from "../prepared.ts";
import { company } from "../schema/people.ts";

export type CompanyRow = typeof company.$inferSelect;

/** The selling company's one row; null before an admin has described it. */
export const companyRow = async (db: Database | Tx): Promise<CompanyRow | null> =>
  (await theCompany(db, {}))[0] ?? null;

const theCompany = prepared((db) => db.select().from(company));

/** The language of customers for whom nobody chose one. */
export async function companyLanguage(tx: Tx): Promise<"en" | "uk"> {
  const [row] = await tx.select({ language: company.language }).from(company);
  return row?.language ?? "uk";
}

/** The row for whoever changes it: one at a time, also before there is anything to lock. */
export async function lockCompany(tx: Tx): Promise<CompanyRow | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('holdpoint.company'))`);
  const [row] = await tx.select().from(company).for("no key update");
  return row ?? null;
}

/** Whoever calls holds the company's lock. */
export async function saveCompany(tx: Tx, row: typeof company.$inferInsert): Promise<void> {
  await tx
    .insert(company)
    .values({ ...row, id: 1 })
    .onConflictDoUpdate({ target: company.id, set: row });
}

/** Lists ask the database for midnight in the company's zone: it has to know the zone as well. */
export async function databaseKnowsZone(tx: Tx, zone: string): Promise<boolean> {
  const rows = await tx.execute(sql`select from pg_timezone_names where name = ${zone}`);
  return rows.length > 0;
}
