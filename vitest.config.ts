import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const alias = {
  // Throws on purpose outside a server build; tests are the other place where server code may run.
  "server-only": fileURLToPath(new URL("./e2e/rig/empty.ts", import.meta.url)),
};

/** Tests that need a real PostgreSQL, or processes of their own. Everything else must do without both. */
const needsDatabase = [
  "db/**/*.test.ts",
  "lib/{workflows,reads,http,auth}/**/*.test.ts",
  "lib/commands/**/*.test.ts",
  "e2e/**/*.test.ts",
  "**/*.db.test.ts",
];
/** What the code under test logs is its own affair; a test that looks at the log asks for it. */
const env = { NODE_ENV: "test", HOLDPOINT_MODE: "test", LOG_LEVEL: "silent" } as const;
const never = ["node_modules/**", ".next/**", ".holdpoint/**"];

/** These take a minute and more each: begun last, they would be waited for with nothing else to do. */
const LONG = /\/(faults-[a-z-]+|race-pairs|lives-of-orders)\.test\.ts$/;
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = sorted.filter(({ moduleId }) => LONG.test(moduleId));
    return [...long, ...sorted.filter((file) => !long.includes(file))];
  }
}

export default defineConfig({
  test: {
    // Most files wait for a database, a bank or a clock about a third of their time.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongFirst },
    // postgres.js writes to a socket that a crashed server has closed, outside any promise. The server survives that one
    // (instrumentation-node.ts), so do the tests that crash a database; any other fault fails the run.
    onUnhandledError: (error) =>
      !(
        /reading '(write|destroy|end|readyState)'/.test(error.message) &&
        /node_modules.postgres.src/.test(error.stack ?? "")
      ),
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{lib,components,app}/**/*.test.{ts,tsx}"],
          exclude: [...never, ...needsDatabase],
          // Some draw papers or start a bank: a lame machine gets there too.
          testTimeout: 30_000,
          hookTimeout: 60_000,
          env,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "db",
          include: needsDatabase,
          exclude: never,
          globalSetup: ["e2e/rig/cluster.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          env,
        },
      },
    ],
  },
});
