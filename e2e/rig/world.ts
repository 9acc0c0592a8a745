import { randomBytes } from "node:crypto";
import { openDatabase } from "#db/client";
import { findProvider } from "#lib/providers/registry";
import type { Actor, World } from "#lib/workflows/world";
import { freshDatabase, type TestDatabase } from "./database.ts";

/** A world of one test file: its own database, the clock in the test's hands. */
export type TestWorld = World & {
  database: TestDatabase;
  /** Moves the clock to a moment, or on by so many seconds. */
  at(moment: string): void;
  pass(seconds: number): void;
  close(): Promise<void>;
};

/**
 * Makes a world over a fresh database, as the application's role, and gives this process the environment that the
 * application would have. Call it once, at the top of a test file, before anything reads the environment.
 * @param environment on top of it, e.g. `{ MONOBANK_API_URL }`
 */
export async function freshWorld(environment: Record<string, string> = {}): Promise<TestWorld> {
  const database = await freshDatabase();
  Object.assign(process.env, {
    HOLDPOINT_MODE: "test",
    DATABASE_URL: database.appUrl,
    APP_URL: "http://localhost:3000",
    AUTH_SECRET: randomBytes(32).toString("base64"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    CRON_SECRET: randomBytes(32).toString("base64"),
    ...environment,
  });
  const { db, close } = openDatabase(database.appUrl);
  let moment = new Date("2026-11-20T12:00:00.000Z");
  return {
    database,
    db,
    findProvider,
    now: () => moment,
    at: (text) => {
      moment = new Date(text);
    },
    pass: (seconds) => {
      moment = new Date(moment.getTime() + seconds * 1000);
    },
    close,
  };
}

/** Somebody who is not in the database: for workflows that only write down who acted. */
export const someone = (role: NonNullable<Actor["role"]>): Actor => ({
  kind: "token",
  id: `tok_${role}`,
  name: `A ${role} person`,
  role,
  requestId: "req-test",
});
