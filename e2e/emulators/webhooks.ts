// Sends webhooks as the bank would: repeated until exactly 200, and badly when a test asks for it.
import { request } from "node:http";
import { wait } from "./http.ts";

export type Variant = "good" | "bad_signature" | "other_account" | "foreign_invoice" | "reserialized";

/** One notification: the payload as it was when the payment changed. */
export interface WebhookEvent {
  seq: number;
  at: string;
  url: string;
  account: string;
  paymentId: string;
  reference: string;
  status: string;
  payload: unknown;
}

export interface Attempt {
  seq: number;
  try: number;
  at: string;
  url: string;
  paymentId: string;
  reference: string;
  status: string;
  body: string;
  headers: Record<string, string>;
  answer: number | null;
  ms: number;
  error?: string;
}

export interface Rendered {
  body: string;
  headers: Record<string, string>;
}

export const WEBHOOK_MODES = [
  "normal",
  "lost",
  "delay",
  "duplicate",
  "reorder",
  "bad_signature",
  "other_account",
  "foreign_invoice",
  "same_modified_date",
] as const;
export type WebhookMode = (typeof WEBHOOK_MODES)[number];

const KEEP = 20_000;
const PARALLEL = 64;

export class WebhookSender {
  mode: { mode: WebhookMode; n?: number; ms?: number } = { mode: "normal" };
  spacingMs: number[] = [1000, 3000];
  timeoutMs = 10_000;
  events: WebhookEvent[] = [];
  attempts: Attempt[] = [];
  allowedHosts: Set<string>;
  #held: WebhookEvent[] = [];
  #waiting = 0;
  #running = 0;
  #queue: (() => void)[] = [];
  #generation = 0;
  #seq = 0;
  #render: (event: WebhookEvent, variant: Variant) => Rendered;

  constructor(render: (event: WebhookEvent, variant: Variant) => Rendered, allowedHosts: string[]) {
    this.#render = render;
    this.allowedHosts = new Set(["localhost", "127.0.0.1", "[::1]", ...allowedHosts]);
  }

  get pending(): number {
    return this.#held.length + this.#waiting + this.#running;
  }

  reset(): void {
    this.#generation += 1;
    this.mode = { mode: "normal" };
    this.events = [];
    this.attempts = [];
    this.#held = [];
  }

  /** Called at every change of a payment. */
  emit(input: Omit<WebhookEvent, "seq" | "at">): void {
    const event: WebhookEvent = { seq: ++this.#seq, at: new Date().toISOString(), ...input };
    this.events.push(event);
    if (this.events.length > KEEP) this.events.shift();
    const { mode, n, ms } = this.mode;
    switch (mode) {
      case "lost":
        this.#record(event, 0, { body: "", headers: {} }, null, 0, "lost on purpose");
        return;
      case "delay":
        this.#held.push(event);
        if (ms !== undefined) this.#after(ms, () => this.#release(event));
        return;
      case "reorder": {
        this.#held.push(event);
        const group = this.#held.filter((e) => e.paymentId === event.paymentId);
        if (group.length >= (n ?? 2)) void this.#backwards(group);
        else if (ms !== undefined) this.#after(ms, () => void this.#backwards([event]));
        return;
      }
      case "duplicate": {
        const copies = Math.min(Math.max(n ?? 3, 1), 50);
        const rendered = this.#render(event, "good");
        for (let i = 0; i < copies; i++) {
          this.#after((i * (ms ?? 250)) / copies, () => void this.#deliver(event, rendered));
        }
        return;
      }
      default:
        void this.#deliver(event, this.#render(event, this.#variant()));
    }
  }

  #variant(): Variant {
    const { mode } = this.mode;
    return mode === "bad_signature" || mode === "other_account" || mode === "foreign_invoice" ? mode : "good";
  }

  /** Sends what was delayed (in order) or held for reordering (newest first). */
  async flush(): Promise<number> {
    const held = [...this.#held];
    if (this.mode.mode === "reorder") held.reverse();
    this.#held = [];
    for (const event of held) await this.#deliver(event, this.#render(event, "good"));
    return held.length;
  }

  #release(event: WebhookEvent): void {
    if (!this.#held.includes(event)) return;
    this.#held = this.#held.filter((e) => e !== event);
    void this.#deliver(event, this.#render(event, "good"));
  }

  async #backwards(group: WebhookEvent[]): Promise<void> {
    const mine = group.filter((e) => this.#held.includes(e)).reverse();
    this.#held = this.#held.filter((e) => !mine.includes(e));
    for (const event of mine) await this.#deliver(event, this.#render(event, "good"));
  }

  /** Sends chosen events again, as they were, once per url and time; waits for the answers. */
  async resend(
    events: WebhookEvent[],
    options: { times: number; parallel: boolean; urls: string[]; variant: Variant },
  ): Promise<Attempt[]> {
    const jobs: (() => Promise<Attempt>)[] = [];
    for (const event of events) {
      const rendered = this.#render(event, options.variant);
      for (let i = 0; i < options.times; i++) {
        for (const url of options.urls.length ? options.urls : [event.url]) {
          jobs.push(() => this.#once({ ...event, url }, rendered, 1));
        }
      }
    }
    if (options.parallel) return Promise.all(jobs.map((job) => job()));
    const out: Attempt[] = [];
    for (const job of jobs) out.push(await job());
    return out;
  }

  #after(ms: number, run: () => void): void {
    const generation = this.#generation;
    this.#waiting += 1;
    setTimeout(() => {
      this.#waiting -= 1;
      if (generation === this.#generation) run();
    }, ms);
  }

  async #deliver(event: WebhookEvent, rendered: Rendered): Promise<void> {
    const generation = this.#generation;
    for (let i = 0; i < 3; i++) {
      const attempt = await this.#once(event, rendered, i + 1);
      if (attempt.answer === 200 || i === 2) return;
      this.#waiting += 1;
      await wait(this.spacingMs[i] ?? this.spacingMs.at(-1) ?? 1000);
      this.#waiting -= 1;
      if (generation !== this.#generation) return;
    }
  }

  async #once(event: WebhookEvent, rendered: Rendered, number: number): Promise<Attempt> {
    if (this.#running >= PARALLEL) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running += 1;
    const start = Date.now();
    const generation = this.#generation;
    try {
      const answer = await this.#post(event.url, rendered);
      return this.#record(event, number, rendered, answer, Date.now() - start, undefined, generation);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return this.#record(event, number, rendered, null, Date.now() - start, text, generation);
    } finally {
      this.#running -= 1;
      this.#queue.shift()?.();
    }
  }

  #post(url: string, rendered: Rendered): Promise<number> {
    return new Promise((resolve, reject) => {
      const target = URL.canParse(url) ? new URL(url) : undefined;
      if (target?.protocol !== "http:" || !this.allowedHosts.has(target.hostname)) {
        reject(new Error("webhooks are sent to http addresses of this computer only"));
        return;
      }
      const body = Buffer.from(rendered.body, "utf8");
      const req = request(
        target,
        { method: "POST", agent: false, headers: { ...rendered.headers, "content-length": body.length } },
        (res) => {
          res.on("error", () => undefined);
          res.resume();
          resolve(res.statusCode ?? 0);
        },
      );
      const timer = setTimeout(() => req.destroy(new Error("no answer in time")), this.timeoutMs);
      req.on("close", () => clearTimeout(timer));
      req.on("error", reject);
      req.end(body);
    });
  }

  #record(
    event: WebhookEvent,
    number: number,
    rendered: Rendered,
    answer: number | null,
    ms: number,
    error?: string,
    generation = this.#generation,
  ): Attempt {
    const { seq, url, paymentId, reference, status } = event;
    const at = new Date().toISOString();
    const attempt: Attempt = { seq, try: number, at, url, paymentId, reference, status, ...rendered, answer, ms };
    if (error !== undefined) attempt.error = error;
    if (generation === this.#generation) {
      this.attempts.push(attempt);
      if (this.attempts.length > KEEP) this.attempts.shift();
    }
    return attempt;
  }
}
