import type { Database, Tx } from "../client.ts";
import { company } from "../schema/people.ts";

/** The selling company's one row; null before the set-up has written it. */
export async function companyRow(db: Database | Tx) {
  const [row] = await db.select().from(company);
  return row ?? null;
}
