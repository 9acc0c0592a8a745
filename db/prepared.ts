import { Column, eq, is, Param, Placeholder, SQL, sql } from "drizzle-orm";
import type { PgColumn, PgInsertBase, PgTable } from "drizzle-orm/pg-core";
import type { Database, Tx } from "./client.ts";

/** A query of Drizzle's that can say how it is written out and what it answers with. */
type Builder<R> = { prepare: (name: string) => { execute: () => Promise<R> } };
/** Drizzle's own, of which only this is used. */
type Written = {
  getQuery: () => { sql: string; params: unknown[] };
  fields: { path: string[]; field: unknown }[] | undefined;
};
type Values = Readonly<Record<string, unknown>>;

/**
 * A statement that Drizzle writes out once: doing so at every call costs it more than sending it. Values stand in it as
 * `sql.placeholder("name")`; each call brings its own, and runs on the connection or transaction that it is given. Of one
 * table only: columns of joined rows would need names within names.
 */
export function prepared<R extends unknown[]>(build: (db: Database | Tx) => Builder<R>) {
  let kept: { text: string; fill: (values: Values) => unknown[]; read: ReturnType<typeof reader> } | undefined;
  return (db: Database | Tx, values: Values): Promise<R> => {
    if (!kept) {
      const written = build(db).prepare("kept") as unknown as Written;
      const { sql: text, params } = written.getQuery();
      kept = { text, fill: filler(params), read: reader(written.fields) };
    }
    const query = { sql: kept.text, params: kept.fill(values) };
    return db._.session
      .prepareQuery<{ execute: R; all: never; values: never }>(
        query,
        undefined,
        "kept",
        true,
        kept.read as (rows: unknown[][]) => R,
      )
      .execute();
  };
}

/** Gives each placeholder its value, written as its column wants it. */
function filler(params: readonly unknown[]): (values: Values) => unknown[] {
  const parts = params.map((param): ((values: Values) => unknown) => {
    const placeholder = is(param, Param) ? param.value : param;
    if (!is(placeholder, Placeholder)) return () => param;
    const { name } = placeholder;
    const encode = is(param, Param) ? (value: unknown) => param.encoder.mapToDriverValue(value) : null;
    return (values) => {
      const value = values[name];
      if (value === undefined) throw new Error(`Invariant broken: no value for ${name}`);
      return value === null || !encode ? value : encode(value);
    };
  });
  return (values) => parts.map((part) => part(values));
}

/** What the driver has read already. */
const NOTHING_TO_READ = { mapFromDriverValue: (value: unknown) => value };

/** Rows as the schema says they are; nothing where nothing is asked back. */
function reader(fields: Written["fields"]): ((rows: unknown[][]) => Record<string, unknown>[]) | undefined {
  if (!fields) return undefined;
  const columns = fields.map(({ path: [name = "", ...deeper], field }) => {
    const decoder = is(field, Column) ? field : is(field, SQL) ? NOTHING_TO_READ : null;
    if (!decoder || deeper.length > 0) throw new Error("Invariant broken: a kept statement reads plain columns");
    return { name, decoder };
  });
  return (rows) =>
    rows.map((row) => {
      const read: Record<string, unknown> = {};
      for (const [index, { name, decoder }] of columns.entries()) {
        const value = row[index];
        read[name] = value === null ? null : decoder.mapFromDriverValue(value);
      }
      return read;
    });
}

/** A longer list is written out anew: such calls are rare, and each length is a text of its own. */
const KEPT_ROWS = 8;

/**
 * Inserts rows of these columns; the others are left to their defaults. `finish` says what of conflicts and answers, `always`
 * are columns that every row has alike.
 */
export function preparedInsert<
  T extends PgTable,
  const C extends keyof T["$inferInsert"] & string,
  R extends unknown[],
>(
  table: T,
  columns: readonly C[],
  finish: (insert: PgInsertBase<T, never>) => Builder<R>,
  always: Record<string, SQL> = {},
) {
  const kept = new Map<number, ReturnType<typeof prepared<R>>>();
  return (db: Database | Tx, rows: readonly Pick<T["$inferInsert"], C>[]): Promise<R> => {
    const write =
      kept.get(rows.length) ??
      prepared((at) => {
        const places = rows.map((_, n) => ({
          ...Object.fromEntries(columns.map((name) => [name, sql.placeholder(`${name} ${n}`)])),
          ...always,
        }));
        return finish(at.insert(table).values(places as T["$inferInsert"][]) as unknown as PgInsertBase<T, never>);
      });
    if (rows.length <= KEPT_ROWS) kept.set(rows.length, write);
    const values: Record<string, unknown> = {};
    for (const [n, row] of rows.entries()) for (const name of columns) values[`${name} ${n}`] = row[name] ?? null;
    return write(db, values);
  };
}

/** Changes one row; `always` are columns that every change sets. One text is kept for each set of columns. */
export function preparedUpdate<T extends PgTable>(table: T, id: PgColumn, always: Record<string, SQL> = {}) {
  const kept = new Map<string, ReturnType<typeof prepared<never[]>>>();
  return async (db: Database | Tx, key: string, changes: Partial<T["$inferInsert"]>): Promise<void> => {
    const columns = Object.entries(changes).filter(([, value]) => value !== undefined);
    const shape = columns.map(([name]) => name).join();
    // A column that is set by an expression may be set by another one next time.
    const expressed = columns.some(([, value]) => is(value, SQL));
    const write =
      (expressed ? undefined : kept.get(shape)) ??
      prepared<never[]>((at) => {
        const places = columns.map(([name, value]) => [name, is(value, SQL) ? value : sql.placeholder(name)]);
        const set = { ...Object.fromEntries(places), ...always } as Parameters<
          ReturnType<typeof at.update<T>>["set"]
        >[0];
        return at
          .update(table)
          .set(set)
          .where(eq(id, sql.placeholder("the row"))) as unknown as Builder<never[]>;
      });
    if (!expressed) kept.set(shape, write);
    await write(db, { ...changes, "the row": key });
  };
}
