import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { createDatabase, dropDatabase } from "#db/embedded/databases";

/** A database of one test file. */
export type TestDatabase = {
  name: string;
  /** As the owner of everything: may look anywhere and break anything. */
  ownerUrl: string;
  /** As the role `holdpoint_app`, as which the application connects: what its grants allow, and no more. */
  appUrl: string;
  /** Drops it at once. Not a duty: the whole cluster is thrown away after the run. */
  drop(): Promise<void>;
};

/**
 * Makes a new, migrated, empty database. Only in tests of Vitest's project `db` (see `vitest.config.ts`).
 *
 * Once per file: `const database = await freshDatabase()` at the top, or in `beforeAll`. It is a copy of a migrated
 * template and takes some tens of milliseconds, so once per test is affordable where a test needs it.
 */
export async function freshDatabase(): Promise<TestDatabase> {
  const adminUrl = inject("clusterUrl");
  const name = `t_${process.pid}_${randomBytes(4).toString("hex")}`;
  const ownerUrl = await createDatabase(adminUrl, name, { template: "holdpoint_template" });
  const app = new URL(ownerUrl);
  app.username = "holdpoint_app";
  app.password = inject("appPassword");
  return { name, ownerUrl, appUrl: app.href, drop: () => dropDatabase(adminUrl, name) };
}
