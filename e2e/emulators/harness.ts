// Starts an emulator as a real process and a small shop that receives its webhooks, for the tests in this folder.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wait } from "./http.ts";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the wire are judged field by field in the tests
export type Json = any;

export interface Rig {
  url: string;
  pid: number;
  ledgerFile: string;
  shopUrl: string;
  received: Received[];
  /** Status codes the shop answers with, one per webhook; 200 when used up. */
  answers: number[];
  control: (method: string, path: string, body?: unknown) => Promise<Json>;
  until: (count: number) => Promise<Received[]>;
  /** Nothing is being processed and no webhook is on the road: what came until now is all there is. */
  quiet: () => Promise<void>;
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

/** A lame machine gets there in the end; what never comes is told before the test's own time is over. */
const PATIENCE_MS = 20_000;

export async function startRig(script: "monobank.ts" | "liqpay.ts"): Promise<Rig> {
  const dir = mkdtempSync(join(tmpdir(), "emulator-"));
  const received: Received[] = [];
  const answers: number[] = [];
  const shop = createServer((req, res) => {
    let body = "";
    req.setEncoding("utf8");
    req.on("data", (part: string) => {
      body += part;
    });
    req.on("end", () => {
      received.push({ path: req.url ?? "", headers: req.headers, body });
      res.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  let child: ChildProcess;
  const rig: Rig = {
    url: "",
    pid: 0,
    ledgerFile: join(dir, "ledger.jsonl"),
    shopUrl: `http://127.0.0.1:${(shop.address() as AddressInfo).port}`,
    received,
    answers,
    control: async () => undefined,
    until: async (count) => {
      const end = Date.now() + PATIENCE_MS;
      while (received.length < count && Date.now() < end) await wait(10);
      if (received.length < count) throw new Error(`only ${received.length} of ${count} webhooks came`);
      return received;
    },
    quiet: async () => {
      const end = Date.now() + PATIENCE_MS;
      for (;;) {
        const { pending, settling } = await rig.control("GET", "/busy");
        if (pending + settling === 0) return;
        if (Date.now() > end) throw new Error(`still under way: ${pending} webhooks, ${settling} payments`);
        await wait(10);
      }
    },
    restart: async () => {
      await stopChild(child);
      await run();
    },
    stop: async () => {
      await stopChild(child);
      shop.closeAllConnections();
      await new Promise((resolve) => shop.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  async function run(): Promise<void> {
    const args = [
      "--port",
      "0",
      "--control-port",
      "0",
      "--ledger",
      rig.ledgerFile,
      "--state",
      join(dir, "state.jsonl"),
    ];
    child = spawn(process.execPath, [join(import.meta.dirname, script), ...args, "--die-with-stdin"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout?.once("data", (data: Buffer) => resolve(data.toString("utf8")));
      child.once("exit", (code) => reject(new Error(`the emulator ended with ${code}`)));
    });
    const ready = JSON.parse(line) as { url: string; controlUrl: string };
    rig.url = ready.url;
    rig.pid = child.pid ?? 0;
    rig.control = async (method, path, body) => {
      const init: RequestInit = { method };
      if (body !== undefined) init.body = JSON.stringify(body);
      return (await fetch(`${ready.controlUrl}${path}`, init)).json();
    };
  }
  await run();
  return rig;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
