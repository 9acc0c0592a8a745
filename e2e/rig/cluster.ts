import type { TestProject } from "vitest/node";
import { startThrowAway } from "#db/embedded";
import { createDatabase } from "#db/embedded/databases";
import { migrate } from "#db/migrate";

declare module "vitest" {
  export interface ProvidedContext {
    /** The database `postgres` of the throw-away cluster, as owner. */
    clusterUrl: string;
    /** The password of the role the application connects as, the same in every database of the cluster. */
    appPassword: string;
  }
}

/** The migrated database that every test database is a copy of. */
export const TEMPLATE = "holdpoint_template";

/** Vitest's global setup of the project `db`: one fast cluster for the whole run, one migrated template in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const appPassword = "app-role-of-the-tests";
  process.env.APP_DB_PASSWORD = appPassword;
  const cluster = await startThrowAway({ name: "vitest", log: console.error });
  try {
    const templateUrl = await createDatabase(cluster.adminUrl, TEMPLATE);
    await migrate(templateUrl);
  } catch (cause) {
    await cluster.stop();
    throw cause;
  }
  project.provide("clusterUrl", cluster.adminUrl);
  project.provide("appPassword", appPassword);
  return () => cluster.stop();
}
