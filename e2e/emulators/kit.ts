/**
 * Common base of the payment provider emulators: separate processes that speak a provider's wire protocol,
 * keep what "the bank" believes in an append-only ledger, and can be told to misbehave.
 *
 *   node e2e/emulators/monobank.ts --port 4101 --control-port 4102 --ledger <file>
 *     [--public-url http://localhost:4101] [--state <file>] [--webhook-hosts a,b] [--die-with-stdin]
 *   (liqpay.ts: default ports 4111 and 4112; port 0 = any free port)
 *
 * One line of JSON is printed when both ports listen:
 *   {"ready":true,"provider":"monobank","url":"http://127.0.0.1:4101","controlUrl":"http://127.0.0.1:4102"}
 *
 * Tests speak to its control port (control.ts).
 */
import { answerControl } from "./control.ts";
import { Faults, type Wire } from "./faults.ts";
import { type Hit, isObject, listen, wait } from "./http.ts";
import { Clock, Journal, Ledger, type LedgerKind } from "./store.ts";
import { parseArgs } from "./util.ts";
import { type Rendered, type Variant, type WebhookEvent, WebhookSender } from "./webhooks.ts";

export interface Payment {
  id: string;
  reference: string;
  account: string;
  status: string;
  amountMinor: number;
  currency: string;
  createdMs: number;
  todo: { step: string; due: number }[];
}

export interface ActOptions {
  code?: string;
  amountMinor?: number;
  currency?: string;
  card?: string;
  force?: boolean;
  finalStatus?: string;
  extRef?: string;
  stage?: string;
}

export interface ActResult {
  error?: string;
  redirectTo?: string;
}

export interface Options {
  provider: string;
  port: number;
  controlPort: number;
  extraModes: string[];
}

export type Switches = Record<string, string | number | boolean | number[]>;

export abstract class Emulator<P extends Payment> {
  provider: string;
  clock = new Clock();
  ledger: Ledger;
  journal: Journal;
  faults: Faults;
  webhooks: WebhookSender;
  payments = new Map<string, P>();
  references = new Map<string, string[]>();
  /** Payments that time can still change. */
  open = new Set<P>();
  publicUrl = "";
  switches: Switches = {};
  #args: Map<string, string>;
  #options: Options;

  constructor(options: Options) {
    this.#options = options;
    this.provider = options.provider;
    this.#args = parseArgs(process.argv.slice(2));
    this.ledger = new Ledger(this.#args.get("ledger"));
    this.journal = new Journal(this.#args.get("state"));
    this.faults = new Faults(options.extraModes);
    const hosts = (this.#args.get("webhook-hosts") ?? "").split(",").filter(Boolean);
    this.webhooks = new WebhookSender((event, variant) => this.render(event, variant), hosts);
  }

  abstract wire: Wire;
  abstract defaults(): Switches;
  abstract handle(hit: Hit): Promise<void>;
  abstract render(event: WebhookEvent, variant: Variant): Rendered;
  /** One button of the page. */
  abstract act(payment: P, action: string, options: ActOptions): ActResult;
  /** A step that was scheduled for this payment is due. */
  abstract step(payment: P, step: string): void;
  /** Expiry and lapse of holds by the clock; true when nothing can change any more by time alone. */
  abstract tick(payment: P): boolean;
  abstract view(payment: P): Record<string, unknown>;
  abstract addAccount(input: Record<string, unknown>): string | undefined;
  abstract extraState(): unknown;
  abstract loadExtraState(value: unknown): void;
  rotateKeys(): boolean {
    return false;
  }
  /** A checkout link opened through the control port (LiqPay). */
  openLink(_link: string): string | undefined {
    return "links are opened by the provider's own page";
  }

  // --- payments ---------------------------------------------------------------------------------------------------

  find(key: string): P | undefined {
    const payment = this.payments.get(key) ?? this.payments.get(this.references.get(key)?.at(-1) ?? "");
    if (payment) this.refresh(payment);
    return payment;
  }

  refresh(payment: P): void {
    if (this.open.has(payment) && this.tick(payment)) this.open.delete(payment);
  }

  add(payment: P): void {
    this.payments.set(payment.id, payment);
    const known = this.references.get(payment.reference);
    if (known) known.push(payment.id);
    else this.references.set(payment.reference, [payment.id]);
    this.open.add(payment);
  }

  save(payment: P): void {
    this.journal.put(`p:${payment.id}`, payment);
  }

  saveMeta(): void {
    this.journal.put("meta", { offsetMs: this.clock.offsetMs, switches: this.switches, extra: this.extraState() });
  }

  book(payment: P, kind: LedgerKind, amountMinor: number, more: { extRef?: string; code?: string } = {}): void {
    this.ledger.append({
      at: new Date(this.clock.now()).toISOString(),
      kind,
      reference: payment.reference,
      providerId: payment.id,
      amountMinor: String(amountMinor),
      currency: payment.currency,
      ...more,
    });
  }

  /** Runs step() later; kept in the saved state, so a restart does not lose it. */
  schedule(payment: P, step: string, ms: number): void {
    const item = { step, due: Date.now() + ms };
    payment.todo.push(item);
    this.#arm(payment, item, ms);
  }

  #arm(payment: P, item: P["todo"][number], ms: number): void {
    setTimeout(() => this.#take(payment, item), ms);
  }

  #take(payment: P, item: P["todo"][number]): void {
    const index = payment.todo.indexOf(item);
    if (index < 0 || this.payments.get(payment.id) !== payment) return;
    payment.todo.splice(index, 1);
    this.step(payment, item.step);
    this.save(payment);
  }

  /** What is being processed ends now, however long it was to take. */
  hurry(): void {
    for (const payment of this.payments.values()) for (const item of [...payment.todo]) this.#take(payment, item);
  }

  async settled(payment: P): Promise<void> {
    for (let i = 0; i < 3000 && payment.todo.length > 0; i++) await wait(10);
  }

  num(key: string): number {
    const value = this.switches[key];
    return typeof value === "number" ? value : 0;
  }

  on(key: string): boolean {
    return this.switches[key] === true;
  }

  // --- life -------------------------------------------------------------------------------------------------------

  async start(): Promise<void> {
    this.switches = this.defaults();
    this.#load();
    this.applySwitches();
    const main = await listen(this.#port("port", this.#options.port), (hit) => this.handle(hit));
    const control = await listen(this.#port("control-port", this.#options.controlPort), (hit) =>
      answerControl(this, hit),
    );
    const url = `http://127.0.0.1:${main.port}`;
    this.publicUrl = (this.#args.get("public-url") ?? url).replace(/\/+$/, "");
    const stop = () => {
      this.ledger.close();
      process.exit(0);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
    if (this.#args.has("die-with-stdin")) {
      process.stdin.resume();
      process.stdin.on("end", stop);
      process.stdin.on("close", stop);
      process.stdin.on("error", stop);
    }
    setInterval(() => this.sweep(), 1000).unref();
    for (const payment of this.payments.values()) {
      for (const item of payment.todo) this.#arm(payment, item, Math.max(0, item.due - Date.now()));
    }
    const controlUrl = `http://127.0.0.1:${control.port}`;
    process.stdout.write(`${JSON.stringify({ ready: true, provider: this.provider, url, controlUrl })}\n`);
  }

  #port(name: string, standard: number): number {
    const value = Number(this.#args.get(name) ?? standard);
    if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`--${name} must be a port number`);
    return value;
  }

  sweep(): void {
    for (const payment of this.open) this.refresh(payment);
  }

  #load(): void {
    for (const [key, value] of this.journal.load()) {
      if (key === "meta" && isObject(value)) {
        this.clock.offsetMs = Number(value.offsetMs) || 0;
        this.switches = { ...this.switches, ...(value.switches as Switches) };
        this.loadExtraState(value.extra);
      } else if (key.startsWith("p:")) this.add(value as P);
    }
  }

  reset(): void {
    this.payments.clear();
    this.references.clear();
    this.open.clear();
    this.faults.clear();
    this.faults.injected = 0;
    this.webhooks.reset();
    this.clock.offsetMs = 0;
    this.switches = this.defaults();
    this.applySwitches();
    this.loadExtraState(undefined);
    this.journal.put("reset", true);
    this.saveMeta();
  }

  applySwitches(): void {
    const spacing = this.switches.webhookRetrySpacingMs;
    this.webhooks.spacingMs = Array.isArray(spacing) ? spacing : [Number(spacing)];
    this.webhooks.timeoutMs = this.num("webhookTimeoutMs");
  }

  /** What has an end comes that much closer to it. */
  age(ms: number, references: unknown): void {
    const meant = Array.isArray(references) ? references : [];
    for (const payment of this.payments.values()) {
      if (!meant.includes(payment.reference)) continue;
      const ends = payment as unknown as Record<string, unknown>;
      for (const name of ["validUntil", "expiresMs", "heldMs"]) {
        const value = ends[name];
        if (typeof value === "number") ends[name] = value - ms;
      }
      this.save(payment);
    }
  }
}

const COMMON_SWITCHES = { processingMs: 300, webhookRetrySpacingMs: [1000, 3000], webhookTimeoutMs: 10_000 };

export function commonSwitches(): Switches {
  return structuredClone(COMMON_SWITCHES);
}
