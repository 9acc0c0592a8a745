import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { STACK_FILE_VARIABLE } from "#e2e/rig/running-stack";
import type { StackFacts } from "#e2e/rig/stack";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/**
 * Playwright's global setup: one stack for the run, in a process of its own, so that it ends even when Playwright is
 * killed. Returns what stops it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const stack = spawn(process.execPath, ["--conditions=react-server", join(ROOT, "e2e", "rig", "stack.ts")], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => stack.once("exit", () => done()));
  let said = "";
  const facts = new Promise<StackFacts>((done) => {
    stack.stdout.on("data", (chunk: Buffer) => {
      said += chunk;
      const line = said.split("\n").find((whole, index, all) => whole.startsWith("{") && index < all.length - 1);
      if (line) done(JSON.parse(line));
    });
  });
  const running = await Promise.race([facts, ended]);
  if (!running) throw new Error(`The stack for the tests did not start.\n${said}`);
  const file = join(running.home, "stack.json");
  writeFileSync(file, JSON.stringify(running), { mode: 0o600 });
  process.env[STACK_FILE_VARIABLE] = file;
  return async () => {
    try {
      await checkAfterRun(running);
    } finally {
      stack.kill("SIGTERM");
      await ended;
    }
  };
}

/**
 * What must hold after every run, whatever the tests did: `e2e/oracles/after-run.ts` exports
 * `afterRun(facts): Promise<string[]>`, a sentence for each thing that is not so.
 */
async function checkAfterRun(facts: StackFacts): Promise<void> {
  const oracle = join(ROOT, "e2e", "oracles", "after-run.ts");
  if (!existsSync(oracle)) return;
  const { afterRun } = (await import(pathToFileURL(oracle).href)) as {
    afterRun(facts: StackFacts): Promise<string[]>;
  };
  const wrong = await afterRun(facts);
  if (wrong.length > 0)
    throw new Error(`After the run, this is not so:\n${wrong.map((line) => `  - ${line}`).join("\n")}`);
}
