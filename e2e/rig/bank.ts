/** The bank's side in tests: the control port of an emulator (see e2e/emulators/control.ts for what it can do). */
export type LedgerLine = {
  at: string;
  kind: string;
  reference: string;
  providerId: string;
  amountMinor: string;
  currency: string;
  extRef?: string;
};

export type Act = {
  action: string;
  code?: string;
  amountMinor?: number;
  currency?: string;
  force?: boolean;
  wait?: boolean;
  link?: string;
};

export class Bank {
  readonly controlUrl: string;
  constructor(controlUrl: string) {
    this.controlUrl = controlUrl;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.controlUrl + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : null) as T;
  }

  /** What the customer, or somebody at the bank, does. `reference` is our payment's id. */
  act = (reference: string, act: Act) =>
    this.call<{ payment: Record<string, unknown> }>("POST", `/payments/${reference}/act`, act);
  fault = (fault: Record<string, unknown>) => this.call<{ id: string }>("POST", "/faults", fault);
  /** Ends what is being processed, however long it was to take. */
  hurry = () => this.call("POST", "/hurry");
  /** How many calls a fault has met until now. */
  async met(fault: { id: string }): Promise<number> {
    const { faults } = await this.call<{ faults: { id: string; hits: number }[] }>("GET", "/state");
    return faults.find(({ id }) => id === fault.id)?.hits ?? 0;
  }
  noFaults = () => this.call("DELETE", "/faults");
  webhooks = (mode: Record<string, unknown>) => this.call("POST", "/webhooks", mode);
  resend = (wish: Record<string, unknown>) => this.call<{ status: number }[]>("POST", "/webhooks/resend", wish);
  kill = (wish: Record<string, unknown>) => this.call("POST", "/kill", wish);
  advance = (seconds: number) => this.call("POST", "/clock", { advanceSeconds: seconds });
  age = (seconds: number, references: string[]) => this.call("POST", "/clock", { ageSeconds: seconds, references });
  realTime = () => this.call("DELETE", "/clock");
  ledger = () => this.call<LedgerLine[]>("GET", "/ledger");

  /** The bank's lines about one of our payments. */
  async linesOf(reference: string): Promise<LedgerLine[]> {
    return (await this.ledger()).filter((line) => line.reference === reference);
  }
}
