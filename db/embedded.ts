import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  initialise,
  OWNER,
  placeData,
  placedAt,
  readPassword,
  refuseOtherVersion,
  serverSettings,
  writeSettings,
} from "./embedded/data-folder.ts";
import { createDatabase, withDatabase } from "./embedded/databases.ts";
import { EmbeddedFailure } from "./embedded/failure.ts";
import { freePort, whoHasPort } from "./embedded/ports.ts";
import { reachableBinaries, serverAccount } from "./embedded/programs.ts";
import { endOrphan, isReady, launch, processIdentity, runningServer } from "./embedded/server.ts";

/** What to start and where. */
export type EmbeddedOptions = {
  /** The folder of this cluster: data, password and server log live in it. Made when missing. */
  dataDir: string;
  /** 0 or nothing: a free port. */
  port?: number;
  /** For clusters that are thrown away: gives up every protection against a power cut, for speed. */
  fast?: boolean;
  /** PostgreSQL settings on top of ours, e.g. `{ max_connections: "15" }`. */
  settings?: Record<string, string>;
  /** Hears, in one line each, what a person should know. */
  log?: (line: string) => void;
};

/** A running cluster. */
export type EmbeddedCluster = {
  /** The database `holdpoint`, as the owner of everything. */
  url: string;
  /** The database `postgres`, for making and dropping databases. */
  adminUrl: string;
  port: number;
  /** Process id of the server. */
  pid: number;
  /** Where the data really is, which may be outside `dataDir` (see `placeData`). */
  dataDir: string;
  /** The server's own log. */
  logFile: string;
  /** True when another living program had started it: it is used, and left running by `stop`. */
  shared: boolean;
  /** Settles when the server has ended, by `stop` or by itself. Never, for a shared one. */
  ended: Promise<void>;
  /** Ends it and waits for its end. Calling it twice is fine. */
  stop(): Promise<void>;
};

const DATABASE = "holdpoint";
const START_DEADLINE_MS = 60_000;

/**
 * Starts the embedded PostgreSQL 18, making the cluster first where there is none.
 *
 * A cluster that a killed program left behind is taken over, whatever state it is in; one that a living program runs
 * is shared. The server ends with us, even when we are killed with -9.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const log = options.log ?? (() => undefined);
  const home = resolve(options.dataDir);
  mkdirSync(home, { recursive: true, mode: 0o700 });

  const shared = await joinRunning(home);
  if (shared) {
    log(`PostgreSQL is already running for ${home} (process ${shared.pid}); using it`);
    await createDatabase(shared.adminUrl, DATABASE, { onlyIfMissing: true });
    return shared;
  }
  writeFileSync(join(home, "owner"), `${process.pid} ${processIdentity(process.pid)}`);

  const account = serverAccount(log);
  const bin = reachableBinaries(account, log);
  const data = placeData(home, account, log);
  await endOrphan(data, log);
  if (!existsSync(join(data, "PG_VERSION"))) {
    initialise({ home, data, bin, account, fast: options.fast ?? false });
  }
  refuseOtherVersion(data, bin);

  const password = readPassword(home);
  const fixedPort = options.port ? options.port : undefined;
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const port = fixedPort ?? (await freePort());
    writeSettings(data, account, serverSettings(options, port));
    const outcome = await launch({ home, data, bin, account, deadline });
    if (outcome.started) {
      const { pid, ended, stop } = outcome;
      const cluster = running({ home, data, port, pid, password, shared: false, ended, stop });
      await createDatabase(cluster.adminUrl, DATABASE, { onlyIfMissing: true });
      return cluster;
    }
    if (outcome.reason === "port taken" && fixedPort) {
      throw new EmbeddedFailure(
        `Port ${fixedPort} is in use by another program, so PostgreSQL cannot listen on it. ` +
          `Find it with: ${whoHasPort(fixedPort)}`,
      );
    }
    // The children of a server that was killed need a moment to notice; a free port can be snatched in between.
    const passing = outcome.reason === "port taken" || outcome.reason === "still ending";
    if (!passing || Date.now() > deadline) {
      throw new EmbeddedFailure(
        `PostgreSQL did not start. The last lines of ${join(home, "postgres.log")}:\n${outcome.tail}`,
      );
    }
    await sleep(200);
  }
}

/**
 * Starts a fast cluster in a temporary folder, which `stop` removes again; those that killed runs left behind are
 * removed on the way.
 * @param options.name tells whose it is, e.g. "vitest"
 */
export async function startThrowAway(
  options: Omit<EmbeddedOptions, "dataDir"> & { name: string },
): Promise<EmbeddedCluster> {
  const { name, ...rest } = options;
  await sweepThrowAways();
  const home = join(tmpdir(), `holdpoint-test-${name}-${process.pid}-${randomBytes(3).toString("hex")}`);
  const cluster = await startEmbedded({ fast: true, ...rest, dataDir: home }).catch(async (cause) => {
    await removeEmbedded(home);
    throw cause;
  });
  return {
    ...cluster,
    stop: async () => {
      await cluster.stop();
      await removeEmbedded(home);
    },
  };
}

/**
 * Removes a cluster and everything in it, wherever its data was placed. Refuses while a living program runs it.
 * @param dataDir as given to `startEmbedded`; nothing there is fine
 */
export async function removeEmbedded(dataDir: string): Promise<void> {
  const home = resolve(dataDir);
  if (!existsSync(home)) return;
  const owner = livingOwner(home);
  const data = placedAt(home) ?? join(home, "data");
  if (owner !== undefined && owner !== process.pid) {
    throw new EmbeddedFailure(`The database in ${home} is in use by process ${owner}. Stop that one first.`);
  }
  await endOrphan(data, () => undefined);
  rmSync(data, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}

function running(parts: {
  home: string;
  data: string;
  port: number;
  pid: number;
  password: string;
  shared: boolean;
  ended: Promise<void>;
  stop(): Promise<void>;
}): EmbeddedCluster {
  const adminUrl = `postgres://${OWNER}:${parts.password}@127.0.0.1:${parts.port}/postgres`;
  return {
    url: withDatabase(adminUrl, DATABASE),
    adminUrl,
    port: parts.port,
    pid: parts.pid,
    dataDir: parts.data,
    logFile: join(parts.home, "postgres.log"),
    shared: parts.shared,
    ended: parts.ended,
    stop: parts.stop,
  };
}

function livingOwner(home: string): number | undefined {
  try {
    const [pid, ...identity] = readFileSync(join(home, "owner"), "utf8").split(" ");
    const number = Number(pid);
    return processIdentity(number) === identity.join(" ") ? number : undefined;
  } catch {
    return undefined;
  }
}

/** Joins a cluster that a living program has started, waiting while it is still starting. */
async function joinRunning(home: string): Promise<EmbeddedCluster | undefined> {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const owner = livingOwner(home);
    if (owner === undefined) return undefined;
    const data = placedAt(home) ?? join(home, "data");
    const server = runningServer(data);
    if (server && isReady(data, server.pid)) {
      const password = readPassword(home);
      const never = new Promise<void>(() => undefined);
      return running({ home, data, ...server, password, shared: true, ended: never, stop: async () => undefined });
    }
    // Our own mark without a server: an earlier attempt of ours failed, or its server has died.
    if (owner === process.pid) return undefined;
    if (Date.now() > deadline) {
      throw new EmbeddedFailure(`Process ${owner} has been starting the database in ${home} for a minute. Stop it.`);
    }
    await sleep(200);
  }
}

async function sweepThrowAways(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith("holdpoint-test-")) continue;
    const home = join(tmpdir(), name);
    if (livingOwner(home) !== undefined) continue;
    // One that is being made this moment has no owner file yet, but the name of its maker.
    const maker = Number(name.split("-").at(-2));
    if (processIdentity(maker) !== undefined) continue;
    // Another run may be sweeping, or it may belong to another person: not ours to fail over.
    await removeEmbedded(home).catch(() => undefined);
  }
}

// Started by itself (`node db/embedded.ts <folder>`), it runs a cluster until Ctrl-C and prints where it is.
if (import.meta.main) {
  const cluster = await startEmbedded({ dataDir: process.argv[2] ?? ".holdpoint/postgres", log: console.error });
  const hold = setInterval(() => undefined, 60_000);
  const leave = () => {
    clearInterval(hold);
    void cluster.stop();
  };
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);
  // Whoever reads this line may stop us at once.
  console.log(JSON.stringify({ ready: true, url: cluster.url, pid: cluster.pid }));
}
