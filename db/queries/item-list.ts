import { getTableColumns, sql } from "drizzle-orm";
import type { Database } from "../client.ts";
import { items } from "../schema/catalog.ts";
import { type After, pageOf } from "./list-page.ts";
import { hasWords, readSearch } from "./search-words.ts";

const BY_SKU = { key: sql`sku`, type: "text", descending: false } as const;

/** Items by code, `limit` at most, from behind `after` on; found by code or name. */
export function listItems(
  db: Database,
  { q, active }: { q?: string | undefined; active?: boolean | undefined },
  after: After,
  limit: number,
) {
  const search = readSearch(q);
  const found = search && hasWords(sql`search_text`, search);
  const page = pageOf({
    table: sql`items`,
    order: BY_SKU,
    where: [active === undefined ? null : sql`active = ${active}`],
    after,
    limit,
    search: found && { columns: sql`search_text`, near: found, far: sql`select id from items where ${found}` },
  });
  return db
    .select(getTableColumns(items))
    .from(items)
    .innerJoin(sql`(${page}) page`, sql`page.id = ${items.id}`)
    .orderBy(sql`page.key, page.id`);
}
