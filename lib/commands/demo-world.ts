import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeEmbedded, startEmbedded } from "#db/embedded";
import type { SeedOptions } from "#db/seed";
import type { Keeper } from "#lib/commands/command";
import { migrateDatabase, refuseUnreachable, seedDatabase } from "#lib/commands/database";
import { apiUrlVariable, type Emulator, emulatedProviders, startEmulator } from "#lib/commands/emulators";
import { type Inbox, startInbox } from "#lib/commands/inbox";
import { ROOT } from "#lib/commands/processes";
import { CommandFailure, faint, say, step } from "#lib/commands/terminal";

/** Where the demo and `npm run dev` keep their data; both see the same. */
export const DEMO_HOME = join(ROOT, ".holdpoint", "demo");

const DATABASE_HOME = join(DEMO_HOME, "postgres");
/** Its presence says that the sample story was told to the end. */
const TOLD_FILE = join(DEMO_HOME, "story-told");

/** What an application needs around it: a database with a story in it, banks, secrets. */
export type DemoWorld = {
  /** For the application's process. */
  env: Record<string, string | undefined>;
  ownerUrl: string;
  emulators: Emulator[];
  /** Where the mail goes; null when the environment names a mail server of its own. */
  inbox: Inbox | null;
};

/**
 * Prepares and starts everything around the application. What the environment names (DATABASE_URL, a provider's URL, a
 * secret) is used instead of the demo's own.
 * @param options.fresh forget what was there before
 * @param options.command what the person typed
 */
export async function startDemoWorld(
  keeper: Keeper,
  options: { fresh: boolean; port: number; command: string },
): Promise<DemoWorld> {
  const ours = !process.env.DATABASE_URL;
  if (options.fresh) await forget(options.command);
  // Nobody has seen a database whose story was not told to the end, so nothing is lost with it.
  else if (ours && existsSync(DATABASE_HOME) && !existsSync(TOLD_FILE)) {
    say(faint("  The first start was broken off half-way: it begins anew"));
    await forget(options.command);
  }
  mkdirSync(DEMO_HOME, { recursive: true, mode: 0o711 });
  const memory = remembered();

  const ownerUrl = await databaseOf(keeper, options.command);
  const env: Record<string, string | undefined> = {
    HOLDPOINT_MODE: "demo",
    APP_URL: process.env.APP_URL || `http://localhost:${options.port}`,
    AUTH_SECRET: process.env.AUTH_SECRET || memory.authSecret,
    ENCRYPTION_KEY: process.env.ENCRYPTION_KEY || memory.encryptionKey,
    CRON_SECRET: process.env.CRON_SECRET || memory.cronSecret,
  };

  const emulators: Emulator[] = [];
  for (const provider of emulatedProviders()) {
    const variable = apiUrlVariable(provider);
    if (process.env[variable]) {
      say(faint(`  ${variable} is set: no emulator of ${provider}`));
      continue;
    }
    await step(`Starting the emulator of ${provider}`, async () => {
      const ports = memory.ports[provider];
      const emulator = await startEmulator({
        provider,
        home: join(DEMO_HOME, "emulators"),
        ...(ports ? { ports } : {}),
        keep: keeper.keep,
      });
      emulators.push(emulator);
      env[variable] = emulator.url;
      memory.ports[provider] = { api: portOf(emulator.url), control: portOf(emulator.controlUrl) };
      return `${provider}, emulated: ${emulator.url}`;
    });
  }
  let inbox: Inbox | null = null;
  if (process.env.SMTP_URL) say(faint("  SMTP_URL is set: mail goes there"));
  else
    await step("Starting the inbox", async () => {
      inbox = await startInbox({
        home: join(DEMO_HOME, "inbox"),
        ...(memory.inbox ? { ports: memory.inbox } : {}),
        reports: { appUrl: env.APP_URL as string, secret: memory.mailWebhookSecret },
        keep: keeper.keep,
      });
      env.SMTP_URL = inbox.smtpUrl;
      env.MAIL_FROM = process.env.MAIL_FROM || "mail@holdpoint.test";
      env.MAIL_WEBHOOK_SECRET = memory.mailWebhookSecret;
      memory.inbox = { page: portOf(inbox.url), smtp: portOf(inbox.smtpUrl) };
      return `Mail is caught: ${inbox.url}`;
    });
  remember(memory);

  await step("Bringing the schema up to date", async () => {
    env.DATABASE_URL = await migrateDatabase(ownerUrl);
    return "The schema is up to date";
  });
  // The sample story is written by the application's own code, which takes its environment from here.
  Object.assign(process.env, env);
  await step("Telling the sample story (six weeks of orders)", async () => {
    const told = await seedDatabase(ownerUrl, banksOf(emulators));
    if (ours) writeFileSync(TOLD_FILE, "");
    return told ? "Sample data: orders in every state, a user in every role" : "The data of the last time is kept";
  });
  return { env, ownerUrl, emulators, inbox };
}

/** The banks in which the story's customers pay; none where one of them is not ours to move. */
function banksOf(emulators: Emulator[]): Pick<SeedOptions, "banks"> {
  const control = (provider: string) => emulators.find((emulator) => emulator.provider === provider)?.controlUrl;
  const [monobank, liqpay] = [control("monobank"), control("liqpay")];
  return monobank && liqpay ? { banks: { monobank, liqpay } } : {};
}

/** Whether the person asked to start over; npm keeps the flag for itself when the `--` before it was forgotten. */
export function wantsFresh(flags: string[]): boolean {
  return flags.includes("--fresh") || process.env.npm_config_fresh === "true";
}

async function databaseOf(keeper: Keeper, command: string): Promise<string> {
  const given = process.env.DATABASE_URL;
  if (given) {
    await step("Trying the database in DATABASE_URL", async () => {
      await refuseUnreachable(given);
      return "The database in DATABASE_URL answers";
    });
    return given;
  }
  let url = "";
  await step("Starting PostgreSQL", async () => {
    const cluster = await startEmbedded({
      dataDir: DATABASE_HOME,
      log: (line) => say(faint(`  ${line}`)),
    });
    if (cluster.shared) {
      throw new CommandFailure(
        "The demo (or `npm run dev`) of this folder is already running, with this database.\n" +
          `Use that one, or stop it (Ctrl-C in its terminal) and run \`${command}\` again.`,
      );
    }
    keeper.keep({
      name: "PostgreSQL",
      logFile: cluster.logFile,
      stop: cluster.stop,
      ended: cluster.ended.then(() => "see its log"),
    });
    url = cluster.url;
    return `PostgreSQL 18, embedded, port ${cluster.port}`;
  });
  return url;
}

async function forget(command: string): Promise<void> {
  if (process.env.DATABASE_URL) {
    throw new CommandFailure(
      "`--fresh` deletes the demo's own data only, and DATABASE_URL names another database.\n" +
        "Empty that one yourself, or unset DATABASE_URL.",
    );
  }
  if (!existsSync(DEMO_HOME)) return;
  await step("Forgetting the earlier demo", async () => {
    await removeEmbedded(DATABASE_HOME).catch((cause) => {
      throw new CommandFailure(`${(cause as Error).message}\nThen run \`${command}\` again.`);
    });
    rmSync(DEMO_HOME, { recursive: true, force: true });
    return "The earlier demo is forgotten";
  });
}

/** What has to stay the same from one start to the next: secrets that stored data depends on, and addresses in links. */
type Memory = {
  authSecret: string;
  encryptionKey: string;
  cronSecret: string;
  mailWebhookSecret: string;
  ports: Record<string, { api: number; control: number }>;
  inbox?: { page: number; smtp: number };
};

const MEMORY_FILE = join(DEMO_HOME, "memory.json");

function remembered(): Memory {
  const random = () => randomBytes(32).toString("base64");
  const fresh: Memory = {
    authSecret: random(),
    encryptionKey: random(),
    cronSecret: random(),
    mailWebhookSecret: random(),
    ports: {},
  };
  try {
    return { ...fresh, ...JSON.parse(readFileSync(MEMORY_FILE, "utf8")) };
  } catch {
    return fresh;
  }
}

function remember(memory: Memory): void {
  writeFileSync(MEMORY_FILE, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
