// Faults that a test switches on for chosen operations: what goes wrong on the wire, before or after the effect.
import { gzipSync } from "node:zlib";
import { type Answer, type Hit, isObject, wait } from "./http.ts";

export interface Fault {
  id: number;
  operation: string;
  mode: string;
  times: number | undefined;
  reference: string | undefined;
  ms: number | undefined;
  value: string | number | undefined;
  /** Whether the bank carries the operation out before the answer is spoiled. */
  effect: boolean | undefined;
  httpStatus: number | undefined;
  errCode: string | undefined;
  errText: string | undefined;
  retryAfter: number | undefined;
  hits: number;
}

export interface Kill {
  id: number;
  pid: number;
  operation: string;
  when: "before" | "after";
  times: number;
  /** Only about this payment. */
  reference: string | undefined;
}

export const COMMON_MODES = [
  "slow",
  "hang_before",
  "hang_after",
  "commit_then_drop",
  "drop_before_commit",
  "half_body",
  "garbage",
  "empty",
  "huge_body",
  "gzip_bomb",
  "drip",
  "endless",
  "wrong_content_type",
  "html_502",
  "429",
  "401",
  "403",
  "403_firewall",
  "500",
  "503",
  "redirect",
  "error",
  "proto_keys",
  "extra_fields",
  "wrong_amount",
  "wrong_currency",
  "wrong_reference",
  "wrong_id",
  "hostile_page_url",
  "unknown_status",
] as const;

/** Modes in which the bank does nothing, unless the fault says `effect: true`. */
const WITHOUT_EFFECT = new Set([
  "hang_before",
  "drop_before_commit",
  "html_502",
  "429",
  "401",
  "403",
  "403_firewall",
  "500",
  "503",
  "redirect",
  "error",
]);

const FIREWALL = "<html><body><h1>403</h1><p>Glory to Ukraine! Request blocked.</p></body></html>";

export class Faults {
  list: Fault[] = [];
  kills: Kill[] = [];
  injected = 0;
  #next = 1;
  #known: Set<string>;

  constructor(extraModes: string[]) {
    this.#known = new Set<string>([...COMMON_MODES, ...extraModes]);
  }

  add(input: Record<string, unknown>): Fault | string {
    const mode = String(input.mode ?? "");
    if (!this.#known.has(mode)) return `unknown mode "${mode}"; known: ${[...this.#known].join(", ")}`;
    const fault: Fault = {
      id: this.#next++,
      operation: String(input.operation ?? "*"),
      mode,
      times: number(input.times),
      reference: text(input.reference),
      ms: number(input.ms),
      value: typeof input.value === "number" ? input.value : text(input.value),
      effect: typeof input.effect === "boolean" ? input.effect : undefined,
      httpStatus: number(input.httpStatus),
      errCode: text(input.errCode),
      errText: text(input.errText),
      retryAfter: number(input.retryAfter),
      hits: 0,
    };
    this.list.push(fault);
    return fault;
  }

  addKill(input: Record<string, unknown>): Kill | string {
    const pid = number(input.pid);
    if (pid === undefined || !Number.isInteger(pid) || pid <= 1 || pid === process.pid)
      return "pid must be another process";
    const when = input.when === "after" ? "after" : "before";
    const kill: Kill = {
      id: this.#next++,
      pid,
      operation: String(input.operation ?? "*"),
      when,
      times: number(input.times) ?? 1,
      reference: text(input.reference),
    };
    this.kills.push(kill);
    return kill;
  }

  clear(): void {
    this.list = [];
    this.kills = [];
  }

  /** The first fault that fits; it is used up when its `times` are over. */
  take(names: string[], keys: (string | undefined)[]): Fault | undefined {
    const fault = this.list.find(
      (f) =>
        (f.operation === "*" ? !names.includes("webhook") && !names.includes("page") : names.includes(f.operation)) &&
        (f.times === undefined || f.hits < f.times) &&
        (f.reference === undefined || keys.includes(f.reference)),
    );
    if (!fault) return undefined;
    fault.hits += 1;
    this.injected += 1;
    return fault;
  }

  /** Waits out a slow one, or until it is taken away. */
  async last(fault: Fault): Promise<void> {
    const end = Date.now() + (fault.ms ?? 2000);
    while (Date.now() < end && this.list.includes(fault)) await wait(Math.min(10, end - Date.now()));
  }

  /** Kills the chosen process; true when the request must end without an answer. */
  strike(names: string[], keys: (string | undefined)[], when: "before" | "after"): boolean {
    const kill = this.kills.find(
      (k) =>
        k.when === when &&
        k.times > 0 &&
        (k.operation === "*" || names.includes(k.operation)) &&
        (k.reference === undefined || keys.includes(k.reference)),
    );
    if (!kill) return false;
    kill.times -= 1;
    this.injected += 1;
    try {
      process.kill(kill.pid, "SIGKILL");
    } catch {
      // already gone
    }
    return true;
  }
}

export interface Wire {
  serialize: (json: unknown) => string;
  /** Answers of the provider for 401, 403, 429, 500 and its own refusals. */
  refusal: (fault: Fault) => Answer | undefined;
  /** Changes a field of a good answer (wrong_amount, …). */
  tamper: (json: unknown, fault: Fault) => unknown;
}

/** Runs one operation of the provider's API under the faults and kills that fit. */
export async function operate(
  faults: Faults,
  wire: Wire,
  hit: Hit,
  names: string[],
  keys: (string | undefined)[],
  effect: () => Answer | Promise<Answer>,
): Promise<void> {
  const { res } = hit;
  if (faults.strike(names, keys, "before")) {
    res.destroy();
    return;
  }
  const fault = faults.take(names, keys);
  if (fault?.mode === "slow") await faults.last(fault);
  let answer: Answer | undefined;
  if (!fault || (fault.effect ?? !(WITHOUT_EFFECT.has(fault.mode) || wire.refusal(fault)))) answer = await effect();
  if (faults.strike(names, keys, "after")) {
    res.destroy();
    return;
  }
  if (!fault || fault.mode === "slow") {
    if (answer) write(hit, wire, answer);
    return;
  }
  await spoil(hit, wire, fault, answer);
}

export function write(hit: Hit, wire: Wire, answer: Answer): void {
  const { res } = hit;
  if (res.destroyed || res.headersSent) return;
  const text = answer.body ?? (answer.json === undefined ? "" : wire.serialize(answer.json));
  const body = Buffer.from(text, "utf8");
  res.writeHead(answer.status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...answer.headers,
    "content-length": body.length,
  });
  res.end(body);
}

async function spoil(hit: Hit, wire: Wire, fault: Fault, answer: Answer | undefined): Promise<void> {
  const { res } = hit;
  const refusal = wire.refusal(fault);
  if (refusal) {
    write(hit, wire, refusal);
    return;
  }
  const good = answer?.json === undefined ? (answer?.body ?? "{}") : wire.serialize(answer.json);
  const goodBody = Buffer.from(good, "utf8");
  const json = { "content-type": "application/json; charset=utf-8" };
  const html = { "content-type": "text/html; charset=utf-8" };
  switch (fault.mode) {
    case "hang_before":
    case "hang_after":
      await Promise.race([wait(fault.ms ?? 60_000), new Promise((resolve) => res.once("close", resolve))]);
      res.destroy();
      return;
    case "drop_before_commit":
    case "commit_then_drop":
      res.destroy();
      return;
    case "half_body":
      res.writeHead(200, { ...json, "content-length": goodBody.length });
      res.write(goodBody.subarray(0, Math.floor(goodBody.length / 2)), () => res.destroy());
      return;
    case "garbage":
      write(hit, wire, { status: 200, body: '{"invoiceId":"\u0000,,,}<', headers: json });
      return;
    case "empty":
      write(hit, wire, { status: 200, body: "", headers: json });
      return;
    case "huge_body": {
      const size = typeof fault.value === "number" ? fault.value : 5_000_000;
      write(hit, wire, { status: 200, body: `${good.slice(0, -1)},"pad":"${"x".repeat(size)}"}`, headers: json });
      return;
    }
    case "gzip_bomb": {
      const body = gzipSync(Buffer.alloc(32_000_000, 0x20));
      res.writeHead(200, { ...json, "content-encoding": "gzip", "content-length": body.length });
      res.end(body);
      return;
    }
    case "drip": {
      res.writeHead(200, { ...json, "content-length": goodBody.length });
      for (const byte of goodBody) {
        if (res.destroyed) return;
        res.write(Buffer.from([byte]));
        await wait(fault.ms ?? 1000);
      }
      res.end();
      return;
    }
    case "endless": {
      res.writeHead(200, json);
      const until = Date.now() + 60_000;
      while (!res.destroyed && Date.now() < until) {
        res.write(" ".repeat(1024));
        await wait(fault.ms ?? 50);
      }
      res.destroy();
      return;
    }
    case "wrong_content_type":
      write(hit, wire, { status: 200, body: good, headers: html });
      return;
    case "html_502":
      write(hit, wire, { status: 502, body: "<html><body><h1>502 Bad Gateway</h1></body></html>", headers: html });
      return;
    case "503":
      write(hit, wire, { status: 503, body: "<html><body><h1>503</h1></body></html>", headers: html });
      return;
    case "403_firewall":
      write(hit, wire, { status: 403, body: FIREWALL, headers: html });
      return;
    case "redirect": {
      const location = String(fault.value ?? "http://169.254.169.254/latest/meta-data/");
      write(hit, wire, { status: fault.httpStatus ?? 302, body: "", headers: { ...html, location } });
      return;
    }
    case "proto_keys":
      write(hit, wire, {
        status: 200,
        body: `${good.slice(0, -1)},"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
        headers: json,
      });
      return;
    case "extra_fields":
      write(hit, wire, { status: 200, body: `${good.slice(0, -1)},"newField":{"a":[1,2]}}`, headers: json });
      return;
    default: {
      if (!answer) return;
      const changed = { ...answer };
      if (isObject(answer.json)) changed.json = wire.tamper(answer.json, fault);
      if (fault.mode === "hostile_page_url" && answer.headers?.location !== undefined) {
        changed.headers = { ...answer.headers, location: String(fault.value ?? "javascript:alert(document.domain)") };
      }
      write(hit, wire, changed);
    }
  }
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
