import { isObject } from "./http.ts";
import { commonSwitches, Emulator, type Switches } from "./kit.ts";
import { type Invoice, iso, statusBody } from "./monobank-invoice.ts";
import { type KeyPair, newKeys, signBody } from "./monobank-sign.ts";
import { randomText } from "./util.ts";
import type { Rendered, Variant, WebhookEvent } from "./webhooks.ts";

interface Account extends KeyPair {
  name: string;
}

const TOKENS = ["demo-monobank-debit-token", "demo-monobank-hold-token", "test-monobank-token"];

/** Who has an account at monobank, with which keys, and what it tells them. */
export abstract class MonobankAccounts extends Emulator<Invoice> {
  accounts = new Map<string, Account>();
  foreign = newKeys();
  pages = new Map<string, Invoice>();

  constructor() {
    super({
      provider: "monobank",
      port: 4101,
      controlPort: 4102,
      extraModes: ["cancel_not_available", "invoice_already_used"],
    });
    this.loadExtraState(undefined);
  }

  defaults(): Switches {
    return {
      ...commonSwitches(),
      createdWebhook: true,
      payMethodField: true,
      retryAfterFailure: true,
      returnUrls: false,
      strictFiscal: false,
      fiscalStepMs: 500,
      captureWebhookCardDetails: true,
      partialRefundStatus: "success",
      cancelMode: "sync",
      cancelDelayMs: 300,
      holdCancelWorks: true,
      cancelNotAvailable: false,
      holdDays: 9,
      holdLapseStatus: "reversed",
      removeEmptyBody: false,
    };
  }

  // --- accounts and keys ------------------------------------------------------------------------------------------

  addAccount(input: Record<string, unknown>): string | undefined {
    const { token } = input;
    if (typeof token !== "string" || !token) return 'give "token"';
    if (this.accounts.has(token)) return undefined;
    this.accounts.set(token, { name: String(input.name ?? "Holdpoint test shop"), ...newKeys() });
    return undefined;
  }

  extraState(): unknown {
    return Object.fromEntries(this.accounts);
  }

  loadExtraState(value: unknown): void {
    if (isObject(value)) this.accounts = new Map(Object.entries(value) as [string, Account][]);
    else for (const token of this.accounts.keys()) if (!TOKENS.includes(token)) this.accounts.delete(token);
    for (const token of TOKENS) this.addAccount({ token });
    if (!value) this.pages.clear();
  }

  override rotateKeys(): boolean {
    for (const [token, account] of this.accounts) this.accounts.set(token, { ...account, ...newKeys() });
    return true;
  }

  override add(invoice: Invoice): void {
    super.add(invoice);
    this.pages.set(invoice.page, invoice);
  }

  newId(): string {
    return `${iso(this.clock.now()).slice(2, 10).replaceAll("-", "")}${randomText(14)}`;
  }

  // --- webhooks ---------------------------------------------------------------------------------------------------

  render(event: WebhookEvent, variant: Variant): Rendered {
    let payload = event.payload;
    const keys = variant === "other_account" ? this.foreign : (this.accounts.get(event.account) ?? this.foreign);
    if ((variant === "other_account" || variant === "foreign_invoice") && isObject(payload)) {
      payload = { ...payload, invoiceId: this.newId() };
    }
    let body = typeof payload === "string" ? payload : JSON.stringify(payload);
    if (variant === "reserialized" && isObject(payload)) {
      body = JSON.stringify(Object.fromEntries(Object.entries(payload).reverse()), null, 2);
    }
    let signature = signBody(Buffer.from(body, "utf8"), keys.privatePem);
    if (variant === "bad_signature") signature = signBody(Buffer.from(`${body} `, "utf8"), keys.privatePem);
    return { body, headers: { "content-type": "application/json", "x-sign": signature } };
  }

  changed(invoice: Invoice, webhook = true): void {
    if (this.webhooks.mode.mode !== "same_modified_date") invoice.modifiedMs = this.clock.now();
    this.save(invoice);
    if (!webhook || !invoice.webHookUrl) return;
    const capture = invoice.captureWebhook === true;
    let payload = statusBody(invoice, {
      payMethod: this.on("payMethodField"),
      cardDetails: !capture || this.on("captureWebhookCardDetails"),
    });
    const fault = this.faults.take(["webhook"], [invoice.reference, invoice.id]);
    if (fault) payload = this.wire.tamper(payload, fault) as Record<string, unknown>;
    this.webhooks.emit({
      url: invoice.webHookUrl,
      account: invoice.account,
      paymentId: invoice.id,
      reference: invoice.reference,
      status: String(payload.status),
      payload,
    });
  }
}
