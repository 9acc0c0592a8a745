// Emulator of LiqPay. How it is run and controlled: see kit.ts and control.ts.
import { type Fault, operate } from "./faults.ts";
import { type Answer, type Hit, htmlAnswer, isObject, redirectAnswer, webUrl } from "./http.ts";
import type { ActOptions } from "./kit.ts";
import { badStatus, LiqPayBank, refusal, TEST_CARD } from "./liqpay-bank.ts";
import { checkOrder, DECLINES, type LiqPayment, PAID, VERIFY } from "./liqpay-payment.ts";
import { type Envelope, Money, openEnvelope, parseAmount, type Refusal, serialize } from "./liqpay-wire.ts";
import { confirmPage, messagePage, type PayForm, pageLang, payPage, type Word, word } from "./page.ts";
import { luhn } from "./util.ts";

/** Names under which faults find the actions of /api/request. */
const OPERATIONS: Record<string, string[]> = {
  status: ["status"],
  hold_completion: ["finalize"],
  refund: ["refund", "cancel"],
  invoice_send: ["create"],
  invoice_cancel: ["remove"],
  ticket: ["ticket"],
  data: ["data"],
  reports: ["reports"],
};
const EXTRAS: [string, string, string][] = [
  ["3ds", "3-D Secure check", "Перевірка 3-D Secure"],
  ["security_check", "Security check", "Перевірка служби безпеки"],
  ["unverified", "Shop not verified", "Магазин не перевірено"],
];

class LiqPay extends LiqPayBank {
  wire = {
    serialize,
    refusal: (fault: Fault): Answer | undefined => {
      const html = (status: number, title: string): Answer => ({
        status,
        body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
        headers: { "content-type": "text/html; charset=utf-8" },
      });
      switch (fault.mode) {
        case "429": {
          const answer = html(429, "429 Too Many Requests");
          if (fault.retryAfter !== undefined)
            answer.headers = { ...answer.headers, "retry-after": String(fault.retryAfter) };
          return answer;
        }
        case "500":
          return html(500, "500 Internal Server Error");
        case "401":
          return { ...this.refused(refusal("err_auth", "Authorization is required")), status: 401 };
        case "403":
          return this.refused(refusal("err_access", "Access denied"));
        case "err_api_ip":
          return this.refused(refusal("err_api_ip", "Calls from this IP are not allowed"));
        case "cancel_not_available":
          return this.refused(badStatus());
        case "error": {
          const answer = this.refused(refusal(fault.errCode ?? "err_wrong", fault.errText ?? "Refused"));
          return { ...answer, status: fault.httpStatus ?? answer.status };
        }
        default:
          return undefined;
      }
    },
    tamper: (json: unknown, fault: Fault): unknown => {
      if (!isObject(json)) return json;
      const out = { ...json };
      const set = (key: string, value: unknown) => {
        if (out[key] !== undefined) out[key] = value;
      };
      if (fault.mode === "wrong_amount") {
        const now = out.amount instanceof Money ? out.amount.minor : 0;
        set("amount", new Money(typeof fault.value === "number" ? fault.value : now + 100));
      }
      if (fault.mode === "wrong_currency") set("currency", fault.value ?? (out.currency === "USD" ? "EUR" : "USD"));
      if (fault.mode === "wrong_reference") set("order_id", fault.value ?? "SOMEBODY-ELSE-1");
      if (fault.mode === "wrong_id") set("payment_id", fault.value ?? 2_999_999_999);
      if (fault.mode === "hostile_page_url") set("href", fault.value ?? "javascript:alert(document.domain)");
      if (fault.mode === "unknown_status") set("status", fault.value ?? "reticulating");
      return out;
    },
  };

  refused(error: Refusal, more: Record<string, unknown> = {}): Answer {
    const json = {
      result: "error",
      status: "error",
      ...more,
      err_code: error.code,
      ...(error.key === undefined ? {} : { code: error.code, key: error.key }),
      err_description: error.text,
    };
    return { status: this.num("errorHttpStatus"), json };
  }

  envelope(form: URLSearchParams): Envelope | Refusal {
    return openEnvelope(form.get("data"), form.get("signature"), (key) => this.accounts.get(key)?.privateKey);
  }

  // --- HTTP -------------------------------------------------------------------------------------------------------

  async handle(hit: Hit): Promise<void> {
    const isForm = (hit.headers["content-type"] ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
    const form =
      hit.method === "POST" && isForm ? new URLSearchParams(hit.raw.toString("utf8")) : new URLSearchParams();
    const hosted = /^\/(?:checkout|apipay\/invoice)\/([^/]+)$/.exec(hit.path)?.[1];
    if (hosted !== undefined) {
      const payment = this.pages.get(hosted);
      const keys = [payment?.reference, payment?.id];
      return operate(this.faults, this.wire, hit, ["page"], keys, () => this.page(hit, form, payment));
    }
    const fields = hit.method === "GET" ? hit.query : form;
    const envelope = this.envelope(fields);
    const good = "params" in envelope ? envelope : undefined;
    const orderId = good?.params.order_id;
    const keys = [typeof orderId === "string" ? orderId : undefined, good && this.order(good.account, orderId)?.id];
    if (hit.path === "/api/3/checkout" && ["GET", "POST"].includes(hit.method)) {
      return operate(this.faults, this.wire, hit, ["checkout"], keys, () => this.checkout(hit, envelope));
    }
    if (hit.path === "/api/request" && hit.method === "POST") {
      const action = String(good?.params.action ?? "");
      const names = OPERATIONS[action] ?? ["other"];
      return operate(this.faults, this.wire, hit, names, keys, () =>
        good ? this.request(good, action) : this.refused(envelope as Refusal),
      );
    }
    return operate(this.faults, this.wire, hit, ["other"], keys, () =>
      this.refused(refusal("err_path", "Wrong address")),
    );
  }

  override openLink(link: string): string | undefined {
    if (!URL.canParse(link)) return "this is no link";
    const opened = this.openCheckout(this.envelope(new URL(link).searchParams));
    return "code" in opened ? opened.code : undefined;
  }

  /** The first visit of a link makes the payment; later visits come back to it while it is not finished. */
  openCheckout(envelope: Envelope | Refusal): LiqPayment | (Refusal & { payment?: LiqPayment }) {
    if ("code" in envelope) return envelope;
    const { account, version, params } = envelope;
    if (params.action === undefined) return refusal("err_api_action", "Action is missing");
    const order = checkOrder(params, params.action);
    if ("code" in order) return order;
    const known = this.order(account, order.reference);
    if (known && !(["prepared", "processing", "try_again", ...VERIFY].includes(known.status) && !known.invoice)) {
      return { ...refusal("order_id_duplicate", "This order_id was used already", "order_id"), payment: known };
    }
    if (order.expiresMs !== undefined && this.clock.now() >= order.expiresMs) {
      return refusal("expired", "The link has expired");
    }
    if (known?.status === "prepared") {
      Object.assign(known, order, { version });
      this.save(known);
    }
    return known ?? this.create(account, version, order, false);
  }

  checkout(hit: Hit, envelope: Envelope | Refusal): Answer {
    const lang = pageLang(hit.query, hit.headers["accept-language"]);
    const opened = this.openCheckout(envelope);
    const suffix = hit.query.has("lang") ? `?lang=${lang}` : "";
    if (!("code" in opened)) return redirectAnswer(302, `${this.publicUrl}/checkout/${opened.page}${suffix}`);
    if (opened.code === "expired") {
      return htmlAnswer(410, messagePage(lang, "/", word(lang, "expired"), word(lang, "dead")));
    }
    if ((hit.headers.accept ?? "").includes("text/html")) {
      if (opened.payment) return this.show(hit, opened.payment, undefined);
      return htmlAnswer(400, messagePage(lang, "/", word(lang, "refused"), `${opened.code}: ${opened.text}`));
    }
    return this.refused(opened);
  }

  request({ account, version, params }: Envelope, action: string): Answer {
    if (!(action in OPERATIONS)) return this.refused(refusal("err_api_action", "Action is missing or unknown"));
    if (action === "reports") return this.reports(account, params);
    const orderId = params.order_id;
    if (typeof orderId !== "string" || !orderId) return this.refused(refusal("order_id_empty", "order_id is empty"));
    if (action === "invoice_send") return this.invoiceSend(account, version, params);
    const p = this.order(account, orderId);
    if (!p) return this.refused(refusal("payment_not_found", "Payment not found"));
    const amount = params.amount === undefined ? undefined : parseAmount(params.amount);
    const wrongAmount = params.amount !== undefined && !amount;
    switch (action) {
      case "hold_completion": {
        // Sent without an amount, the real service blames the signature.
        if (params.amount === undefined) return this.refused(refusal("invalid_signature", "Invalid signature"));
        if (wrongAmount || !amount) return this.refused(refusal("err_wrong", "Invalid parameter amount", "amount"));
        const error = this.complete(p, amount);
        if (!error) return { status: 200, json: { result: "ok", ...this.body(p, "status") } };
        if (error.code !== "9854") return this.refused(error);
        return this.refused(error, {
          status: "failure",
          action: "hold",
          version: p.version,
          type: "hold",
          public_key: account,
          amount: this.money(amount),
        });
      }
      case "refund": {
        if (wrongAmount) return this.refused(refusal("err_wrong", "Invalid parameter amount", "amount"));
        const result = this.refund(p, amount ?? this.refundable(p));
        if ("code" in result) return this.refused(result);
        const status = result.waits ? "success" : p.status;
        const json = { result: "ok", action: "refund", payment_id: Number(p.id), status, wait_amount: result.waits };
        return { status: 200, json };
      }
      case "invoice_cancel":
        if (p.status !== "invoice_wait" || !p.invoice) return this.refused(badStatus());
        this.book(p, "removed", p.amountMinor);
        p.status = "invoice_cancelled";
        this.changed(p, false);
        return { status: 200, json: { result: "ok", invoice_id: p.invoice.id } };
      case "ticket":
        if (typeof params.email !== "string" || !params.email) {
          return this.refused(refusal("err_missing", "Required parameter not passed email", "email"));
        }
        return p.capturedMinor > 0 ? { status: 200, json: { result: "ok" } } : this.refused(badStatus());
      case "data":
        if (typeof params.info !== "string") {
          return this.refused(refusal("err_missing", "Required parameter not passed info", "info"));
        }
        p.info = params.info;
        this.changed(p, false);
        return { status: 200, json: { result: "ok", ...this.body(p, "status") } };
      default: {
        if (p.status === "invoice_cancelled") return this.refused(refusal("payment_not_found", "Payment not found"));
        const result = p.status === "failure" ? this.switches.failureResult : "ok";
        return { status: 200, json: { result, ...this.body(p, "status") } };
      }
    }
  }

  reports(account: string, params: Record<string, unknown>): Answer {
    const from = Number(params.date_from ?? Number.NaN);
    const to = Number(params.date_to ?? Number.NaN);
    if (!Number.isFinite(from)) return this.refused(refusal("err_missing", "Invalid parameter date_from", "date_from"));
    if (!Number.isFinite(to)) return this.refused(refusal("err_missing", "Invalid parameter date_to", "date_to"));
    const data = [...this.payments.values()]
      .filter((p) => p.account === account && p.card !== undefined && p.createdMs >= from && p.createdMs <= to)
      .map((p) => this.body(p, "status"));
    return { status: 200, json: { result: "success", data } };
  }

  invoiceSend(account: string, version: Envelope["version"], params: Record<string, unknown>): Answer {
    const order = checkOrder(params, params.action_payment ?? "pay");
    if ("code" in order) return this.refused(order);
    const { email, phone } = params;
    if (typeof email !== "string" && typeof phone !== "string")
      return this.refused(refusal("err_empty_phone", "No receiver"));
    if (typeof email !== "string" && !/^\+380\d{9}$/.test(String(phone)))
      return this.refused(refusal("err_phone", "Bad phone"));
    if (this.order(account, order.reference)) {
      return this.refused(refusal("order_id_duplicate", "This order_id was used already", "order_id"));
    }
    const p = this.create(account, version, order, true);
    const token = p.invoice?.token;
    const json = {
      result: "ok",
      action: order.action,
      amount: new Money(order.amountMinor),
      currency: order.currency,
      description: order.description,
      href: `${this.publicUrl}/apipay/invoice/${token}`,
      id: p.invoice?.id,
      order_id: order.reference,
      receiver_type: typeof email === "string" ? "email" : "phone",
      receiver_value: typeof email === "string" ? email : phone,
      status: "invoice_wait",
      token,
    };
    return { status: 200, json };
  }

  // --- the payer's page -------------------------------------------------------------------------------------------

  async page(hit: Hit, form: URLSearchParams, p: LiqPayment | undefined): Promise<Answer> {
    const lang = pageLang(hit.query, hit.headers["accept-language"]);
    if (!p) return htmlAnswer(404, messagePage(lang, hit.path, word(lang, "unknown"), ""));
    this.refresh(p);
    let note: string | undefined;
    if (hit.method === "POST") {
      const action = form.get("action") ?? "";
      const card = form.get("card") ?? TEST_CARD;
      const buttons = ["pay", "decline", "cancel_by_payer", "leave", "confirm", ...EXTRAS.map(([name]) => name)];
      if (action === "pay" && !luhn(card)) note = word(lang, "badCard");
      else if (action === "pay" && form.get("terms") !== "yes") note = word(lang, "badTerms");
      else if (buttons.includes(action)) {
        const options: ActOptions = { code: form.get("code") ?? "9859" };
        if (action === "pay") options.card = card;
        const result = this.act(p, action, options);
        if (!result.error) await this.settled(p);
        const again = p.status === "try_again" && action !== "leave";
        if (!result.error && result.redirectTo && !again) return redirectAnswer(303, result.redirectTo);
      }
    } else this.act(p, "open", {});
    return this.show(hit, p, note);
  }

  show(hit: Hit, p: LiqPayment, note: string | undefined): Answer {
    const lang = pageLang(hit.query, hit.headers["accept-language"]);
    const back = webUrl(p.resultUrl);
    const say = (status: number, key: Word, text = "") =>
      htmlAnswer(status, messagePage(lang, hit.path, word(lang, key), text, back));
    const dead = word(lang, "dead");
    if (p.status === "processing") return say(200, "processing");
    if (p.status === "hold_wait") return say(200, "held");
    if (PAID.includes(p.status) || p.status === "wait_reserve") return say(200, "paid");
    if (p.status === "reversed") return say(200, "returned");
    if (p.status === "invoice_cancelled") return say(410, "removed", dead);
    if (p.errCode?.startsWith("expired_")) return say(410, "expired", dead);
    if (p.status === "failure") return say(200, "failed", this.words(p.errCode, lang));
    if (!this.unpaid(p)) return say(200, "check");
    const form: PayForm = {
      provider: "LiqPay (emulator)",
      self: hit.path,
      shop: this.accounts.get(p.account)?.name ?? "",
      purpose: p.description,
      reference: p.reference,
      amountMinor: p.amountMinor,
      currency: p.currency,
      hold: p.action === "hold",
      card: TEST_CARD,
      declines: DECLINES,
      extras: EXTRAS,
    };
    if (p.status === "try_again") form.note = `${word(lang, "lastTry")} ${this.words(p.errCode, lang)}`;
    if (note !== undefined) form.note = note;
    if (VERIFY.includes(p.status)) return htmlAnswer(200, confirmPage(lang, form));
    if (this.late(p, 0)) return say(410, "expired", dead);
    return htmlAnswer(note === undefined ? 200 : 422, payPage(lang, form));
  }

  words(code: string | undefined, lang: "en" | "uk"): string {
    const row = DECLINES.find(([c]) => c === code);
    if (row) return lang === "uk" ? row[2] : row[1];
    if (code === "cancel") return lang === "uk" ? "скасовано" : "cancelled";
    return code ?? "";
  }

  view(p: LiqPayment): Record<string, unknown> {
    const { account: _account, card, page, todo, trying: _trying, invoice, ...rest } = p;
    const path = invoice ? `/apipay/invoice/${invoice.token}` : `/checkout/${page}`;
    return {
      ...rest,
      cardEnd: card?.slice(-4),
      invoiceId: invoice?.id,
      pageUrl: `${this.publicUrl}${path}`,
      settling: todo.length > 0,
    };
  }
}

if (import.meta.main) await new LiqPay().start();
