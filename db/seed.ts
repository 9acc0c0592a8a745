import { openDatabase } from "#db/client";
import { findProvider } from "#lib/providers/registry";
import type { World } from "#lib/workflows/world";
import { Bank, type BankUrls } from "./seed/bank.ts";
import { seedCatalog } from "./seed/catalog.ts";
import { DEMO_ACCOUNT, DEMO_PEOPLE, SECOND_SALES, seedCompany, seedPeople } from "./seed/people.ts";
import { DEMO_KEYS, seedServices, TEST_KEYS } from "./seed/services.ts";
import { tellStory } from "./seed/story.ts";

export type SeedOptions = {
  /** People, services and a few goods only, for tests that make their own orders. */
  minimal?: boolean;
  /** Control ports of the emulated banks. Without them the story has no money in it: people, goods and open orders. */
  banks?: BankUrls;
};

/**
 * Tells the sample story: a trader of tools, the people who work there, what they sell and to whom. What is there already
 * stays as it is, so telling it twice changes nothing.
 * @param ownerUrl the database's owner; its schema is up to date
 */
export async function seed(ownerUrl: string, options: SeedOptions = {}): Promise<void> {
  if (options.minimal) return seedForTests(ownerUrl);
  await withWorld(ownerUrl, async (world) => {
    await seedCompany(world.db, DEMO_ACCOUNT);
    const cast = await seedPeople(world, DEMO_PEOPLE);
    const catalog = await seedCatalog(world, cast.admin);
    const services = await seedServices(world, cast.admin, DEMO_KEYS);
    if (await world.db.query.salesOrders.findFirst()) return;
    const { banks } = options;
    const stage = {
      cast,
      catalog,
      services,
      banks: banks ? { monobank: new Bank(banks.monobank), liqpay: new Bank(banks.liqpay) } : null,
    };
    await tellStory(stage, world, ownerUrl);
  });
}

/** The least that a test of the whole application needs: no orders, keys that the emulators keep for tests. */
export async function seedForTests(ownerUrl: string): Promise<void> {
  await withWorld(ownerUrl, async (world) => {
    await seedCompany(world.db);
    const cast = await seedPeople(world, [...DEMO_PEOPLE, SECOND_SALES]);
    await seedCatalog(world, cast.admin, { customers: 3, items: 5 });
    await seedServices(world, cast.admin, TEST_KEYS);
  });
}

async function withWorld(ownerUrl: string, tell: (world: World) => Promise<void>): Promise<void> {
  // A line for every provider call would stand between the sentences of the command that tells the story.
  process.env.LOG_LEVEL ||= "warn";
  const { db, close } = openDatabase(ownerUrl);
  try {
    await tell({ db, findProvider, now: () => new Date() });
  } finally {
    await close();
  }
}
