// Emulator of monobank acquiring ("plata by mono"). How it is run and controlled: see kit.ts and control.ts.
import { type Fault, operate } from "./faults.ts";
import { type Answer, type Hit, htmlAnswer, isObject, parseObject, redirectAnswer, webUrl } from "./http.ts";
import type { ActOptions } from "./kit.ts";
import { MonobankBank, notFound, refuse, TEST_CARD } from "./monobank-bank.ts";
import { DECLINES, type Invoice, iso, refundedOf, statusBody } from "./monobank-invoice.ts";
import { fiscalChecks, receiptPdf, statementRow } from "./monobank-reports.ts";
import { merchantIdOf, pubkeyText } from "./monobank-sign.ts";
import { messagePage, pageLang, payPage, word } from "./page.ts";
import { luhn } from "./util.ts";

class Monobank extends MonobankBank {
  wire = {
    serialize: (json: unknown) => JSON.stringify(json),
    refusal: (fault: Fault): Answer | undefined => {
      switch (fault.mode) {
        case "429": {
          const answer = refuse(429, "TMR", "too many requests");
          if (fault.retryAfter !== undefined) answer.headers = { "retry-after": String(fault.retryAfter) };
          return answer;
        }
        case "401":
          return refuse(401, "UNAUTHORIZED", "unauthorized");
        case "403":
          return refuse(403, "FORBIDDEN", "invalid 'X-Token'");
        case "500":
          return refuse(500, "INTERNAL_ERROR", "internal error");
        case "cancel_not_available":
          return refuse(500, "CANCEL_NOT_AVAILABLE", "cancel is not available");
        case "invoice_already_used":
          return refuse(400, "INVOICE_ALREADY_USED", "invoice already used");
        case "error":
          return refuse(fault.httpStatus ?? 400, fault.errCode ?? "BAD_REQUEST", fault.errText ?? "refused");
        default:
          return undefined;
      }
    },
    tamper: (json: unknown, fault: Fault): unknown => {
      if (!isObject(json)) return json;
      const out = { ...json };
      const set = (key: string, value: unknown) => {
        if (key in out) out[key] = value;
      };
      if (fault.mode === "wrong_amount") {
        for (const key of ["amount", "finalAmount"]) {
          if (typeof out[key] === "number") set(key, fault.value ?? (out[key] as number) + 100);
        }
      }
      if (fault.mode === "wrong_currency") set("ccy", fault.value ?? (out.ccy === 840 ? 978 : 840));
      if (fault.mode === "wrong_reference") set("reference", fault.value ?? "SOMEBODY-ELSE-1");
      if (fault.mode === "wrong_id") set("invoiceId", fault.value ?? this.newId());
      if (fault.mode === "hostile_page_url") set("pageUrl", fault.value ?? "javascript:alert(document.domain)");
      if (fault.mode === "unknown_status") set("status", fault.value ?? "reticulating");
      return out;
    },
  };

  // --- HTTP -------------------------------------------------------------------------------------------------------

  async handle(hit: Hit): Promise<void> {
    const token = /^\/pay\/([^/]+)$/.exec(hit.path)?.[1];
    if (token !== undefined) {
      const invoice = this.pages.get(token);
      const keys = [invoice?.reference, invoice?.id];
      return operate(this.faults, this.wire, hit, ["page"], keys, () => this.page(hit, invoice));
    }
    const route = ROUTES[hit.path];
    const run = (names: string[], keys: (string | undefined)[], effect: () => Answer) =>
      operate(this.faults, this.wire, hit, names, keys, effect);
    if (!route) return run(["other"], [], () => refuse(404, "NOT_FOUND", "not found"));
    const body = hit.method === "POST" ? parseObject(hit.raw) : undefined;
    const id = hit.method === "POST" ? body?.invoiceId : (hit.query.get("invoiceId") ?? undefined);
    const invoice = typeof id === "string" ? this.find(id) : undefined;
    const info = isObject(body?.merchantPaymInfo) ? body.merchantPaymInfo.reference : undefined;
    const reference = invoice?.reference ?? (typeof info === "string" ? info : undefined);
    return run(route.names, [reference, invoice?.id], () => {
      if (hit.method !== route.method) return refuse(405, "METHOD_NOT_ALLOWED", "method not allowed");
      const account = hit.headers["x-token"];
      if (account === undefined && hit.path.endsWith("/pubkey")) return refuse(400, "BAD_REQUEST", "empty 'X-Token'");
      if (typeof account !== "string" || !this.accounts.has(account)) {
        return refuse(403, "FORBIDDEN", account ? "invalid 'X-Token'" : "forbidden");
      }
      if (route.method === "POST" && !body) return refuse(400, "BAD_REQUEST", "invalid json");
      if (!route.invoice) return this.general(hit, account, body ?? {});
      if (id === undefined || id === "") return refuse(400, "BAD_REQUEST", "empty 'invoiceId'");
      if (!invoice || invoice.id !== id || invoice.account !== account) return notFound();
      return this.about(hit, invoice, body ?? {});
    });
  }

  general(hit: Hit, account: string, body: Record<string, unknown>): Answer {
    const known = this.accounts.get(account);
    switch (hit.path) {
      case "/api/merchant/invoice/create":
        return this.create(account, body);
      case "/api/merchant/pubkey":
        return { status: 200, json: { key: pubkeyText(known?.publicPem ?? "") } };
      case "/api/merchant/details": {
        const json = { merchantId: merchantIdOf(account), merchantName: known?.name, edrpou: "4242424242" };
        return { status: 200, json };
      }
      case "/api/merchant/submerchant/list":
        return { status: 200, json: { list: [] } };
      default: {
        const from = Number(hit.query.get("from") ?? Number.NaN);
        const to = Number(hit.query.get("to") ?? Math.floor(this.clock.now() / 1000));
        if (!Number.isInteger(from) || !Number.isInteger(to)) return refuse(400, "BAD_REQUEST", "invalid 'from'");
        if (to < from || to - from > 31 * 86_400) return refuse(400, "BAD_REQUEST", "period is more than 31 days");
        const list = [...this.payments.values()]
          .filter(
            (i) => i.account === account && ["hold", "processing", "success", "failure", "reversed"].includes(i.status),
          )
          .map((i) => ({ ms: i.paidMs ?? i.modifiedMs, row: statementRow(i) }))
          .filter(({ ms }) => Math.floor(ms / 1000) >= from && Math.floor(ms / 1000) <= to)
          .sort((a, b) => b.ms - a.ms);
        return { status: 200, json: { list: list.map(({ row }) => row) } };
      }
    }
  }

  about(hit: Hit, invoice: Invoice, body: Record<string, unknown>): Answer {
    switch (hit.path) {
      case "/api/merchant/invoice/finalize":
        return this.finalize(invoice, body);
      case "/api/merchant/invoice/cancel": {
        const { amount, extRef } = body;
        if (amount !== undefined && !Number.isSafeInteger(amount))
          return refuse(400, "BAD_REQUEST", "invalid 'amount'");
        if (extRef !== undefined && typeof extRef !== "string") return refuse(400, "BAD_REQUEST", "invalid 'extRef'");
        const noItems = !(Array.isArray(body.items) && body.items.length > 0);
        if (this.on("strictFiscal") && noItems && invoice.status !== "hold") {
          return refuse(400, "INVALID_MERCHANT_PAYM_INFO", "'items' cannot be empty");
        }
        return this.cancel(invoice, amount as number | undefined, extRef);
      }
      case "/api/merchant/invoice/remove":
        return this.remove(invoice);
      case "/api/merchant/invoice/fiscal-checks":
        return { status: 200, json: { checks: fiscalChecks(invoice, this.clock.now(), this.num("fiscalStepMs")) } };
      case "/api/merchant/invoice/receipt":
        if (invoice.paidMs === undefined) return refuse(404, "1004", "invoice not paid");
        return {
          status: 200,
          json: { file: receiptPdf(`Receipt ${invoice.id} ${invoice.finalAmount ?? invoice.amountMinor}`) },
        };
      default: {
        const options = { payMethod: this.on("payMethodField"), cardDetails: true };
        return { status: 200, json: statusBody(invoice, options) };
      }
    }
  }

  // --- the payer's page -------------------------------------------------------------------------------------------

  async page(hit: Hit, invoice: Invoice | undefined): Promise<Answer> {
    const lang = pageLang(hit.query, hit.headers["accept-language"]);
    if (!invoice) return htmlAnswer(404, messagePage(lang, hit.path, word(lang, "unknown"), ""));
    this.refresh(invoice);
    let note: string | undefined;
    if (hit.method === "POST") {
      const form = new URLSearchParams(hit.raw.toString("utf8"));
      const action = form.get("action") ?? "";
      const allowed = ["pay", "decline", "cancel_by_payer", "leave"].includes(action);
      const card = form.get("card") ?? TEST_CARD;
      if (action === "pay" && !luhn(card)) note = word(lang, "badCard");
      else if (action === "pay" && form.get("terms") !== "yes") note = word(lang, "badTerms");
      else if (allowed) {
        const options: ActOptions = { code: form.get("code") ?? "59" };
        if (action === "pay") options.card = card;
        const result = this.act(invoice, action, options);
        if (!result.error) await this.settled(invoice);
        if (!result.error && result.redirectTo) return redirectAnswer(303, result.redirectTo);
      }
    } else this.act(invoice, "open", {});
    return this.show(hit, invoice, note);
  }

  show(hit: Hit, invoice: Invoice, note: string | undefined): Answer {
    const lang = pageLang(hit.query, hit.headers["accept-language"]);
    const back = webUrl(invoice.redirectUrl);
    const say = (status: number, key: Parameters<typeof word>[1], text = "") =>
      htmlAnswer(status, messagePage(lang, hit.path, word(lang, key), text, back));
    const late = this.clock.now() >= invoice.validUntil;
    if (invoice.status === "processing") return say(200, "processing");
    if (invoice.status === "hold") return say(200, "held");
    if (invoice.status === "success") return say(200, "paid");
    if (invoice.status === "reversed") return say(200, "returned");
    if (invoice.removed) return say(410, "removed", word(lang, "dead"));
    if (invoice.status === "expired" || late) return say(410, "expired", word(lang, "dead"));
    if (invoice.status === "failure" && !this.on("retryAfterFailure")) {
      return say(200, "failed", invoice.failureReason);
    }
    const failed =
      invoice.status === "failure" ? `${word(lang, "lastTry")} ${declineWords(invoice.errCode, lang)}` : undefined;
    const html = payPage(lang, {
      provider: "plata by mono (emulator)",
      self: hit.path,
      shop: this.accounts.get(invoice.account)?.name ?? "",
      purpose: invoice.destination,
      reference: invoice.reference,
      amountMinor: invoice.amountMinor,
      currency: invoice.currency,
      hold: invoice.paymentType === "hold",
      card: TEST_CARD,
      declines: DECLINES,
      extras: [],
      note: note ?? failed,
    });
    return htmlAnswer(note ? 422 : 200, html);
  }

  view(invoice: Invoice): Record<string, unknown> {
    const { account: _account, page, todo, trying: _trying, ...rest } = invoice;
    return {
      ...rest,
      pageUrl: `${this.publicUrl}/pay/${page}`,
      validUntil: iso(invoice.validUntil),
      refundedMinor: refundedOf(invoice),
      settling: todo.length > 0,
    };
  }
}

function declineWords(code: string | undefined, lang: "en" | "uk"): string {
  const row = DECLINES.find(([c]) => c === code);
  if (row) return lang === "uk" ? row[2] : row[1];
  if (code === "8002") return lang === "uk" ? "скасовано" : "cancelled";
  return code ?? "";
}

interface Route {
  method: "GET" | "POST";
  names: string[];
  invoice: boolean;
}

const get = (name: string, invoice = false): Route => ({ method: "GET", names: [name], invoice });
const post = (names: string[], invoice = true): Route => ({ method: "POST", names, invoice });

const ROUTES: Record<string, Route> = {
  "/api/merchant/invoice/create": post(["create"], false),
  "/api/merchant/invoice/status": get("status", true),
  "/api/merchant/invoice/finalize": post(["finalize"]),
  "/api/merchant/invoice/cancel": post(["cancel", "refund"]),
  "/api/merchant/invoice/remove": post(["remove"]),
  "/api/merchant/pubkey": get("pubkey"),
  "/api/merchant/details": get("details"),
  "/api/merchant/statement": get("statement"),
  "/api/merchant/invoice/fiscal-checks": get("fiscal", true),
  "/api/merchant/invoice/receipt": get("receipt", true),
  "/api/merchant/submerchant/list": get("submerchants"),
};

if (import.meta.main) await new Monobank().start();
