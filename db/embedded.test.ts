import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterEach, expect, test } from "vitest";
import { type EmbeddedCluster, removeEmbedded, startEmbedded, startThrowAway } from "#db/embedded";
import { createDatabase, dropDatabase } from "#db/embedded/databases";
import { freePort } from "#db/embedded/ports";

const folders: string[] = [];
const clusters: EmbeddedCluster[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdpoint-embedded-"));
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, more: { port?: number; log?: (line: string) => void } = {}) {
  const cluster = await startEmbedded({ dataDir, fast: true, ...more });
  clusters.push(cluster);
  return cluster;
}

async function ask<T>(url: string, question: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await question(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (isSo()) return true;
    await sleep(25);
  }
  return isSo();
}

afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.stop();
  for (const folder of folders.splice(0)) {
    await removeEmbedded(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a new cluster is PostgreSQL 18 with checksums, UTF-8 and UTC, and refuses to lose data", async () => {
  const cluster = await startEmbedded({ dataDir: newFolder() });
  clusters.push(cluster);
  const [is] = await ask(
    cluster.url,
    (sql) => sql`
      select current_setting('server_version_num')::int / 10000 as version, current_database() as database,
        current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
        current_setting('timezone') as zone, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
        lower('ЇЖАК') as folded`,
  );
  expect(is).toEqual({
    version: 18,
    database: "holdpoint",
    checksums: "on",
    encoding: "UTF8",
    zone: "UTC",
    fsync: "on",
    commit: "on",
    pages: "on",
    folded: "їжак",
  });
});

test("a second start keeps the data, and a stop leaves nothing running", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await ask(first.url, (sql) => sql`create table kept as select 42 as answer`);
  await first.stop();
  expect(alive(first.pid)).toBe(false);
  const second = await start(folder);
  expect(await ask(second.url, (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }]);
});

test("after kill -9 of the server, the stale pid file does not stop the next start", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await ask(first.url, (sql) => sql`create table kept as select 42 as answer`);
  process.kill(first.pid, "SIGKILL");
  await first.ended;
  expect(existsSync(join(first.dataDir, "postmaster.pid"))).toBe(true);
  const second = await start(folder);
  expect(second.shared).toBe(false);
  expect(await ask(second.url, (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }]);
});

test("a pid file whose number now belongs to another program does not stop the start", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await first.stop();
  writeFileSync(
    join(first.dataDir, "postmaster.pid"),
    `${process.pid}\n${first.dataDir}\n0\n1\n\n127.0.0.1\n\nready\n`,
  );
  const second = await start(folder);
  expect(await ask(second.url, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
});

test("a free port is none that the system may lend to somebody else's connection, and is handed out once", async () => {
  const ports = await Promise.all(Array.from({ length: 40 }, freePort));
  expect(new Set(ports).size).toBe(40);
  for (const port of ports) expect(port >= 20_000 && port <= 32_000, `${port}`).toBe(true);
});

test("a port that is taken is named, with the way to find out by whom", async () => {
  const squatter = createServer();
  await new Promise<void>((done) => squatter.listen(0, "127.0.0.1", () => done()));
  const address = squatter.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(start(newFolder(), { port })).rejects.toThrow(new RegExp(`Port ${port} is in use.*${port}`));
  await new Promise((done) => squatter.close(done));
});

test("a cluster that a living program runs is shared, and not stopped by the one who joined", async () => {
  const folder = newFolder();
  const first = await start(folder);
  const joined = await startEmbedded({ dataDir: folder });
  expect(joined).toMatchObject({ shared: true, pid: first.pid, url: first.url });
  await joined.stop();
  expect(alive(first.pid)).toBe(true);
});

test("the server ends with its program, even one killed with -9", async () => {
  const folder = newFolder();
  const program = spawn(process.execPath, ["db/embedded.ts", folder], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((done) => program.stdout.once("data", (chunk) => done(String(chunk))));
  const { pid } = JSON.parse(line) as { pid: number };
  expect(alive(pid)).toBe(true);
  program.kill("SIGKILL");
  expect(await until(() => !alive(pid), 30_000)).toBe(true);
});

test("Ctrl-C ends the program and its server", async () => {
  const folder = newFolder();
  const program = spawn(process.execPath, ["db/embedded.ts", folder], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((done) => program.once("exit", (code) => done(code)));
  const line = await new Promise<string>((done) => program.stdout.once("data", (chunk) => done(String(chunk))));
  const { pid } = JSON.parse(line) as { pid: number };
  program.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(alive(pid)).toBe(false);
});

test("databases are copied from a template, dropped while somebody is connected, and strange names refused", async () => {
  const cluster = await start(newFolder());
  const template = await createDatabase(cluster.adminUrl, "template_of_mine");
  await ask(template, (sql) => sql`create table kept as select 42 as answer`);
  const copies = await Promise.all(
    ["copy_1", "copy_2", "copy_3"].map((name) =>
      createDatabase(cluster.adminUrl, name, { template: "template_of_mine" }),
    ),
  );
  for (const copy of copies) {
    expect(await ask(copy, (sql) => sql`select answer from kept`)).toEqual([{ answer: 42 }]);
  }
  const guest = postgres(copies[0] as string, { max: 1, onclose: () => undefined });
  await guest`select 1`;
  await dropDatabase(cluster.adminUrl, "copy_1");
  await guest.end({ timeout: 1 });
  await expect(createDatabase(cluster.adminUrl, 'x"; drop database y')).rejects.toThrow("Not a name");
});

test("a throw-away cluster leaves no folder behind", async () => {
  const cluster = await startThrowAway({ name: "embedded" });
  expect(existsSync(cluster.dataDir)).toBe(true);
  await cluster.stop();
  expect(existsSync(cluster.dataDir)).toBe(false);
  expect(alive(cluster.pid)).toBe(false);
});
