import { getTableColumns, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { type After, pageOf } from "./list-page.ts";
import { hasWords, readSearch } from "./search-words.ts";

export const BY_NAME = { key: sql`name`, type: "text", descending: false } as const;

/** Customers by name, `limit` at most, from behind `after` on; found by name, e-mail, phone or tax id. */
export function listCustomers(db: Database, q: string | undefined, after: After, limit: number) {
  const search = readSearch(q);
  const found = search && hasWords(sql`search_text`, search);
  const page = pageOf({
    table: sql`customers`,
    order: BY_NAME,
    where: [],
    after,
    limit,
    search: found && {
      columns: sql`search_text`,
      near: found,
      far: sql`select id from customers where ${found}`,
    },
  });
  return db
    .select(getTableColumns(customers))
    .from(customers)
    .innerJoin(sql`(${page}) page`, sql`page.id = ${customers.id}`)
    .orderBy(sql`page.key, page.id`);
}
