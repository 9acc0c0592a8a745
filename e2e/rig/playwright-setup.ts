import { spawn } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Bank } from "#e2e/rig/bank";
import { checkOracles, settle } from "#e2e/rig/oracles";
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
  process.env[STACK_FILE_VARIABLE] = join(running.home, "stack.json");
  return async () => {
    try {
      await checkAfterRun(running);
    } finally {
      stack.kill("SIGTERM");
      await ended;
    }
  };
}

/** What must hold after every run, whatever the tests did: our books and the banks' ledgers say the same. */
async function checkAfterRun(facts: StackFacts): Promise<void> {
  const banks = Object.fromEntries(
    Object.entries(facts.emulators).map(([provider, { controlUrl }]) => [provider, new Bank(controlUrl)]),
  );
  const watched = { ownerUrl: facts.ownerUrl, banks };
  await settle(watched, async () => {
    const answer = await fetch(`${facts.apps[0]?.url}/api/cron/manage-payment-links`, {
      headers: { authorization: `Bearer ${facts.cronSecret}` },
    });
    if (!answer.ok) throw new Error(`Manage Payment Links answers ${answer.status} after the run.`);
  });
  const { orders, payments, movements } = await checkOracles(watched);
  console.log(
    `\nAfter the run, books and banks agree: ${orders} orders, ${payments} payments, ${movements} movements of money.`,
  );
}
