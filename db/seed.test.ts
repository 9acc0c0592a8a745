import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { freshWorld } from "#e2e/rig/world";
import { passwordMatches } from "#lib/auth/passwords";
import { seed, seedForTests } from "./seed.ts";

const world = await freshWorld();
const owner = postgres(world.database.ownerUrl, { max: 1, onnotice: () => {} });
afterAll(async () => {
  await owner.end();
  await world.close();
});

const counts = async () => {
  const [row] =
    await owner`select (select count(*)::int from users) as users, (select count(*)::int from customers) as customers,
    (select count(*)::int from items) as items, (select count(*)::int from payment_services) as services,
    (select count(*)::int from company) as company`;
  return row;
};

test("the minimal story gives a test a user of every role, goods, buyers and services; told twice, it stays one", async () => {
  await seedForTests(world.database.ownerUrl);
  const once = await counts();
  expect(once).toEqual({ users: 4, customers: 3, items: 5, services: 3, company: 1 });
  await seedForTests(world.database.ownerUrl);
  expect(await counts()).toEqual(once);
});

test("the demo's people sign in with the demo's password", async () => {
  const [user] = await owner`select password_hash from users where email = 'finance@holdpoint.test'`;
  expect(await passwordMatches(user?.password_hash, "holdpoint-demo")).toBe(true);
});

test("a database in which somebody works is kept as it is", async () => {
  const before = await counts();
  await seed(world.database.ownerUrl);
  expect(await counts()).toEqual(before);
});
