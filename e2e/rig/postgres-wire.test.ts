import { spawn } from "node:child_process";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ROOT } from "#lib/commands/processes";
import { freshDatabase, type TestDatabase } from "./database.ts";
import { type PostgresWire, startPostgresWire } from "./postgres-wire.ts";

let database: TestDatabase;
let wire: PostgresWire;
let owner: postgres.Sql;
beforeAll(async () => {
  database = await freshDatabase();
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} });
  await owner`create table marks (name text)`;
  wire = await startPostgresWire(database.ownerUrl);
});
beforeEach(() => owner`truncate marks`);
afterAll(async () => {
  await wire?.stop();
  await owner?.end({ timeout: 2 });
});

const control = async (method: string, path: string, body?: object) =>
  (await fetch(wire.controlUrl + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) })).json();
const marks = async () => (await owner`select name from marks order by name`).map(({ name }) => name);

/** A program that writes outside and inside a transaction, prepared and not, and says what it has heard of. */
const PROGRAM = `
import postgres from "postgres";
const sql = postgres(process.argv[1], { max: 1, connection: { application_name: process.argv[2] }, onnotice: () => {} });
await sql\`select 1\`;
process.stdin.once("data", async () => {
  await sql\`insert into marks values (\${"alone"})\`;
  console.log("alone");
  await sql.begin(async (tx) => {
    await Promise.all([tx\`insert into marks values (\${"first"})\`, tx.unsafe("select * from marks for update")]);
    await tx.unsafe("insert into marks values ('second')");
  });
  console.log("both");
  await sql.unsafe("update marks set name = name || '!'");
  console.log("all");
  process.exit(0);
});
console.log("ready");
`;

async function run(aim: object | null, applicationName = "holdpoint") {
  const args = ["--input-type=module", "-e", PROGRAM, wire.databaseUrl, applicationName];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<NodeJS.Signals | null>((done) => child.once("close", (_code, signal) => done(signal)));
  const heard: string[] = [];
  await new Promise<void>((ready) => {
    child.stdout.on("data", (chunk: Buffer) => {
      for (const word of chunk.toString().trim().split("\n")) word === "ready" ? ready() : heard.push(word);
    });
  });
  await control("POST", "/record");
  if (aim) await control("POST", "/kill", { pid: child.pid, ...aim });
  child.stdin.write("go\n");
  const signal = await ended;
  const { struck } = (await control("GET", "/kill")) as { struck: boolean };
  await control("DELETE", "/kill");
  return { heard, signal, struck };
}

test("nothing is in the way of a program that nobody wants dead, and its lasting statements are named in order", async () => {
  expect(await run(null)).toEqual({ heard: ["alone", "both", "all"], signal: null, struck: false });
  expect(await control("GET", "/trace")).toEqual(["insert into marks", "commit: marks", "update marks"]);
  expect(await marks()).toEqual(["alone!", "first!", "second!"]);
});

test.each([
  ["insert into marks", "before", [], []],
  ["insert into marks", "after", [], ["alone"]],
  ["commit: marks", "before", ["alone"], ["alone"]],
  ["commit: marks", "after", ["alone"], ["alone", "first", "second"]],
  ["update marks", "before", ["alone", "both"], ["alone", "first", "second"]],
  ["update marks", "after", ["alone", "both"], ["alone!", "first!", "second!"]],
])("killed at “%s”, %s it: what the program has heard of, and what has happened", async (name, when, heard, left) => {
  expect(await run({ name, when })).toEqual({ heard, signal: "SIGKILL", struck: true });
  expect(await marks()).toEqual(left);
});

test("connections of another name are left alone", async () => {
  const { signal, struck } = await run({ name: "commit: marks", when: "before" }, "holdpoint-jobs");
  expect([signal, struck]).toEqual([null, false]);
  expect(await control("GET", "/trace")).toEqual([]);
});
