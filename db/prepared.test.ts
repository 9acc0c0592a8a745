import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "#e2e/rig/database";
import { type Database, openDatabase, type Tx } from "./client.ts";
import { brokenConstraint, faultCode } from "./fault.ts";
import { prepared, preparedInsert, preparedUpdate } from "./prepared.ts";
import { instant } from "./schema/columns.ts";
import { sendAhead, transact } from "./transact.ts";

const things = pgTable("things", {
  id: text("id").primaryKey(),
  amount: bigint("amount", { mode: "bigint" }),
  at: instant("at"),
  words: jsonb("words").$type<Record<string, string>>(),
  note: text("note").notNull().default("by itself"),
});
const insert = preparedInsert(things, ["id", "amount", "at", "words"], (rows) =>
  rows.onConflictDoNothing().returning({ id: things.id }),
);
const change = preparedUpdate(things, things.id, { note: sql`'changed'` });
const find = prepared((db) =>
  db
    .select()
    .from(things)
    .where(sql`${things.id} = ${sql.placeholder("id")}`),
);

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  const { ownerUrl } = await freshDatabase();
  const owner = postgres(ownerUrl, { max: 1 });
  await owner`create table things (id text primary key, amount bigint check (amount >= 0), at timestamptz, words jsonb,
    note text not null default 'by itself')`;
  await owner.end();
  ({ db, close } = openDatabase(ownerUrl, 3));
});
afterAll(() => close());

const at = new Date("2026-03-01T10:00:00.123Z");
const row = (id: string, amount: bigint | null = 1n) => ({ id, amount, at: null, words: null });
const amountOf = async (on: Database | Tx, id: string) => (await find(on, { id }))[0]?.amount;

test("what a kept statement writes is what it reads back, nothing included, alone and inside a transaction", async () => {
  const full = { id: "full", amount: 9_007_199_254_740_993n, at, words: { a: "«ї»" } };
  expect(await insert(db, [full, row("empty", null)])).toEqual([{ id: "full" }, { id: "empty" }]);
  expect(await insert(db, [full])).toEqual([]);
  expect(await find(db, { id: "full" })).toEqual([{ ...full, note: "by itself" }]);
  await db.transaction(async (tx) => {
    await change(tx, "full", { amount: null, at: null, words: null });
    expect(await find(tx, { id: "full" })).toEqual([{ ...row("full", null), note: "changed" }]);
    expect(await find(db, { id: "full" })).toEqual([{ ...full, note: "by itself" }]);
  });
  await change(db, "empty", { words: { b: "" }, at: undefined });
  expect(await find(db, { id: "empty" })).toEqual([{ ...row("empty", null), words: { b: "" }, note: "changed" }]);
});

test("a change by an expression is never kept for the next of the same column", async () => {
  await insert(db, [row("sum", 5n)]);
  await change(db, "sum", { amount: sql`amount + 1` as unknown as bigint });
  await change(db, "sum", { amount: sql`amount * 10` as unknown as bigint });
  expect(await amountOf(db, "sum")).toBe(60n);
  await change(db, "sum", { amount: 7n });
  expect(await amountOf(db, "sum")).toBe(7n);
});

test("a value that was forgotten is a fault, not an empty field", async () => {
  await expect(async () => find(db, {})).rejects.toThrow("no value for id");
});

test("a write sent ahead is seen by what follows it, and is there after the commit", async () => {
  await insert(db, [row("ahead")]);
  const seen = await transact<bigint | null | undefined, never>(db, async (tx) => {
    await sendAhead(tx, change(tx, "ahead", { amount: 2n }));
    return { ok: true, value: await amountOf(tx, "ahead") };
  });
  expect(seen).toEqual({ ok: true, value: 2n });
  expect(await amountOf(db, "ahead")).toBe(2n);
});

test("a write sent ahead that the database refuses undoes all of it, and it is its fault that is told", async () => {
  await insert(db, [row("refused")]);
  for (const goesOn of [true, false]) {
    const done = transact<null, never>(db, async (tx) => {
      await change(tx, "refused", { at });
      await sendAhead(tx, change(tx, "refused", { amount: -1n }));
      if (goesOn) await find(tx, { id: "refused" });
      return { ok: true, value: null };
    });
    const fault = await done.then(
      () => null,
      (error: unknown) => error,
    );
    expect([faultCode(fault), brokenConstraint(fault)]).toEqual(["23514", "things_amount_check"]);
    expect(await find(db, { id: "refused" })).toEqual([{ ...row("refused"), note: "by itself" }]);
  }
});

test("two transactions that send ahead into each other's way are both done in the end", async () => {
  await insert(db, [row("one"), row("two")]);
  let first = true;
  const meet = { one: Promise.withResolvers<void>(), two: Promise.withResolvers<void>() };
  const take = (mine: "one" | "two", theirs: "one" | "two") =>
    transact<null, never>(db, async (tx) => {
      await change(tx, mine, { words: { by: mine } });
      meet[mine].resolve();
      if (first) await meet[theirs].promise;
      await sendAhead(tx, change(tx, theirs, { words: { by: mine } }));
      await find(tx, { id: mine });
      first = false;
      return { ok: true, value: null };
    });
  await expect(Promise.all([take("one", "two"), take("two", "one")])).resolves.toHaveLength(2);
  expect((await find(db, { id: "one" }))[0]?.words).toEqual((await find(db, { id: "two" }))[0]?.words);
});
