import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tieToUs } from "#lib/commands/lifeline";
import { EmbeddedFailure } from "./failure.ts";
import { type Account, asAccount, type Binaries } from "./programs.ts";

type Launch =
  | { started: true; pid: number; ended: Promise<void>; stop(): Promise<void> }
  | { started: false; reason: "port taken" | "still ending" | "other"; tail: string };

export async function launch(at: {
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
export function isReady(data: string, pid: number): boolean {
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
export function runningServer(data: string): { pid: number; port: number } | undefined {
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
export function processIdentity(pid: number): string | undefined {
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

/** Ends the server that a killed program left behind, and clears its pid file when nobody is behind it. */
export async function endOrphan(data: string, log: (line: string) => void): Promise<void> {
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

function signal(pid: number, how: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, how);
  } catch {
    return false;
  }
}
