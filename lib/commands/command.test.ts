import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";

/** A command that keeps three children; the last one does not want to stop. */
const COMMAND = `
  import { runCommand } from "#lib/commands/command";
  import { startProcess } from "#lib/commands/processes";
  const child = (name, script, more) => startProcess({ name, args: ["--eval", script], ...more });
  await runCommand(async (keeper) => {
    const plain = "console.log('ready'); setInterval(() => {}, 1000)";
    const first = keeper.keep(child("The first", "process.on('SIGTERM', () => { console.log('first stops'); process.exit(); });" + plain));
    const second = keeper.keep(child("The second", "process.on('SIGTERM', () => { console.log('second stops'); process.exit(); });" + plain));
    const third = keeper.keep(child("The stubborn one", "process.on('SIGTERM', () => {});" + plain, { patienceMs: 500 }));
    console.log("PIDS " + JSON.stringify([first.pid, second.pid, third.pid]));
    await keeper.untilStopped();
  });`;

let command: ChildProcess;
let said = "";
let children: number[] = [];

/** Returns a function, because awaiting a promise that holds a promise would await both. */
async function start(): Promise<() => Promise<number | null>> {
  said = "";
  command = spawn(process.execPath, ["--input-type=module", "--eval", COMMAND], { stdio: ["ignore", "pipe", "pipe"] });
  // Its last words may come after its end.
  const ended = new Promise<number | null>((done) => command.once("close", (code) => done(code)));
  for (const stream of [command.stdout, command.stderr]) {
    stream?.on("data", (chunk) => {
      said += chunk;
    });
  }
  const allReady = () => said.includes("PIDS") && said.split("ready").length > 3;
  expect(await until(allReady, 30_000), said).toBe(true);
  children = JSON.parse(/PIDS (.*)/.exec(said)?.[1] ?? "[]");
  expect(children.every(alive)).toBe(true);
  return () => ended;
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isSo: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (isSo()) return true;
    await sleep(25);
  }
  return isSo();
}

afterEach(() => {
  command.kill("SIGKILL");
});

test("Ctrl-C stops everything, the last first, the stubborn by force, and is no failure", async () => {
  const ended = await start();
  command.kill("SIGINT");
  // npm passes on what the terminal has sent already.
  command.kill("SIGINT");
  expect(await ended()).toBe(0);
  expect(children.some(alive)).toBe(false);
  expect(said.indexOf("second stops")).toBeGreaterThan(0);
  expect(said.indexOf("first stops")).toBeGreaterThan(said.indexOf("second stops"));
  expect(said).toContain("Everything is stopped.");
});

test("a child that dies is named, and the rest is stopped", async () => {
  const ended = await start();
  process.kill(children[1] as number, "SIGKILL");
  expect(await ended()).toBe(1);
  expect(said).toContain("The second ended by itself (signal SIGKILL)");
  expect(children.some(alive)).toBe(false);
});

test("killed with -9, we still leave nothing running", async () => {
  const ended = await start();
  command.kill("SIGKILL");
  // The last one is asked first and killed after five seconds.
  expect(await until(() => !children.some(alive), 30_000)).toBe(true);
  await ended();
});
