import { type Answer, webUrl } from "./http.ts";
import type { ActOptions, ActResult } from "./kit.ts";
import { MonobankAccounts } from "./monobank-accounts.ts";
import { checkCreate } from "./monobank-check.ts";
import {
  CURRENCIES,
  cardInfo,
  declineText,
  feeOf,
  type Invoice,
  iso,
  numericCurrency,
  pendingCancelOf,
} from "./monobank-invoice.ts";
import { digits, luhn, randomText } from "./util.ts";

export const TEST_CARD = "4242 4242 4242 4242";
const DAY = 86_400_000;

export const refuse = (status: number, errCode: string, errText: string): Answer => ({
  status,
  json: { errCode, errText },
});
export const notFound = () => refuse(404, "NOT_FOUND", "invoice not found");

export abstract class MonobankBank extends MonobankAccounts {
  create(account: string, body: Record<string, unknown>): Answer {
    const input = checkCreate(body, this.on("strictFiscal"));
    if ("errCode" in input) return refuse(400, input.errCode, input.errText);
    const now = this.clock.now();
    const { amount, validitySeconds, withAppUrl, ...rest } = input;
    const invoice: Invoice = {
      ...rest,
      id: this.newId(),
      page: randomText(22),
      account,
      status: "created",
      amountMinor: amount,
      currency: CURRENCIES[input.ccy] ?? "UAH",
      createdMs: now,
      modifiedMs: now,
      validUntil: now + validitySeconds * 1000,
      opened: false,
      removed: false,
      cancels: [],
      todo: [],
    };
    this.add(invoice);
    this.book(invoice, "link_created", amount);
    this.changed(invoice, this.on("createdWebhook"));
    const pageUrl = `${this.publicUrl}/pay/${invoice.page}`;
    const appUrl = withAppUrl ? { appUrl: `https://mbnk.app/or/${randomText(12)}` } : {};
    return { status: 200, json: { invoiceId: invoice.id, pageUrl, ...appUrl } };
  }

  tick(invoice: Invoice): boolean {
    const now = this.clock.now();
    if (invoice.status === "created" && now >= invoice.validUntil) {
      invoice.status = "expired";
      this.book(invoice, "expired", invoice.amountMinor);
      this.changed(invoice, false);
    } else if (invoice.status === "hold" && now >= (invoice.heldMs ?? now) + this.num("holdDays") * DAY) {
      this.lapse(invoice);
    }
    return !["created", "processing", "hold"].includes(invoice.status);
  }

  lapse(invoice: Invoice): void {
    const status = this.switches.holdLapseStatus === "expired" ? "expired" : "reversed";
    invoice.status = status;
    invoice.finalAmount = 0;
    this.book(invoice, "released", invoice.amountMinor);
    this.changed(invoice, status !== "expired");
  }

  act(invoice: Invoice, action: string, options: ActOptions): ActResult {
    const payable = invoice.status === "created" || (invoice.status === "failure" && this.on("retryAfterFailure"));
    const live = payable && this.clock.now() < invoice.validUntil;
    switch (action) {
      case "open":
        if (!invoice.opened) {
          invoice.opened = true;
          this.book(invoice, "opened", invoice.amountMinor);
          this.save(invoice);
        }
        return {};
      case "leave":
        return { redirectTo: webUrl(invoice.redirectUrl) };
      case "pay":
      case "decline": {
        const late = options.force === true && ["created", "failure", "expired"].includes(invoice.status);
        if (!live && !late) return { error: `cannot be paid: ${invoice.status}` };
        const card = options.card ?? TEST_CARD;
        if (!luhn(card)) return { error: "the card number is wrong" };
        if (options.currency !== undefined && !numericCurrency(options.currency)) return { error: "unknown currency" };
        const { amountMinor, currency, code } = options;
        this.startTry(invoice, card, action === "pay" ? { amountMinor, currency } : { code: code ?? "59" });
        return { redirectTo: this.returnUrl(invoice, action === "pay") };
      }
      case "cancel_by_payer":
        if (!live) return { error: `cannot be cancelled: ${invoice.status}` };
        this.fail(invoice, "8002");
        return { redirectTo: this.returnUrl(invoice, false) };
      case "refund_at_bank": {
        const answer = this.cancel(invoice, options.amountMinor, options.extRef, true);
        return answer.status === 200 ? {} : { error: JSON.stringify(answer.json) };
      }
      case "lapse_hold":
        if (invoice.status !== "hold") return { error: `not a hold: ${invoice.status}` };
        this.lapse(invoice);
        return {};
      default:
        return { error: `unknown action: ${action}` };
    }
  }

  returnUrl(invoice: Invoice, good: boolean): string | undefined {
    const special = this.on("returnUrls") ? webUrl(good ? invoice.successUrl : invoice.failUrl) : undefined;
    return special ?? webUrl(invoice.redirectUrl);
  }

  startTry(invoice: Invoice, card: string, trying: NonNullable<Invoice["trying"]>): void {
    invoice.status = "processing";
    invoice.trying = trying;
    invoice.removed = false;
    invoice.info = cardInfo(card, invoice.amountMinor);
    delete invoice.errCode;
    delete invoice.failureReason;
    this.open.add(invoice);
    this.book(invoice, "processing", invoice.amountMinor);
    this.schedule(invoice, "finish", this.num("processingMs"));
    this.changed(invoice);
  }

  fail(invoice: Invoice, code: string): void {
    invoice.status = "failure";
    invoice.errCode = code;
    invoice.failureReason = declineText(code);
    this.book(invoice, "declined", invoice.amountMinor, { code });
    this.changed(invoice);
  }

  step(invoice: Invoice, step: string): void {
    if (step === "finish") this.finishTry(invoice);
    else if (step === "capture") this.finishCapture(invoice);
    else if (step.startsWith("cancel:")) this.finishCancel(invoice, Number(step.slice(7)));
  }

  finishTry(invoice: Invoice): void {
    const trying = invoice.trying ?? {};
    delete invoice.trying;
    if (trying.code !== undefined) {
      this.fail(invoice, trying.code);
      return;
    }
    const paid = trying.amountMinor ?? invoice.amountMinor;
    invoice.ccy = numericCurrency(trying.currency) ?? invoice.ccy;
    invoice.currency = CURRENCIES[invoice.ccy] ?? invoice.currency;
    invoice.paidMs = this.clock.now();
    if (invoice.info) invoice.info.fee = feeOf(paid);
    if (invoice.paymentType === "hold") {
      invoice.status = "hold";
      invoice.amountMinor = paid;
      invoice.heldMs = this.clock.now();
      this.book(invoice, "held", paid);
    } else {
      invoice.status = "success";
      invoice.finalAmount = paid;
      this.book(invoice, "captured", paid);
    }
    this.changed(invoice);
  }

  finalize(invoice: Invoice, body: Record<string, unknown>): Answer {
    const tooMuch = () => refuse(400, "1001", "finalization amount exceeds hold amount");
    if (invoice.status !== "hold") return refuse(400, "1001", "order on hold not found");
    if (body.amount === undefined) return tooMuch();
    const { amount } = body;
    if (!Number.isSafeInteger(amount) || (amount as number) <= 0) return refuse(400, "BAD_REQUEST", "invalid 'amount'");
    const sum = amount as number;
    if (sum > invoice.amountMinor) return tooMuch();
    const partial = sum < invoice.amountMinor;
    if (partial && this.on("strictFiscal") && !(Array.isArray(body.items) && body.items.length > 0)) {
      return refuse(400, "INVALID_MERCHANT_PAYM_INFO", "'items' cannot be empty");
    }
    invoice.capture = sum;
    invoice.status = "processing";
    invoice.finalAmount = invoice.amountMinor;
    this.book(invoice, "captured", sum);
    if (partial) this.book(invoice, "released", invoice.amountMinor - sum);
    this.schedule(invoice, "capture", this.num("processingMs"));
    this.changed(invoice);
    return { status: 200, json: { status: "success" } };
  }

  finishCapture(invoice: Invoice): void {
    invoice.status = "success";
    invoice.finalAmount = invoice.capture;
    invoice.captureWebhook = true;
    if (invoice.info) {
      const fee = feeOf(invoice.capture ?? 0);
      invoice.info = { ...invoice.info, rrn: digits(12), tranId: digits(8), fee };
    }
    this.changed(invoice);
    delete invoice.captureWebhook;
  }

  cancel(invoice: Invoice, amount: number | undefined, extRef: string | undefined, atBank = false): Answer {
    const wrongSum = () => refuse(400, "WRONG_CANCEL_AMOUNT", "wrong cancel amount");
    const hold = invoice.status === "hold";
    if (this.on("cancelNotAvailable") && !atBank) {
      return refuse(500, "CANCEL_NOT_AVAILABLE", "cancel is not available");
    }
    if (invoice.status === "processing" && invoice.capture !== undefined) {
      return refuse(500, "CANCEL_NOT_AVAILABLE", "the payment is being finalized");
    }
    if (invoice.status === "reversed" && this.left(invoice) <= 0) return wrongSum();
    const paid = invoice.status === "success" || (invoice.status === "reversed" && invoice.finalAmount !== 0);
    if (!paid && !hold) return refuse(404, "1004", "invoice not paid");
    if (hold && !this.on("holdCancelWorks") && !atBank) return refuse(404, "1004", "invoice not paid");
    const left = hold ? invoice.amountMinor : this.left(invoice);
    const sum = amount ?? left;
    if (!Number.isSafeInteger(sum) || sum <= 0 || sum > left || (hold && sum !== left)) return wrongSum();
    const now = this.clock.now();
    const approvalCode = invoice.info?.approvalCode ?? digits(6);
    const later = this.switches.cancelMode !== "sync" && !atBank;
    const index = invoice.cancels.length;
    invoice.cancels.push({
      status: later ? "processing" : "success",
      amount: sum,
      createdMs: now,
      modifiedMs: now,
      approvalCode,
      rrn: digits(12),
      ...(extRef === undefined ? {} : { extRef }),
    });
    if (later) {
      this.schedule(invoice, `cancel:${index}`, this.num("cancelDelayMs"));
      this.changed(invoice);
    } else this.applyCancel(invoice, index);
    const date = iso(now);
    const status = invoice.cancels[index]?.status;
    return { status: 200, json: { status, createdDate: date, modifiedDate: date } };
  }

  left(invoice: Invoice): number {
    return (invoice.finalAmount ?? 0) - pendingCancelOf(invoice);
  }

  finishCancel(invoice: Invoice, index: number): void {
    const item = invoice.cancels[index];
    if (!item) return;
    item.modifiedMs = this.clock.now();
    if (this.switches.cancelMode === "processing_failure") {
      item.status = "failure";
      this.changed(invoice);
      return;
    }
    item.status = "success";
    this.applyCancel(invoice, index);
  }

  applyCancel(invoice: Invoice, index: number): void {
    const item = invoice.cancels[index];
    if (!item) return;
    const wasHold = invoice.status === "hold";
    const rest = (wasHold ? invoice.amountMinor : (invoice.finalAmount ?? 0)) - item.amount;
    invoice.finalAmount = rest;
    invoice.status =
      rest === 0 ? "reversed" : this.switches.partialRefundStatus === "reversed" ? "reversed" : "success";
    const more = item.extRef === undefined ? {} : { extRef: item.extRef };
    this.book(invoice, wasHold ? "released" : "refunded", item.amount, more);
    this.changed(invoice);
  }

  remove(invoice: Invoice): Answer {
    if (invoice.status === "expired") return notFound();
    if (invoice.status !== "created" && invoice.status !== "failure") {
      return refuse(400, "INVOICE_ALREADY_USED", "invoice already used");
    }
    invoice.status = "expired";
    invoice.removed = true;
    this.book(invoice, "removed", invoice.amountMinor);
    this.changed(invoice, false);
    return this.on("removeEmptyBody") ? { status: 200, body: "" } : { status: 200, json: {} };
  }
}
