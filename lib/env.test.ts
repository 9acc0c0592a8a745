import { expect, test } from "vitest";
import { EnvironmentInvalid, readEnv } from "#lib/env";

const complete = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://app:hunter2-hunter2@db.internal:5432/holdpoint",
  APP_URL: "https://orders.example.com/",
  AUTH_SECRET: "a".repeat(40),
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  CRON_SECRET: "c".repeat(40),
};

function problemsOf(source: Record<string, string | undefined>): readonly string[] {
  try {
    readEnv(source);
  } catch (error) {
    if (error instanceof EnvironmentInvalid) return error.problems;
    throw error;
  }
  return [];
}

test("a complete environment is read, and production is what nobody has to name", () => {
  const env = readEnv(complete);
  expect(env).toMatchObject({ mode: "production", appUrl: "https://orders.example.com", providerUrls: {} });
  expect(env.encryptionKey).toHaveLength(32);
  expect(readEnv({ ...complete, NODE_ENV: undefined }).mode).toBe("production");
});

test("everything that is missing is said at once, by name", () => {
  expect(problemsOf({}).map((problem) => problem.split(" ")[0])).toEqual([
    "DATABASE_URL",
    "APP_URL",
    "AUTH_SECRET",
    "ENCRYPTION_KEY",
    "CRON_SECRET",
  ]);
});

test("an empty value counts as none", () => {
  expect(problemsOf({ ...complete, AUTH_SECRET: "" })).toEqual(["AUTH_SECRET is missing"]);
  expect(readEnv({ ...complete, SMTP_URL: "", MONOBANK_API_URL: "" }).smtpUrl).toBeUndefined();
});

test("no value ever appears in the message", () => {
  const wrong = {
    DATABASE_URL: "mysql://app:hunter2-hunter2@db",
    APP_URL: "orders?secret=hunter2",
    AUTH_SECRET: "hunter2",
    ENCRYPTION_KEY: "hunter2",
    CRON_SECRET: "hunter2",
    SMTP_URL: "http://hunter2",
    MAIL_FROM: "hunter2",
    MAIL_WEBHOOK_SECRET: "hunter2",
    MAIL_BOUNCE_ADDRESS: "hunter2",
    HOLDPOINT_MODE: "hunter2",
    LOG_LEVEL: "hunter2",
    INSTANCE: "hunter2 hunter2",
    STRIPE_API_URL: "https://hunter2:hunter2@stripe",
  };
  expect(() => readEnv(wrong)).toThrow(EnvironmentInvalid);
  const problems = problemsOf(wrong);
  expect(problems.join("\n")).not.toContain("hunter2");
  for (const name of Object.keys(wrong)) expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
});

test("production refuses another address for a provider; demo and tests take it", () => {
  const elsewhere = { ...complete, MONOBANK_API_URL: "http://127.0.0.1:4001/" };
  expect(problemsOf(elsewhere)).toEqual([expect.stringContaining("MONOBANK_API_URL must not be set in production")]);
  expect(readEnv({ ...elsewhere, HOLDPOINT_MODE: "demo" }).providerUrls).toEqual({ monobank: "http://127.0.0.1:4001" });
  expect(readEnv({ ...elsewhere, NODE_ENV: "test" }).providerUrls.monobank).toBe("http://127.0.0.1:4001");
});

test("mail that comes back goes to an address that leaves room for its name, and is taken from nobody without a secret", () => {
  const MAIL_WEBHOOK_SECRET = "m".repeat(40);
  expect(problemsOf({ ...complete, MAIL_BOUNCE_ADDRESS: "bounce@example.com" })).toEqual([
    expect.stringContaining("MAIL_WEBHOOK_SECRET is missing"),
  ]);
  expect(
    readEnv({ ...complete, MAIL_WEBHOOK_SECRET, MAIL_BOUNCE_ADDRESS: "bounce@example.com" }).mailBounceAddress,
  ).toBe("bounce@example.com");
  for (const MAIL_BOUNCE_ADDRESS of [
    "longer.than.12@example.com",
    "a+b@example.com",
    "Bounces <b@example.com>",
    "b@localhost",
  ])
    expect(problemsOf({ ...complete, MAIL_WEBHOOK_SECRET, MAIL_BOUNCE_ADDRESS })).toHaveLength(1);
});

test("a misspelt mode is refused and does not loosen anything on the way", () => {
  const problems = problemsOf({ ...complete, HOLDPOINT_MODE: "demmo", MONOBANK_API_URL: "http://127.0.0.1:1" });
  expect(problems.some((problem) => problem.startsWith("HOLDPOINT_MODE"))).toBe(true);
  expect(problems.some((problem) => problem.startsWith("MONOBANK_API_URL"))).toBe(true);
});

test("production is served over https, except to its own machine", () => {
  expect(problemsOf({ ...complete, APP_URL: "http://orders.example.com" })).toEqual([
    "APP_URL must start with https:// in production",
  ]);
  expect(readEnv({ ...complete, APP_URL: "http://localhost:3000" }).appUrl).toBe("http://localhost:3000");
  expect(problemsOf({ ...complete, APP_URL: "http://localhost.example.com" })).toHaveLength(1);
});

test("mail needs a sender", () => {
  expect(problemsOf({ ...complete, SMTP_URL: "smtp://localhost" })).toHaveLength(1);
  expect(
    readEnv({ ...complete, SMTP_URL: "smtp://localhost", MAIL_FROM: "Holdpoint <no-reply@example.com>" }),
  ).toMatchObject({ mailFrom: "Holdpoint <no-reply@example.com>" });
});
