/** Control ports of the emulated banks (e2e/emulators/control.ts says what they can do): where customers and bank clerks live. */
export type BankUrls = { monobank: string; liqpay: string };

type Switches = Record<string, unknown>;
export type Act = {
  action: string;
  code?: string;
  amountMinor?: number;
  force?: boolean;
  wait?: boolean;
  link?: string;
};

/** One emulated bank, for the length of a story. */
export class Bank {
  readonly controlUrl: string;
  #switches: Switches = {};
  constructor(controlUrl: string) {
    this.controlUrl = controlUrl;
  }

  /** Quick at its work, and silent: nobody is there yet to hear its webhooks. */
  async begin(): Promise<void> {
    const { switches } = await this.#call<{ switches: Switches }>("GET", "/state");
    this.#switches = switches;
    await this.#call("POST", "/switches", {
      processingMs: 5,
      ...("cancelDelayMs" in switches ? { cancelDelayMs: 5 } : {}),
    });
    await this.#call("POST", "/webhooks", { mode: "lost" });
  }

  /** As it was before. */
  async end(): Promise<void> {
    await this.#call("DELETE", "/clock");
    await this.#call("DELETE", "/faults");
    await this.#call("POST", "/switches", this.#switches);
    await this.#call("POST", "/webhooks", { mode: "normal" });
  }

  setClock = (to: Date) => this.#call("POST", "/clock", { now: to.toISOString() });
  switch = (switches: Switches) => this.#call("POST", "/switches", switches);
  fault = (fault: Record<string, unknown>) => this.#call("POST", "/faults", fault);
  /** The last word about a payment once more, to this address. */
  resend = (reference: string, url: string) => this.#call("POST", "/webhooks/resend", { reference, urls: [url] });
  /** What the customer, or somebody at the bank, does with a payment of ours. */
  act = (reference: string, act: Act) => this.#call("POST", `/payments/${reference}/act`, act);

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The emulated bank refused ${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }
}
