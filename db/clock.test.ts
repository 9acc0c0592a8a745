import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { freshDatabase } from "#e2e/rig/database";
import { type Database, openDatabase } from "./client.ts";
import { readClock, timeNow } from "./clock.ts";

const MINUTE = 60_000;
let db: Database;
let owner: postgres.Sql;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const database = await freshDatabase();
  const opened = openDatabase(database.appUrl, 1);
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} });
  ({ db } = opened);
  stops.push(opened.close, () => owner.end({ timeout: 1 }));
});
afterAll(() => Promise.all(stops.map((stop) => stop())));
afterEach(() => void vi.useRealTimers());

/** The machine's clock is set; the database's is not. */
const machineSays = (time: number) => vi.useFakeTimers({ toFake: ["Date"], now: time });
const fromDatabase = async () => {
  const asked = performance.now();
  const [row] = await owner`select clock_timestamp() as now`;
  const apart = Math.abs(timeNow().getTime() - row?.now.getTime());
  // The answer was as long under way.
  return apart - (performance.now() - asked);
};

test.each([10, -10])("a machine whose clock is %i minutes off goes by the database's", async (minutes) => {
  machineSays(Date.now() + minutes * MINUTE);
  await readClock(db);
  expect(await fromDatabase()).toBeLessThan(1_000);
});

test("a clock that is set while the machine runs moves nothing, neither back nor forward", async () => {
  await readClock(db);
  const real = Date.now();
  for (const minutes of [-10, 10, -60 * 24]) {
    machineSays(real + minutes * MINUTE);
    expect(await fromDatabase()).toBeLessThan(1_000);
  }
});
