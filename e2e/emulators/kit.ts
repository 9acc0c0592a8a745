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
 * CONTROL PORT (JSON over HTTP; mistakes answer 400 {"error":"…"})
 *   GET    /state                → { provider, now, switches, faults, kills, injected,
 *                                    webhooks: { mode, pending, sent: [attempts] }, payments: [...] }
 *   GET    /busy                 → { pending: webhooks on the road, settling: payments being processed, mode }
 *   GET    /payments/{idOrReference}   one payment (the newest when a reference repeats), 404 if unknown
 *   POST   /payments/{idOrReference}/act
 *            { action, code?, amountMinor?, currency?, card?, force?, wait?, finalStatus?, extRef?, link? }
 *            pay · decline · cancel_by_payer · leave · open · refund_at_bank · lapse_hold, and for LiqPay
 *            3ds · confirm · security_check · unverified · fund_refund. The same effects as the buttons of the page.
 *            Answers { payment, redirectTo? } after processing has ended ("wait": false answers at once).
 *            "force": true pays what is expired, removed or failed (late money). amountMinor/currency: what the bank
 *            reports instead of what was asked. LiqPay: "link" (a checkout URL) is opened first;
 *            lapse_hold with stage "bank" is the drop by the payer's bank after 8 days, without it the final lapse.
 *   POST   /reset                everything but the ledger and the signing keys
 *   GET    /ledger               array of ledger lines
 *   POST   /clock                { "advanceSeconds": n } or { "now": "ISO" };  DELETE /clock = real time again
 *            { "ageSeconds": n, "references": [...] } leaves the clock and makes these links and holds that much older
 *            instead: for tests that let time pass in the application's database by the same amount
 *   POST   /faults               { operation, mode, ms?, times?, reference?, value?, effect?, httpStatus?, errCode?,
 *                                  errText?, retryAfter? } → the fault with its id
 *            operation: create status finalize cancel refund remove pubkey details checkout statement fiscal receipt
 *            data ticket reports page webhook, or "*" (every API operation; not page, not webhook).
 *            modes: see COMMON_MODES in faults.ts plus the provider's own. Whether the bank still does the work:
 *            no for hang_before drop_before_commit html_502 429 401 403 403_firewall 500 503 redirect error and refusals;
 *            yes for all others; "effect": true/false overrides. operation "webhook" + wrong_amount, wrong_currency,
 *            wrong_reference, wrong_id or unknown_status changes webhook bodies before they are signed.
 *   DELETE /faults               faults and kills;  DELETE /faults/{id} one fault
 *   POST   /kill                 { pid, operation, when: "before"|"after", times? }  SIGKILL before or after the effect
 *   GET    /webhooks             every attempt { seq, try, at, url, reference, status, body, headers, answer, ms, error? }
 *   POST   /webhooks             { mode, n?, ms? }: normal · lost · delay (ms, or until flush) · duplicate (n copies within
 *                                ms, default 3 in 250) · reorder (n held, then newest first) · bad_signature ·
 *                                other_account · foreign_invoice (monobank) · same_modified_date
 *   POST   /webhooks/flush       sends what is held
 *   POST   /webhooks/resend      { reference?, all?, times?, parallel?, urls?, reserialize?, variant? } → attempts
 *   POST   /webhooks/send        { url, account?, body, variant? }: signs and sends any body once → attempt
 *   POST   /keys/rotate          monobank: new webhook keys
 *   POST   /switches             any of the provider's switches (see `switches` in GET /state)
 *   POST   /accounts             monobank { token, name? }, LiqPay { publicKey, privateKey, name? }
 */
import { Faults, type Wire } from "./faults.ts";
import { type Hit, isObject, listen, parseObject, sendJson, wait } from "./http.ts";
import { Clock, Journal, Ledger, type LedgerKind } from "./store.ts";
import { parseArgs } from "./util.ts";
import { type Rendered, type Variant, WEBHOOK_MODES, type WebhookEvent, WebhookSender } from "./webhooks.ts";

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
    payment.todo.push({ step, due: Date.now() + ms });
    this.#arm(payment, step, ms);
  }

  #arm(payment: P, step: string, ms: number): void {
    setTimeout(() => {
      const index = payment.todo.findIndex((item) => item.step === step);
      if (index < 0 || this.payments.get(payment.id) !== payment) return;
      payment.todo.splice(index, 1);
      this.step(payment, step);
      this.save(payment);
    }, ms);
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
    this.#applySwitches();
    const main = await listen(this.#port("port", this.#options.port), (hit) => this.handle(hit));
    const control = await listen(this.#port("control-port", this.#options.controlPort), (hit) => this.#control(hit));
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
    setInterval(() => this.#sweep(), 1000).unref();
    for (const payment of this.payments.values()) {
      for (const { step, due } of payment.todo) this.#arm(payment, step, Math.max(0, due - Date.now()));
    }
    const controlUrl = `http://127.0.0.1:${control.port}`;
    process.stdout.write(`${JSON.stringify({ ready: true, provider: this.provider, url, controlUrl })}\n`);
  }

  #port(name: string, standard: number): number {
    const value = Number(this.#args.get(name) ?? standard);
    if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`--${name} must be a port number`);
    return value;
  }

  #sweep(): void {
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

  #reset(): void {
    this.payments.clear();
    this.references.clear();
    this.open.clear();
    this.faults.clear();
    this.faults.injected = 0;
    this.webhooks.reset();
    this.clock.offsetMs = 0;
    this.switches = this.defaults();
    this.#applySwitches();
    this.loadExtraState(undefined);
    this.journal.put("reset", true);
    this.saveMeta();
  }

  #applySwitches(): void {
    const spacing = this.switches.webhookRetrySpacingMs;
    this.webhooks.spacingMs = Array.isArray(spacing) ? spacing : [Number(spacing)];
    this.webhooks.timeoutMs = this.num("webhookTimeoutMs");
  }

  // --- control port -----------------------------------------------------------------------------------------------

  async #control(hit: Hit): Promise<void> {
    const { method, path, res } = hit;
    const input = hit.raw.length ? parseObject(hit.raw) : {};
    if (!input) return sendJson(res, 400, { error: "the body must be a JSON object" });
    const bad = (error: string) => sendJson(res, 400, { error });
    const route = `${method} ${path}`;
    switch (route) {
      case "GET /state":
        this.#sweep();
        return sendJson(res, 200, {
          provider: this.provider,
          now: new Date(this.clock.now()).toISOString(),
          switches: this.switches,
          faults: this.faults.list,
          kills: this.faults.kills,
          injected: this.faults.injected,
          webhooks: { ...this.webhooks.mode, pending: this.webhooks.pending, sent: this.webhooks.attempts },
          payments: [...this.payments.values()].map((p) => this.view(p)),
        });
      case "GET /busy": {
        const settling = [...this.payments.values()].filter(({ todo }) => todo.length > 0).length;
        return sendJson(res, 200, { pending: this.webhooks.pending, settling, mode: this.webhooks.mode.mode });
      }
      case "GET /ledger":
        return sendJson(res, 200, this.ledger.lines());
      case "POST /reset":
        this.#reset();
        return sendJson(res, 200, { ok: true });
      case "POST /clock": {
        const to = typeof input.now === "string" ? Date.parse(input.now) : Number.NaN;
        if (typeof input.ageSeconds === "number") this.#age(input.ageSeconds * 1000, input.references);
        else if (typeof input.advanceSeconds === "number") this.clock.offsetMs += input.advanceSeconds * 1000;
        else if (Number.isFinite(to)) this.clock.offsetMs = to - Date.now();
        else return bad('give "advanceSeconds", "ageSeconds" or "now"');
        return this.#moved(hit);
      }
      case "DELETE /clock":
        this.clock.offsetMs = 0;
        return this.#moved(hit);
      case "POST /faults": {
        const fault = this.faults.add(input);
        return typeof fault === "string" ? bad(fault) : sendJson(res, 200, fault);
      }
      case "DELETE /faults":
        this.faults.clear();
        return sendJson(res, 200, { ok: true });
      case "POST /kill": {
        const kill = this.faults.addKill(input);
        return typeof kill === "string" ? bad(kill) : sendJson(res, 200, kill);
      }
      case "POST /keys/rotate":
        if (!this.rotateKeys()) return bad("this provider has no keys to rotate");
        this.saveMeta();
        return sendJson(res, 200, { ok: true });
      case "POST /switches":
        return this.#setSwitches(hit, input);
      case "POST /accounts": {
        const error = this.addAccount(input);
        if (error) return bad(error);
        this.saveMeta();
        return sendJson(res, 200, { ok: true });
      }
    }
    if (path.startsWith("/webhooks")) return this.#controlWebhooks(hit, route, input);
    const fault = /^\/faults\/(\d+)$/.exec(path)?.[1];
    if (method === "DELETE" && fault) {
      this.faults.list = this.faults.list.filter((f) => f.id !== Number(fault));
      return sendJson(res, 200, { ok: true });
    }
    const match = /^\/payments\/([^/]+)(\/act)?$/.exec(path);
    if (match?.[1] && (match[2] ? method === "POST" : method === "GET")) {
      const key = decodeURIComponent(match[1]);
      if (match[2]) return this.#controlAct(hit, key, input);
      const payment = this.find(key);
      return payment ? sendJson(res, 200, this.view(payment)) : sendJson(res, 404, { error: "no such payment" });
    }
    sendJson(res, 404, { error: `no such control: ${route}` });
  }

  /** What has an end comes that much closer to it. */
  #age(ms: number, references: unknown): void {
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

  #moved(hit: Hit): void {
    this.saveMeta();
    this.#sweep();
    sendJson(hit.res, 200, { now: new Date(this.clock.now()).toISOString() });
  }

  #setSwitches(hit: Hit, input: Record<string, unknown>): void {
    const standard = this.defaults();
    for (const [key, value] of Object.entries(input)) {
      const now = standard[key];
      const same = typeof now === typeof value || (key === "webhookRetrySpacingMs" && typeof value === "number");
      if (now === undefined || !same) {
        sendJson(hit.res, 400, {
          error: `unknown switch or wrong type: ${key}; known: ${Object.keys(standard).join(", ")}`,
        });
        return;
      }
    }
    Object.assign(this.switches, input);
    this.#applySwitches();
    this.saveMeta();
    sendJson(hit.res, 200, this.switches);
  }

  async #controlAct(hit: Hit, key: string, input: Record<string, unknown>): Promise<void> {
    if (typeof input.link === "string") {
      const error = this.openLink(input.link);
      if (error) return sendJson(hit.res, 400, { error });
    }
    const payment = this.find(key);
    if (!payment) return sendJson(hit.res, 404, { error: "no such payment" });
    const result = this.act(payment, String(input.action ?? ""), input as ActOptions);
    if (result.error) return sendJson(hit.res, 400, { error: result.error, payment: this.view(payment) });
    if (input.wait !== false) await this.settled(payment);
    sendJson(hit.res, 200, { payment: this.view(payment), redirectTo: result.redirectTo });
  }

  async #controlWebhooks(hit: Hit, route: string, input: Record<string, unknown>): Promise<void> {
    const { res } = hit;
    const hooks = this.webhooks;
    const bad = (error: string) => sendJson(res, 400, { error });
    const named = String(input.variant ?? (input.reserialize === true ? "reserialized" : "good"));
    const variants: Variant[] = ["good", "bad_signature", "other_account", "foreign_invoice", "reserialized"];
    const variant = variants.find((v) => v === named);
    if (!variant) return bad(`unknown variant; known: ${variants.join(", ")}`);
    switch (route) {
      case "GET /webhooks":
        return sendJson(res, 200, hooks.attempts);
      case "POST /webhooks": {
        const mode = WEBHOOK_MODES.find((m) => m === input.mode);
        if (!mode) return bad(`unknown mode; known: ${WEBHOOK_MODES.join(", ")}`);
        hooks.mode = { mode };
        if (typeof input.n === "number") hooks.mode.n = input.n;
        if (typeof input.ms === "number") hooks.mode.ms = input.ms;
        return sendJson(res, 200, hooks.mode);
      }
      case "POST /webhooks/flush":
        return sendJson(res, 200, { sent: await hooks.flush() });
      case "POST /webhooks/resend": {
        const fits = hooks.events.filter(
          (e) => input.reference === undefined || e.reference === input.reference || e.paymentId === input.reference,
        );
        const events = input.all === true ? fits : fits.slice(-1);
        if (events.length === 0) return bad("no webhook to send again");
        const times = Math.min(Math.max(Number(input.times ?? 1) || 1, 1), 200);
        const urls = Array.isArray(input.urls) ? input.urls.map(String) : [];
        return sendJson(
          res,
          200,
          await hooks.resend(events, { times, parallel: input.parallel === true, urls, variant }),
        );
      }
      case "POST /webhooks/send": {
        const event: WebhookEvent = {
          seq: 0,
          at: new Date().toISOString(),
          url: String(input.url ?? ""),
          account: String(input.account ?? ""),
          paymentId: "",
          reference: "",
          status: "",
          payload: input.body,
        };
        return sendJson(res, 200, (await hooks.resend([event], { times: 1, parallel: false, urls: [], variant }))[0]);
      }
    }
    sendJson(res, 404, { error: `no such control: ${route}` });
  }
}

const COMMON_SWITCHES = { processingMs: 300, webhookRetrySpacingMs: [1000, 3000], webhookTimeoutMs: 10_000 };

export function commonSwitches(): Switches {
  return structuredClone(COMMON_SWITCHES);
}
