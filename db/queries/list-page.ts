import { type SQL, sql } from "drizzle-orm";

/** How many rows a search looks through in the list's own order before it asks the search index. */
const WINDOW = 3_000;

/** One ordered stretch of a list. `key` is an expression over the table's own columns, unqualified, as indexed. */
export type Order = { key: SQL; type: "timestamptz" | "bigint" | "text"; descending: boolean };
export type After = { key: string; id: string } | null;

/**
 * The ids of one page of a list, `limit` at most, from behind `after` on: keyset over (key, id), which an index answers
 * however long the list is.
 *
 * With a search: it finds either much, and then the next few thousand rows hold a page of it, or little, and then the
 * search index finds all of it and it is sorted. Which of the two is never left to an estimate: for a pattern nobody has
 * looked for before, estimates are guesses, and the wrong guess reads a million rows.
 */
export function pageOf(page: {
  table: SQL;
  order: Order;
  where: (SQL | null | undefined)[];
  after: After;
  limit: number;
  /**
   * `near` over the window's rows (`next_rows`, with these columns, and what is looked up beside each); `far` the whole
   * table's, as a set of ids, each part with an index of its own.
   */
  search?: { columns: SQL; near: SQL; far: SQL; beside?: SQL } | null;
}): SQL {
  const { table, order, after, limit, search } = page;
  const way = sql.raw(order.descending ? "desc" : "asc");
  const sorted = sql`order by key ${way}, id ${way}`;
  const behind = after
    ? sql`(${order.key}, id) ${sql.raw(order.descending ? "<" : ">")} (${after.key}::${sql.raw(order.type)}, ${after.id})`
    : null;
  const conditions = [...page.where, behind].filter((condition) => condition !== null && condition !== undefined);
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;
  const inListOrder = sql`order by ${order.key} ${way}, id ${way}`;
  if (!search) return sql`select id, ${order.key} as key from ${table} ${where} ${inListOrder} limit ${limit}`;

  const andFound = conditions.length > 0 ? sql`and ${sql.join(conditions, sql` and `)}` : sql``;
  return sql`
    with near as materialized (
      select id, key from (
        select id, ${order.key} as key, ${search.columns} from ${table} ${where} ${inListOrder} limit ${sql.raw(String(WINDOW))}
      ) next_rows ${search.beside ?? sql``} where ${search.near} ${sorted} limit ${limit}
    ), far as materialized (
      select id, ${order.key} as key from ${table}
      where (select count(*) from near) < ${limit} and id in (${search.far}) ${andFound}
    )
    select id, key from (select id, key from near union select id, key from far) found ${sorted} limit ${limit}`;
}

/**
 * A word of a closed list, written into the statement: the planner knows how many rows have it. Nothing else gets there,
 * whatever the types were told.
 */
export function oneOf<T extends string>(words: readonly T[], word: T): SQL {
  if (!words.includes(word)) throw new Error("Invariant broken: a word outside its list");
  return sql.raw(`'${word}'`);
}
