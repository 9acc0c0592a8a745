// What the emulated LiqPay does with payments: shops, tries, holds, completions, refunds, time.
import { isObject, webUrl } from "./http.ts";
import { type ActOptions, type ActResult, commonSwitches, Emulator, type Switches } from "./kit.ts";
import { declineText, type LiqPayment, type Order, PAID, paymentBody, TEST_CARDS, VERIFY } from "./liqpay-payment.ts";
import { Money, type Refusal, serialize, signData, type Version } from "./liqpay-wire.ts";
import { digits, luhn, randomText } from "./util.ts";
import type { Rendered, Variant, WebhookEvent } from "./webhooks.ts";

interface Account {
  privateKey: string;
  name: string;
}

const ACCOUNTS: [string, string][] = [
  ["sandbox_i10000000001", "sandbox_demo_private_key_000000000001"],
  ["sandbox_i20000000002", "sandbox_test_private_key_000000000002"],
];
export const TEST_CARD = "4242 4242 4242 4242";
const FOREIGN_KEY = "sandbox_i99999999999";
const DAY = 86_400_000;
/** Statuses in which LiqPay still waits for something, so a payer or a test can move the payment on. */
const STUCK = ["failure", "wait_secure", "wait_accept", "wait_card", "wait_lc", "cash_wait"];

export const refusal = (code: string, text: string, key?: string): Refusal =>
  key === undefined ? { code, text } : { code, text, key };
export const badStatus = () => refusal("payment_err_status", "Wrong payment status for this action");
const tooMuch = () => refusal("err_amount_hold", "The amount cannot exceed the payment");

export abstract class LiqPayBank extends Emulator<LiqPayment> {
  accounts = new Map<string, Account>();
  pages = new Map<string, LiqPayment>();
  orders = new Map<string, LiqPayment>();

  constructor() {
    super({ provider: "liqpay", port: 4111, controlPort: 4112, extraModes: ["cancel_not_available", "err_api_ip"] });
    this.loadExtraState(undefined);
  }

  defaults(): Switches {
    return {
      ...commonSwitches(),
      errorHttpStatus: 200,
      sandboxStatus: "success",
      failureResult: "ok",
      tryAgain: false,
      expiryGraceSeconds: 600,
      holdBankDays: 8,
      holdDays: 30,
      completionAmount: "captured",
      partialRefundStatus: "success",
      secondPartialRefund: true,
      refundWaits: false,
      refundCallbackAction: "refund",
      usdRate: 41.5,
    };
  }

  // --- shops ------------------------------------------------------------------------------------------------------

  addAccount(input: Record<string, unknown>): string | undefined {
    const { publicKey, privateKey } = input;
    if (typeof publicKey !== "string" || !publicKey) return 'give "publicKey"';
    if (typeof privateKey !== "string" || !privateKey) return 'give "privateKey"';
    if (publicKey.startsWith("sandbox_") !== privateKey.startsWith("sandbox_"))
      return "both keys must be sandbox or live";
    this.accounts.set(publicKey, { privateKey, name: String(input.name ?? "Holdpoint test shop") });
    return undefined;
  }

  extraState(): unknown {
    return Object.fromEntries(this.accounts);
  }

  loadExtraState(value: unknown): void {
    this.accounts = new Map(isObject(value) ? (Object.entries(value) as [string, Account][]) : []);
    for (const [publicKey, privateKey] of ACCOUNTS) {
      if (!this.accounts.has(publicKey)) this.addAccount({ publicKey, privateKey });
    }
    if (value === undefined) {
      this.pages.clear();
      this.orders.clear();
    }
  }

  override add(payment: LiqPayment): void {
    super.add(payment);
    this.pages.set(payment.page, payment);
    if (payment.invoice) this.pages.set(payment.invoice.token, payment);
    this.orders.set(`${payment.account}\n${payment.reference}`, payment);
  }

  order(account: string, orderId: unknown): LiqPayment | undefined {
    const payment = this.orders.get(`${account}\n${String(orderId)}`);
    if (payment) this.refresh(payment);
    return payment;
  }

  // --- callbacks --------------------------------------------------------------------------------------------------

  render(event: WebhookEvent, variant: Variant): Rendered {
    let payload = event.payload;
    if (isObject(payload) && variant === "other_account") payload = { ...payload, public_key: FOREIGN_KEY };
    if (isObject(payload) && variant === "foreign_invoice") payload = { ...payload, order_id: `X-${digits(8)}` };
    let text = typeof payload === "string" ? payload : serialize(payload);
    if (variant === "reserialized" && isObject(payload)) {
      const reversed = Object.fromEntries(Object.entries(payload).reverse());
      text = serialize(reversed).replaceAll('","', '", "');
    }
    const data = Buffer.from(text, "utf8").toString("base64");
    const version: Version = isObject(payload) && Number(payload.version) === 7 ? 7 : 3;
    const key = this.accounts.get(event.account)?.privateKey ?? "";
    const signature = signData(variant === "bad_signature" ? `${key}x` : key, data, version);
    const body = `data=${encodeURIComponent(data)}&signature=${encodeURIComponent(signature)}`;
    return { body, headers: { "content-type": "application/x-www-form-urlencoded" } };
  }

  changed(p: LiqPayment, callback = true, action?: string): void {
    this.save(p);
    if (!callback || !p.serverUrl) return;
    let payload: Record<string, unknown> = this.body(p, "callback", action);
    const fault = this.faults.take(["webhook"], [p.reference, p.id]);
    if (fault) payload = this.wire.tamper(payload, fault) as Record<string, unknown>;
    this.webhooks.emit({
      url: p.serverUrl,
      account: p.account,
      paymentId: p.id,
      reference: p.reference,
      status: String(payload.status),
      payload,
    });
  }

  body(p: LiqPayment, form: "status" | "callback", action?: string): Record<string, unknown> {
    const completed = p.completionMs !== undefined && p.heldMinor !== undefined;
    const captured = this.switches.completionAmount === "held" ? p.heldMinor : p.capturedMinor;
    const options: { action?: string; amountMinor?: number } = {};
    if (action !== undefined) options.action = action;
    if (completed) options.amountMinor = captured;
    return paymentBody(p, form, options);
  }

  // --- life of a payment ------------------------------------------------------------------------------------------

  create(account: string, version: Version, order: Order, invoice: boolean): LiqPayment {
    let id = "";
    while (!id || this.payments.has(id)) id = `27${digits(8)}`;
    const now = this.clock.now();
    const payment: LiqPayment = {
      ...order,
      id,
      account,
      version,
      status: invoice ? "invoice_wait" : "prepared",
      page: randomText(26),
      opened: !invoice,
      liqpayOrderId: `${randomText(8, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")}${now}`,
      createdMs: now,
      is3ds: false,
      dropped: false,
      capturedMinor: 0,
      refundedMinor: 0,
      waitingRefundMinor: 0,
      debitRate: order.currency === "UAH" ? 1 : this.num("usdRate"),
      todo: [],
    };
    if (invoice) payment.invoice = { id: Number(digits(6)) + 1, token: `${now}_${digits(4)}_${randomText(12)}` };
    this.add(payment);
    this.book(payment, invoice ? "link_created" : "opened", payment.amountMinor);
    this.save(payment);
    return payment;
  }

  unpaid(p: LiqPayment): boolean {
    return ["prepared", "invoice_wait", "try_again", ...VERIFY].includes(p.status);
  }

  late(p: LiqPayment, graceSeconds: number): boolean {
    return p.expiresMs !== undefined && this.clock.now() >= p.expiresMs + graceSeconds * 1000;
  }

  tick(p: LiqPayment): boolean {
    const now = this.clock.now();
    if (this.unpaid(p) && this.late(p, p.status === "invoice_wait" ? 0 : this.num("expiryGraceSeconds"))) {
      p.errCode = VERIFY.includes(p.status) ? `expired_${p.status.replace("_verify", "")}` : "expired_prepared";
      p.errText = declineText(p.errCode);
      p.status = "failure";
      p.endMs = now;
      this.book(p, "expired", p.amountMinor);
      this.changed(p);
    } else if (p.status === "hold_wait" && p.heldMs !== undefined) {
      if (now >= p.heldMs + this.num("holdBankDays") * DAY) this.dropHold(p);
      if (now >= p.heldMs + this.num("holdDays") * DAY) this.lapse(p);
    }
    return !this.unpaid(p) && !["processing", "hold_wait"].includes(p.status);
  }

  dropHold(p: LiqPayment): void {
    if (p.dropped) return;
    p.dropped = true;
    this.book(p, "released", p.amountMinor);
    this.save(p);
  }

  lapse(p: LiqPayment): void {
    this.dropHold(p);
    p.status = "reversed";
    p.endMs = this.clock.now();
    this.changed(p);
  }

  act(p: LiqPayment, action: string, options: ActOptions): ActResult {
    const redirectTo = webUrl(p.resultUrl);
    const live = this.unpaid(p) && !this.late(p, this.num("expiryGraceSeconds"));
    const forced = options.force === true && (this.unpaid(p) || STUCK.includes(p.status));
    const { amountMinor, currency, finalStatus } = options;
    switch (action) {
      case "open":
        if (!p.opened) {
          p.opened = true;
          this.book(p, "opened", p.amountMinor);
          this.save(p);
        }
        return {};
      case "leave":
        return { redirectTo };
      case "refund_at_bank": {
        const wrong = this.refund(p, options.amountMinor ?? this.refundable(p));
        return "code" in wrong ? { error: wrong.code } : {};
      }
      case "fund_refund":
        if (p.waitingRefundMinor === 0) return { error: "no refund is waiting" };
        this.applyRefund(p, p.waitingRefundMinor);
        return {};
      case "lapse_hold":
        if (p.status !== "hold_wait") return { error: `not a hold: ${p.status}` };
        if (options.stage === "bank") this.dropHold(p);
        else this.lapse(p);
        return {};
      case "confirm":
        if (!VERIFY.includes(p.status) || !live) return { error: `nothing to confirm: ${p.status}` };
        p.is3ds = p.status === "3ds_verify";
        this.startTry(p, { amountMinor, currency });
        return { redirectTo };
      case "cancel_by_payer":
        if (!live) return { error: `cannot be cancelled: ${p.status}` };
        this.fail(p, "cancel");
        return { redirectTo };
    }
    if (!["pay", "decline", "3ds", "security_check", "unverified"].includes(action)) {
      return { error: `unknown action: ${action}` };
    }
    if (!live && !forced) return { error: `cannot be paid: ${p.status}` };
    if (!luhn(options.card ?? TEST_CARD)) return { error: "the card number is wrong" };
    if (currency !== undefined && !["UAH", "USD", "EUR"].includes(currency)) return { error: "unknown currency" };
    p.card = (options.card ?? TEST_CARD).replace(/\D/g, "");
    const known = TEST_CARDS[p.card] ?? {};
    if (action === "decline") this.startTry(p, { code: options.code ?? "9859" });
    else if (action === "security_check") this.startTry(p, { finalStatus: "wait_secure" });
    else if (action === "unverified") this.startTry(p, { finalStatus: "wait_accept" });
    else if (action === "3ds" || known.verify) {
      p.status = known.verify ?? "3ds_verify";
      this.save(p);
      return {};
    } else this.startTry(p, { code: known.code, amountMinor, currency, finalStatus });
    return { redirectTo };
  }

  startTry(p: LiqPayment, trying: NonNullable<LiqPayment["trying"]>): void {
    p.status = "processing";
    p.trying = trying;
    p.authDebit = digits(6);
    p.rrnDebit = digits(12);
    delete p.errCode;
    delete p.errText;
    delete p.endMs;
    this.open.add(p);
    this.book(p, "processing", p.amountMinor);
    this.schedule(p, "finish", this.num("processingMs"));
    this.changed(p);
  }

  step(p: LiqPayment, _step: string): void {
    const { code, amountMinor, currency, finalStatus } = p.trying ?? {};
    delete p.trying;
    if (code !== undefined) {
      this.fail(p, code);
      return;
    }
    p.amountMinor = amountMinor ?? p.amountMinor;
    p.currency = currency ?? p.currency;
    const now = this.clock.now();
    if (finalStatus !== undefined && finalStatus !== "hold_wait" && !PAID.includes(finalStatus)) {
      p.status = finalStatus;
    } else if (p.action === "hold" && !PAID.includes(finalStatus ?? "")) {
      p.status = "hold_wait";
      p.heldMs = now;
      p.heldMinor = p.amountMinor;
      this.book(p, "held", p.amountMinor);
    } else {
      const sandbox = p.account.startsWith("sandbox_") && this.switches.sandboxStatus === "sandbox";
      p.status = finalStatus ?? (sandbox ? "sandbox" : "success");
      p.capturedMinor = p.amountMinor;
      p.authCredit = digits(6);
      p.rrnCredit = digits(12);
      p.endMs = now;
      this.book(p, "captured", p.amountMinor);
    }
    this.changed(p);
  }

  fail(p: LiqPayment, code: string): void {
    p.status = this.on("tryAgain") && code !== "cancel" ? "try_again" : "failure";
    p.errCode = code;
    p.errText = declineText(code);
    if (p.status === "failure") p.endMs = this.clock.now();
    this.book(p, "declined", p.amountMinor, { code });
    this.changed(p);
  }

  complete(p: LiqPayment, amountMinor: number): Refusal | undefined {
    if (p.status !== "hold_wait") return badStatus();
    if (amountMinor > p.amountMinor) return tooMuch();
    if (p.dropped) return refusal("9854", "The payer's bank has lifted the block");
    const held = p.amountMinor;
    const now = this.clock.now();
    p.heldMinor = held;
    p.capturedMinor = amountMinor;
    p.status = "success";
    p.completionMs = now;
    p.endMs = now;
    p.authCredit = digits(6);
    p.rrnCredit = digits(12);
    this.book(p, "captured", amountMinor);
    if (held > amountMinor) this.book(p, "released", held - amountMinor);
    this.changed(p);
    return undefined;
  }

  refundable(p: LiqPayment): number {
    return p.status === "hold_wait" ? p.amountMinor : p.capturedMinor - p.refundedMinor - p.waitingRefundMinor;
  }

  /** Refund of what was captured, or release of a hold. */
  refund(p: LiqPayment, amountMinor: number): Refusal | { waits: boolean } {
    const hold = p.status === "hold_wait";
    const money = p.capturedMinor > 0 && [...PAID, "reversed", "wait_reserve"].includes(p.status);
    if (!hold && !money) return badStatus();
    const left = this.refundable(p);
    if (!hold && left <= 0) return badStatus();
    if (amountMinor > left) return tooMuch();
    if (hold && amountMinor !== left) return refusal("err_wrong", "A hold is released as a whole", "amount");
    if (amountMinor <= 0) return refusal("err_wrong", "Invalid parameter amount", "amount");
    if (!hold && p.refundedMinor > 0 && !this.on("secondPartialRefund")) return badStatus();
    if (!hold && this.on("refundWaits")) {
      p.waitingRefundMinor += amountMinor;
      p.status = "wait_reserve";
      this.changed(p);
      return { waits: true };
    }
    this.applyRefund(p, amountMinor);
    return { waits: false };
  }

  applyRefund(p: LiqPayment, amountMinor: number): void {
    const now = this.clock.now();
    const hold = p.status === "hold_wait";
    p.refundedMinor += amountMinor;
    p.waitingRefundMinor = 0;
    p.refundMs = now;
    if (hold) {
      p.status = "reversed";
      p.endMs = now;
      if (!p.dropped) this.book(p, "released", amountMinor);
    } else {
      const full = p.refundedMinor >= p.capturedMinor;
      p.status = full || this.switches.partialRefundStatus === "reversed" ? "reversed" : "success";
      this.book(p, "refunded", amountMinor);
    }
    this.changed(p, true, this.switches.refundCallbackAction === "refund" ? "refund" : undefined);
  }

  money(minor: number): Money {
    return new Money(minor);
  }
}
