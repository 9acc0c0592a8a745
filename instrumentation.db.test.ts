import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { expect, inject, test } from "vitest";
import { freshDatabase } from "#e2e/rig/database";

const secret = () => randomBytes(32).toString("base64");

/** Runs a script after `boot()` in a process of its own, with an environment that is complete. */
function afterBoot(script: string, environment: Record<string, string | undefined>) {
  const program = `const { boot } = await import("./instrumentation-node.ts"); await boot(); ${script}`;
  return spawnSync(process.execPath, ["--conditions=react-server", "--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 25_000,
    env: {
      ...process.env,
      NODE_ENV: "production",
      HOLDPOINT_MODE: "test",
      LOG_LEVEL: "info",
      DATABASE_URL: inject("clusterUrl"),
      APP_URL: "http://localhost:3000",
      AUTH_SECRET: secret(),
      ENCRYPTION_KEY: secret(),
      CRON_SECRET: secret(),
      ...environment,
    },
  });
}

test("a server whose environment is not complete does not start and says what is missing", () => {
  const outcome = afterBoot("console.log('serving')", { AUTH_SECRET: undefined, CRON_SECRET: "short" });
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toContain("AUTH_SECRET is missing");
  expect(outcome.stderr).toContain("CRON_SECRET must have at least 32 characters");
  expect(outcome.stdout).not.toContain("serving");
});

test("production refuses a PostgreSQL that would forget money when the power goes", () => {
  // The cluster of the tests runs with fsync and full_page_writes off.
  const outcome = afterBoot("console.log('serving')", { HOLDPOINT_MODE: "production" });
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toContain("PostgreSQL runs with fsync, full_page_writes = off");
  expect(outcome.stdout).not.toContain("serving");
});

test("a server does not work on a schema that is older than its code, and does on a newer one", async () => {
  const database = await freshDatabase();
  const sql = postgres(database.ownerUrl, { max: 1, onnotice: () => undefined });
  const bootOn = () => afterBoot("console.log('serving'); process.exit(0)", { DATABASE_URL: database.ownerUrl });
  const newer = "insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)";
  await sql.unsafe(newer);
  expect(bootOn()).toMatchObject({ status: 0, stdout: expect.stringContaining("serving") });
  await sql`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
  await sql`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
  await sql.end();
  const outcome = bootOn();
  expect(outcome.status).toBe(1);
  expect(outcome.stderr).toContain("older than this release");
});

test("a socket that died under postgres.js is survived; any other fault ends the process, to be started again", () => {
  const known = `
    const fault = new TypeError("Cannot read properties of null (reading 'write')");
    fault.stack = fault.message + "\\n    at write (/app/node_modules/postgres/src/connection.js:250:12)";
    setTimeout(() => { throw fault; }, 10);
    setTimeout(() => { console.log("still serving"); process.exit(0); }, 300);`;
  expect(afterBoot(known, {})).toMatchObject({ status: 0, stdout: expect.stringContaining("still serving") });
  const unknown = `
    setTimeout(() => { throw new Error("params: 4444 5555 6666 1111"); }, 10);
    setTimeout(() => { console.log("still serving"); process.exit(0); }, 300);`;
  const outcome = afterBoot(unknown, {});
  expect(outcome.status).toBe(1);
  expect(outcome.stdout).toContain("process.failed");
  expect(outcome.stdout + outcome.stderr).not.toContain("4444");
});
