import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedFailure } from "./failure.ts";
import { type Account, type Binaries, run, sharedFolder } from "./programs.ts";

/** Who everything in the cluster belongs to. */
export const OWNER = "postgres";

/** Where the data of this cluster was put, if it had to be put elsewhere. */
export function placedAt(home: string): string | undefined {
  try {
    return readFileSync(join(home, "data-is-at"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The data folder: in `home`, or, when the server's user cannot get there (a home folder with mode 700), outside. */
export function placeData(home: string, account: Account, log: (line: string) => void): string {
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

export function readPassword(home: string): string {
  try {
    return readFileSync(join(home, "password"), "utf8").trim();
  } catch {
    throw new EmbeddedFailure(
      `There is a database in ${home}, but its password file is gone. Start over with a fresh one (--fresh).`,
    );
  }
}

/** Makes the cluster beside its final place and moves it there whole, so that a kill half-way leaves no ruin. */
export function initialise(at: { home: string; data: string; bin: Binaries; account: Account; fast: boolean }): void {
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

export function refuseOtherVersion(data: string, bin: Binaries): void {
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

export function serverSettings(
  options: { fast?: boolean; settings?: Record<string, string> },
  port: number,
): Record<string, string> {
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
export function writeSettings(data: string, account: Account, settings: Record<string, string>): void {
  const main = join(data, "postgresql.conf");
  const include = "include 'holdpoint.conf'";
  const text = readFileSync(main, "utf8");
  if (!text.includes(include)) writeFileSync(main, `${text}\n${include}\n`);
  const file = join(data, "holdpoint.conf");
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  writeFileSync(file, `# Written at every start of the cluster.\n${lines.join("\n")}\n`, { mode: 0o600 });
  if (account) chownSync(file, account.uid, account.gid);
}
