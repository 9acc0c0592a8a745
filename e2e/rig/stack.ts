import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startThrowAway } from "#db/embedded";
import { startPostgresWire } from "#e2e/rig/postgres-wire";
import { KEEP_ALIVE, untilReady } from "#lib/commands/application";
import { buildOnce } from "#lib/commands/build";
import { type Keeper, runCommand } from "#lib/commands/command";
import { migrateDatabase, seedDatabase } from "#lib/commands/database";
import { apiUrlVariable, emulatedProviders, startEmulator } from "#lib/commands/emulators";
import { startInbox } from "#lib/commands/inbox";
import { portLike } from "#lib/commands/port";
import { type Service, startProcess } from "#lib/commands/processes";

/** What tests may know of a running stack; plain data, kept in a JSON file. */
export type StackFacts = {
  /** Instances of the application, all on the same database; the first is the one that providers know. */
  apps: { url: string; pid: number; logFile: string }[];
  /** Of each instance: the control port of what stands between it and the database, where the stack was started so. */
  wires: string[];
  emulators: Record<string, { url: string; controlUrl: string; ledgerFile: string; pid: number }>;
  /** Where mail ends up: `mails.json` under it lists everything that was sent. */
  inboxUrl: string;
  /** The database as the owner of everything, and as the role the application connects as. */
  ownerUrl: string;
  appUrl: string;
  databasePid: number;
  cronSecret: string;
  /** Folder of the run: logs, ledgers. Removed when the stack stops. */
  home: string;
};

export type Stack = StackFacts & {
  /** Starts an instance again after it was killed, on the same port and with the same environment. */
  restartApp(index: number): Promise<void>;
  /** Stops everything and removes every trace. */
  stop(): Promise<void>;
};

export type StackOptions = {
  /** How many instances of the application; 2 unless said. */
  instances?: number;
  /** Without it the database is migrated and empty. */
  seeded?: boolean;
  /** Starts an instance again that was killed or asked to stop, as whoever runs it in production would; `stack.json` then has its new pid. */
  supervised?: boolean;
  /** Puts a wire between each instance and the database that can kill it at a commit (see postgres-wire.ts). */
  wired?: boolean;
  /** For the application, on top of what it gets. */
  env?: Record<string, string>;
  /** Settings of PostgreSQL, e.g. `{ max_connections: "15" }`. */
  postgres?: Record<string, string>;
  log?: (line: string) => void;
};

/**
 * Starts a whole Holdpoint for tests: a throw-away PostgreSQL, the schema, the minimal story, every emulator, and the
 * production build as real processes on free ports. Builds first when the code has changed.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const log = options.log ?? (() => undefined);
  const running: Pick<Service, "stop">[] = [];
  const keep = <T extends Pick<Service, "stop">>(service: T): T => {
    running.push(service);
    return service;
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      for (const service of running.splice(0).reverse()) await service.stop();
    })();
    return stopping;
  };

  try {
    const build = await buildOnce({
      onStart: keep,
      onWait: (pid) => log(`process ${pid} is building; waiting for it`),
    });
    const cluster = keep(await startThrowAway({ name: "stack", settings: options.postgres ?? {}, log }));
    // In the cluster's folder, which is removed with the cluster, if need be by the next run.
    const home = join(dirname(cluster.logFile), "run");
    mkdirSync(home);
    const ports: number[] = [];
    for (let n = 0; n < (options.instances ?? 2); n++) ports.push(await portLike(undefined));
    const urls = ports.map((port) => `http://localhost:${port}`);
    const env: Record<string, string | undefined> = {
      NODE_ENV: "production",
      NODE_OPTIONS: "",
      HOLDPOINT_MODE: "test",
      APP_URL: urls[0],
      AUTH_SECRET: randomBytes(32).toString("base64"),
      ENCRYPTION_KEY: randomBytes(32).toString("base64"),
      CRON_SECRET: randomBytes(32).toString("base64"),
    };

    const emulators: StackFacts["emulators"] = {};
    for (const provider of emulatedProviders()) {
      const { url, controlUrl, ledgerFile, pid } = await startEmulator({ provider, home, keep });
      emulators[provider] = { url, controlUrl, ledgerFile, pid };
      env[apiUrlVariable(provider)] = url;
    }

    const mailSecret = randomBytes(32).toString("base64");
    const inbox = await startInbox({ home, keep, reports: { appUrl: urls[0] as string, secret: mailSecret } });
    env.MAIL_WEBHOOK_SECRET = mailSecret;
    env.SMTP_URL = inbox.smtpUrl;
    env.MAIL_FROM = "mail@holdpoint.test";

    const appUrl = await migrateDatabase(cluster.url);
    env.DATABASE_URL = appUrl;
    Object.assign(env, options.env);
    if (options.seeded ?? true) {
      // The story is told by the application's own code, which takes its environment from the process.
      const before = { ...process.env };
      Object.assign(process.env, env, { NODE_ENV: before.NODE_ENV });
      await seedDatabase(cluster.url, { minimal: true });
      for (const name of Object.keys(env)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }

    const databaseUrls = ports.map(() => appUrl);
    const wires: string[] = [];
    if (options.wired)
      for (const index of ports.keys()) {
        const wire = await startPostgresWire(appUrl);
        keep(wire);
        databaseUrls[index] = wire.databaseUrl;
        wires.push(wire.controlUrl);
      }

    const apps: StackFacts["apps"] = [];
    const services: Service[] = [];
    const startApp = async (index: number) => {
      const port = ports[index] as number;
      const service = keep(
        startProcess({
          name: `The application (instance ${index + 1})`,
          args: [build.server],
          env: {
            ...env,
            ...KEEP_ALIVE,
            DATABASE_URL: options.env?.DATABASE_URL ?? databaseUrls[index],
            INSTANCE: `app-${index + 1}`,
            PORT: String(port),
            HOSTNAME: "127.0.0.1",
          },
          logFile: join(home, `app-${index + 1}.log`),
        }),
      );
      services[index] = service;
      if (options.supervised)
        void service.ended.then((how) => {
          if ((how === "signal SIGKILL" || how === "exit code 0") && !stopping)
            return startApp(index).catch((cause) => log(String(cause)));
        });
      await untilReady(service, `http://127.0.0.1:${port}`);
      apps[index] = { url: urls[index] as string, pid: service.pid, logFile: join(home, `app-${index + 1}.log`) };
      if (stack) writeFacts(stack);
    };
    let stack: Stack | undefined;
    await Promise.all(ports.map((_, index) => startApp(index)));

    stack = {
      apps,
      wires,
      emulators,
      inboxUrl: inbox.url,
      ownerUrl: cluster.url,
      appUrl,
      databasePid: cluster.pid,
      cronSecret: env.CRON_SECRET as string,
      home,
      restartApp: async (index) => {
        await services[index]?.stop();
        await startApp(index);
      },
      stop,
    };
    writeFacts(stack);
    return stack;
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** Keeps `stack.json` in the run's folder up to date, for tests in other processes. */
function writeFacts(stack: Stack): void {
  const file = join(stack.home, "stack.json");
  writeFileSync(`${file}.new`, JSON.stringify(factsOf(stack)), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The part of a stack that can be written down. */
export function factsOf(stack: Stack): StackFacts {
  const { restartApp: _restartApp, stop: _stop, ...facts } = stack;
  return facts;
}

// `node --conditions=react-server e2e/rig/stack.ts` runs a stack until it is stopped and prints its facts as one line.
if (import.meta.main) {
  await runCommand(async (keeper: Keeper) => {
    const stack = keeper.keep({
      name: "The stack",
      ...(await startStack({ supervised: true, wired: true, log: console.error })),
    });
    process.stdout.write(`${JSON.stringify(factsOf(stack))}\n`);
    await keeper.untilStopped();
    return 0;
  });
}
