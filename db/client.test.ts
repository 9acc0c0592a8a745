import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, DatabaseUnavailable, database } from "./client.ts";
import { freePort } from "./embedded/ports.ts";
import { type EmbeddedCluster, startEmbedded } from "./embedded.ts";
import { transact } from "./transact.ts";

const home = mkdtempSync(join(tmpdir(), "holdpoint-restart-"));
let port = 0;
let cluster: EmbeddedCluster;

beforeAll(async () => {
  port = await freePort();
  cluster = await startEmbedded({ dataDir: home, port });
  Object.assign(process.env, {
    DATABASE_URL: cluster.url,
    APP_URL: "http://localhost:3000",
    AUTH_SECRET: "a-secret-of-tests-that-is-long-enough-000000",
    CRON_SECRET: "a-secret-of-tests-that-is-long-enough-111111",
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  });
  await database().execute(sql`create table written (n bigint primary key)`);
});
afterAll(async () => {
  await closeDatabase();
  await cluster.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Crashes PostgreSQL as a power cut of the program would (SIGQUIT: no checkpoint, no farewell) and starts it again. */
async function crashAndRestart(): Promise<void> {
  process.kill(cluster.pid, "SIGQUIT");
  await cluster.ended;
  cluster = await startEmbedded({ dataDir: home, port });
}

/** Drizzle wraps what its client throws; the front door looks through that too (lib/http/faults.ts). */
function saysUnavailable(fault: unknown): boolean {
  for (let next = fault; next instanceof Error; next = next.cause) if (next instanceof DatabaseUnavailable) return true;
  return false;
}

test("PostgreSQL crashes under load: nothing acknowledged is lost, no call hangs, and the pool is whole again", async () => {
  const acknowledged: bigint[] = [];
  const strange: unknown[] = [];
  let unavailable = 0;
  let next = 0n;
  let stop = false;
  const writer = async () => {
    while (!stop) {
      const n = next++;
      try {
        // One statement alone and one in a transaction: both ways the application writes.
        if (n % 2n === 0n) await database().execute(sql`insert into written values (${n})`);
        else
          await transact(database(), async (tx) => {
            await tx.execute(sql`insert into written values (${n})`);
            return { ok: true as const, value: null };
          });
        acknowledged.push(n);
      } catch (fault) {
        if (saysUnavailable(fault)) unavailable++;
        else strange.push(fault);
        await new Promise((wake) => setTimeout(wake, 20));
      }
    }
  };
  const writers = Array.from({ length: 8 }, writer);
  for (let crash = 0; crash < 3; crash++) {
    await new Promise((wake) => setTimeout(wake, 700));
    await crashAndRestart();
  }
  const before = acknowledged.length;
  for (let waited = 0; waited < 100 && acknowledged.length < before + 200; waited++)
    await new Promise((wake) => setTimeout(wake, 100));
  stop = true;
  await Promise.all(writers);

  expect(strange).toEqual([]);
  expect(unavailable).toBeGreaterThan(0);
  expect(acknowledged.length).toBeGreaterThan(before);
  const rows = await database().execute<{ n: string }>(sql`select n::text as n from written`);
  const kept = new Set(rows.map((row) => BigInt(row.n)));
  expect(acknowledged.filter((n) => !kept.has(n))).toEqual([]);

  // Every connection serves: ten transactions are open at the same time, each on one of its own.
  let open = 0;
  let allOpen: () => void;
  const together = new Promise<void>((meet) => {
    allOpen = meet;
  });
  const served = await Promise.all(
    Array.from({ length: 10 }, () =>
      database().transaction(async (tx) => {
        const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
        if (++open === 10) allOpen();
        await together;
        return row?.pid;
      }),
    ),
  );
  expect(new Set(served).size).toBe(10);
}, 120_000);
