import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { tieToUs } from "#lib/commands/lifeline";

/** The folder of the checkout. */
export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** Something that runs beside us and has to be stopped. */
export type Service = {
  name: string;
  pid: number;
  /** Where its output goes, when not to our terminal. */
  logFile?: string;
  /** Settles when it has ended, with the way it did: "exit code 1", "signal SIGKILL". */
  ended: Promise<string>;
  /** Asks it to stop, then insists. Settles when it has ended. */
  stop(): Promise<void>;
};

export type ProcessOptions = {
  name: string;
  /** Arguments for Node: the script and its own arguments. */
  args: string[];
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Appended to; without it the output goes to our terminal. */
  logFile?: string;
  /** Hears each line of standard output, which then goes nowhere else. */
  onLine?: (line: string) => void;
  /** How long it may take to stop before it is killed. */
  patienceMs?: number;
};

/** The program of an npm package, such as `bin("next", "dist/bin/next")`. */
export function bin(packageName: string, file: string): string {
  return join(ROOT, "node_modules", packageName, file);
}

/**
 * Starts a Node program in a process group of its own: Ctrl-C in the terminal reaches only us, and we stop things in the
 * right order. Should we be killed, it is stopped all the same.
 */
export function startProcess(options: ProcessOptions): Service {
  const log = options.logFile ? openLog(options.logFile) : undefined;
  const stdio: StdioOptions = ["ignore", options.onLine ? "pipe" : (log ?? "inherit"), log ?? "inherit"];
  const child: ChildProcess = spawn(process.execPath, options.args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...options.env },
    detached: process.platform !== "win32",
    stdio,
    windowsHide: true,
  });
  if (log !== undefined) closeSync(log);
  if (child.stdout && options.onLine) readLines(child.stdout, options.onLine);

  const pid = child.pid ?? 0;
  const untie = pid ? tieToUs(process.platform === "win32" ? pid : -pid) : () => undefined;
  let over = false;
  const ended = new Promise<string>((done) => {
    child.once("error", (cause) => done(cause.message));
    child.once("exit", (code, signal) => done(signal ? `signal ${signal}` : `exit code ${code}`));
  });
  const killAtExit = () => signalGroup(pid, "SIGKILL");
  process.once("exit", killAtExit);
  const patienceMs = options.patienceMs ?? 10_000;
  const allEnded = ended.then(async () => {
    over = true;
    // What it has started itself and left behind may need a moment to end in good order.
    await endGroup(pid, patienceMs);
    untie();
    process.off("exit", killAtExit);
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (!over) signalGroup(pid, "SIGTERM");
    const insist = setTimeout(() => signalGroup(pid, "SIGKILL"), patienceMs);
    await allEnded;
    clearTimeout(insist);
  };
  return {
    name: options.name,
    pid,
    ...(options.logFile ? { logFile: options.logFile } : {}),
    ended,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Runs a Node program to its end. Returns its exit code; a signal counts as 1. */
export async function runProcess(options: ProcessOptions & { onStart?: (service: Service) => void }): Promise<number> {
  const service = startProcess(options);
  options.onStart?.(service);
  const how = await service.ended;
  await service.stop();
  return how.startsWith("exit code ") ? Number(how.slice(10)) : 1;
}

/** The last lines of a log, for a person who has to find out what went wrong. */
export function lastLines(file: string, count: number): string {
  if (!existsSync(file)) return "";
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > 20_000_000) truncateSync(file);
  return openSync(file, "a", 0o600);
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest) onLine(rest);
  });
}

/** Returns whether there was anybody to hear it. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (!pid) return false;
  try {
    return process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    return false;
  }
}

/** Waits until a group whose first process has ended is empty; asks those who are left, then insists. */
async function endGroup(pid: number, patienceMs: number): Promise<void> {
  if (process.platform === "win32" || !signalGroup(pid, "SIGTERM")) return;
  const deadline = Date.now() + patienceMs;
  while (signalGroup(pid, 0)) {
    if (Date.now() > deadline) signalGroup(pid, "SIGKILL");
    await sleep(20);
  }
}
