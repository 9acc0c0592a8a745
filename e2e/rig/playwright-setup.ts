import { spawn } from "node:child_process";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { FullConfig } from "@playwright/test";
import { Bank } from "#e2e/rig/bank";
import { checkOracles, settle, type Verdict } from "#e2e/rig/oracles";
import { STACK_FILES_VARIABLE } from "#e2e/rig/running-stack";
import type { StackFacts } from "#e2e/rig/stack";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

type Started = { facts: StackFacts; stop: () => Promise<void> };

/** Playwright's global setup: a stack for each worker. Returns what stops them. */
export default async function setup({ workers }: FullConfig): Promise<() => Promise<void>> {
  const starting = await Promise.allSettled(Array.from({ length: workers }, startInProcess));
  const stacks = starting.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const stop = () => Promise.all(stacks.map((stack) => stack.stop()));
  for (const one of starting)
    if (one.status === "rejected") {
      await stop();
      throw one.reason;
    }
  process.env[STACK_FILES_VARIABLE] = stacks.map(({ facts }) => join(facts.home, "stack.json")).join(delimiter);
  return async () => {
    try {
      const verdicts = await Promise.all(stacks.map(({ facts }) => checkAfterRun(facts)));
      const all = (what: "orders" | "payments" | "movements") =>
        verdicts.reduce((sum, verdict) => sum + verdict[what], 0);
      console.log(
        `\nAfter the run, books and banks agree: ${all("orders")} orders, ${all("payments")} payments, ${all("movements")} movements of money.`,
      );
    } finally {
      await stop();
    }
  };
}

/** A stack in a process of its own, so that it ends even when Playwright is killed. */
async function startInProcess(): Promise<Started> {
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
  if (!running) throw new Error(`A stack for the tests did not start.\n${said}`);
  return {
    facts: running,
    stop: () => {
      stack.kill("SIGTERM");
      return ended;
    },
  };
}

/** What must hold after every run, whatever the tests did: our books and the banks' ledgers say the same. */
async function checkAfterRun(facts: StackFacts): Promise<Verdict> {
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
  return checkOracles(watched);
}
