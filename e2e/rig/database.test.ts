import postgres from "postgres";
import { expect, test } from "vitest";
import { freshDatabase } from "#e2e/rig/database";

test("two databases of the rig know nothing of each other", async () => {
  const [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  const first = postgres(one.ownerUrl, { max: 1 });
  const second = postgres(two.ownerUrl, { max: 1 });
  await first`create table mine (n int)`;
  expect(await second`select to_regclass('mine') as found`).toEqual([{ found: null }]);
  await Promise.all([first.end(), second.end()]);
  await one.drop();
});
