import { numericCodeOf } from "../../domain/money.ts";
import { everHadMoney } from "../../domain/payment.ts";
import type {
  Accepted,
  CreatedLink,
  FiscalReceipt,
  LinkRequest,
  Observation,
  PaymentProvider,
  PaymentReference,
  ProviderFailure,
  ServiceAccount,
  Statement,
} from "../../domain/provider.ts";
import { ok, type Result, refuse } from "../../domain/result.ts";
import { type BaseUrl, providerBaseUrl } from "../base-url.ts";
import { type JsonObject, parseJsonObject, utf8 } from "../exact-json.ts";
import { onlyHeader } from "../headers.ts";
import { type HttpAnswer, type HttpClient, httpClient, type Intent, jsonAnswer, noUsableAnswer } from "../http.ts";
import { checkedPageUrl } from "../page-url.ts";
import { maskPayload, particular, sentence } from "../redact.ts";
import { credentialFields, tokenOf } from "./credentials.ts";
import { KeyRing, readPublicKey } from "./signature.ts";
import { readStatementList } from "./statement.ts";
import { HOLD_DAYS, needsConfirmation, observe, readChecks, readInvoice } from "./wire.ts";

/** 30 days; the bank silently cuts what is longer. */
const MAX_VALIDITY_SECONDS = 2_592_000;
const PAGE_HOSTS = ["pay.mbnk.biz", "pay.monobank.ua"];
/** No limits are published for acquiring; a small bucket keeps us from being the ones who find them. */
const PACE = { perSecond: 2, burst: 20 };

type Failed<T> = Result<T, ProviderFailure>;
type Options = { http?: HttpClient; base?: () => BaseUrl; now?: () => number };

/** monobank acquiring ("plata by mono"): JSON over HTTPS, a token in a header, whole minor units, numeric currencies. */
export function makeMonobank({
  http = httpClient(),
  base = () => providerBaseUrl("monobank"),
  now = Date.now,
}: Options = {}): PaymentProvider {
  const keys = new KeyRing();

  /** One call. The value is the JSON object of a 2xx answer (an empty one where the bank answers with nothing). */
  async function ask(
    account: ServiceAccount,
    intent: Intent,
    method: "GET" | "POST",
    path: string,
    body?: JsonObject,
  ): Promise<Failed<JsonObject>> {
    const token = tokenOf(account);
    if (!token) return refuse({ kind: "rejected", code: "no_credentials", message: "", credentials: true });
    const answer = await http({
      account,
      intent,
      method,
      base: base(),
      path,
      headers: {
        "x-token": token,
        "x-cms": "Holdpoint",
        "x-cms-version": "1",
        ...(body ? { "content-type": "application/json" } : {}),
      },
      body: body && JSON.stringify(body),
      pace: PACE,
    });
    if (!answer.ok) return answer;
    if (answer.value.status < 200 || answer.value.status >= 300)
      return refuse(failureOf(answer.value, intent, [token]));
    return answer.value.text.trim() === "" ? ok({}) : jsonAnswer(answer.value, intent);
  }

  /** `cancel` serves refunds and releases alike. Its `processing` is followed through the cancel list. */
  async function cancel(
    account: ServiceAccount,
    payment: PaymentReference,
    amountMinor: bigint,
    reference: string,
  ): Promise<Failed<Accepted>> {
    if (!payment.providerPaymentId) return refuse(noInvoiceId);
    const answer = await ask(account, "command", "POST", "/api/merchant/invoice/cancel", {
      invoiceId: payment.providerPaymentId,
      extRef: reference,
      amount: Number(amountMinor),
      ...items(payment, amountMinor),
    });
    if (!answer.ok) {
      // Also said of a sum that is too large; the status call tells which.
      const again = answer.error.code === "WRONG_CANCEL_AMOUNT";
      return again ? refuse({ ...answer.error, alreadyDone: true }) : answer;
    }
    const { status } = answer.value;
    if (status === "failure") return refuse({ kind: "rejected", code: "cancel_failed", message: "" });
    if (status !== "success" && status !== "processing") return refuse(noUsableAnswer("command", "bad_answer"));
    return ok({ providerReference: reference, observation: null });
  }

  return {
    provider: "monobank",
    capabilities: {
      cancelUnpaidLink: true,
      holds: true,
      finalizePart: true,
      finalizeTimes: "once",
      releaseHold: true,
      refund: true,
      refundPart: true,
      statement: true,
      holdDays: HOLD_DAYS,
      maxValiditySeconds: MAX_VALIDITY_SECONDS,
      minAmountMinor: 1n,
    },
    credentialFields,

    /**
     * Two equal calls make two payable invoices, so this never repeats itself. After `outcome_unknown` the caller may
     * create again under the same reference: the lost invoice's address was shown to nobody and dies by itself.
     */
    async createLink(account, request): Promise<Failed<CreatedLink>> {
      const validity = Math.min(
        Math.floor((request.expiresAt.getTime() - request.now.getTime()) / 1000),
        MAX_VALIDITY_SECONDS,
      );
      if (validity < 1) return refuse({ kind: "rejected", code: "expires_in_past", message: "" });
      const answer = await ask(account, "command", "POST", "/api/merchant/invoice/create", {
        amount: Number(request.amountMinor),
        ccy: numericCodeOf(request.currency),
        merchantPaymInfo: merchantInfo(request),
        redirectUrl: request.returnUrl,
        webHookUrl: request.webhookUrl,
        validity,
        paymentType: account.paymentType === "withholding" ? "hold" : "debit",
      });
      if (!answer.ok) return answer;
      const { invoiceId, pageUrl } = answer.value;
      if (typeof invoiceId !== "string" || !/^[\w-]{1,64}$/.test(invoiceId) || pageUrl === undefined)
        return refuse(noUsableAnswer("command", "bad_answer"));
      const url = checkedPageUrl(pageUrl, PAGE_HOSTS, base());
      if (!url.ok) return url;
      const expiresAt = new Date(request.now.getTime() + validity * 1000);
      return ok({ url: url.value, providerPaymentId: invoiceId, expiresAt });
    },

    /** `[]` for a merchant without fiscal receipts; the first sale's check speaks for the payment. */
    async readFiscal(account, payment): Promise<Failed<FiscalReceipt>> {
      const id = payment.providerPaymentId;
      if (!id) return refuse(noInvoiceId);
      const path = `/api/merchant/invoice/fiscal-checks?invoiceId=${encodeURIComponent(id)}`;
      const answer = await ask(account, "question", "GET", path);
      if (!answer.ok) return answer;
      const { checks } = answer.value;
      return Array.isArray(checks) ? ok(readChecks(checks)) : refuse(noUsableAnswer("question", "bad_answer"));
    },

    async readPayment(account, payment): Promise<Failed<Observation>> {
      const id = payment.providerPaymentId;
      if (!id) return refuse(noInvoiceId);
      const path = `/api/merchant/invoice/status?invoiceId=${encodeURIComponent(id)}`;
      const answer = await ask(account, "question", "GET", path);
      if (!answer.ok) {
        // What the bank says of a removed invoice is not documented: `expired`, or that it knows none.
        const gone = answer.error.kind === "rejected" && NOT_FOUND.has(answer.error.code);
        return gone && payment.cancelRequested && !everHadMoney(payment.known)
          ? ok(endedObservation(payment, id, "not_found"))
          : answer;
      }
      const invoice = readInvoice(answer.value);
      if (!invoice) return refuse(noUsableAnswer("question", "bad_answer"));
      const observation = observe(invoice, payment);
      const another = invoice.invoiceId !== id || (invoice.reference ?? payment.reference) !== payment.reference;
      // An answer about somebody else's invoice proves nothing about this one. Kept as it came, for a person to see.
      return ok(
        another
          ? {
              ...observation,
              reference: payment.reference,
              providerPaymentId: id,
              facts: {},
              asked: null,
              refunds: [],
              holdExpiresAt: null,
              details: {},
              wrongAccount: true,
              // Its own event: the right answer may follow, alike in all that the key is made of.
              eventKey: `${observation.eventKey}|foreign`,
            }
          : observation,
      );
    },

    async cancelLink(account, payment): Promise<Failed<Accepted>> {
      const id = payment.providerPaymentId;
      if (!id) return refuse(noInvoiceId);
      const answer = await ask(account, "command", "POST", "/api/merchant/invoice/remove", { invoiceId: id });
      if (answer.ok) return ok({ providerReference: null, observation: endedObservation(payment, id, "removed") });
      // The answer to a second removal is not documented: an unknown invoice may be one that we removed before.
      return NOT_FOUND.has(answer.error.code) ? refuse({ ...answer.error, alreadyDone: true }) : answer;
    },

    /** Once per hold; what is not taken goes back. `success` means accepted: the capture shows in later reports. */
    async finalizeHold(account, payment, amountMinor): Promise<Failed<Accepted>> {
      if (!payment.providerPaymentId) return refuse(noInvoiceId);
      const answer = await ask(account, "command", "POST", "/api/merchant/invoice/finalize", {
        invoiceId: payment.providerPaymentId,
        amount: Number(amountMinor),
        ...items(payment, amountMinor),
      });
      if (!answer.ok) {
        // 1001 also means "more than is held"; only the sentence tells a second finalization from that.
        const again = answer.error.code === "1001" && /not found/i.test(answer.error.message);
        return again ? refuse({ ...answer.error, alreadyDone: true }) : answer;
      }
      if (answer.value.status !== "success") return refuse(noUsableAnswer("command", "bad_answer"));
      return ok({ providerReference: null, observation: null });
    },

    /** A hold is let go whole; to keep a part, finalize that part instead. */
    releaseHold: (account, payment, reference) =>
      cancel(account, payment, payment.known.heldMinor || payment.amountMinor, reference),

    refund: cancel,

    /** Seconds, both ends included. Unpaid invoices are not in it. */
    async readStatement(account, { from, to }): Promise<Failed<Statement>> {
      const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
      const path = `/api/merchant/statement?from=${seconds(from)}&to=${seconds(to) + 1}`;
      const answer = await ask(account, "question", "GET", path);
      if (!answer.ok) return answer;
      const { list } = answer.value;
      return Array.isArray(list) ? ok(readStatementList(list)) : refuse(noUsableAnswer("question", "bad_answer"));
    },

    async testConnection(account): Promise<Failed<{ merchantName: string | null }>> {
      const answer = await ask(account, "question", "GET", "/api/merchant/details");
      if (!answer.ok) return answer;
      if (typeof answer.value.merchantId !== "string") return refuse(noUsableAnswer("question", "bad_answer"));
      return ok({ merchantName: particular(answer.value.merchantName) ?? null });
    },

    async readWebhook(account, rawBody, headers) {
      if (!tokenOf(account)) return refuse("not_configured");
      const xSign = onlyHeader(headers, "x-sign");
      if (!xSign) return refuse("bad_signature");
      const fetchKey = async () => {
        const answer = await ask(account, "question", "GET", "/api/merchant/pubkey");
        return answer.ok ? readPublicKey(answer.value.key) : null;
      };
      const verdict = await keys.check(account.id, rawBody, xSign, fetchKey, now());
      if (verdict !== "good") return refuse(verdict === "bad" ? "bad_signature" : "unavailable");

      const payload = parseJsonObject(utf8(rawBody) ?? "");
      const invoice = payload && readInvoice(payload);
      if (!invoice) return refuse("malformed");
      const observation = observe(invoice, null);
      return ok({
        eventKey: observation.eventKey,
        observation,
        confirmByStatus: needsConfirmation(invoice),
        // `X-Sign` names no merchant, but an invoice id that our token was given does. `reversed` is ambiguous by itself.
        boundIdSuffices: invoice.status === "hold" || invoice.status === "success",
      });
    },
  };
}

const noInvoiceId: ProviderFailure = { kind: "rejected", code: "no_invoice_id", message: "" };
/** `1004` is also said of an invoice that is not paid yet. */
const NOT_FOUND = new Set(["NOT_FOUND", "1004"]);

/**
 * Since August 2026 invoices without goods are refused. A prepayment is no list of goods, so there is one line for the
 * link's sum. Texts are cut at the documented 280; metadata holds strings only.
 */
function merchantInfo(request: LinkRequest): JsonObject {
  const amount = Number(request.amountMinor);
  const { name, code } = request.basket;
  return {
    reference: request.reference,
    destination: request.purpose.slice(0, 280),
    comment: request.orderNumber.slice(0, 280),
    ...(request.customer.email ? { customerEmails: [request.customer.email] } : {}),
    basketOrder: [{ name, qty: 1, sum: amount, total: amount, code }],
    metadata: { order: request.orderNumber, payment: request.paymentId },
  };
}

/** Obligatory where the merchant issues fiscal receipts and the sum is not the original one; without a basket left out. */
function items({ basket }: PaymentReference, amountMinor: bigint): JsonObject {
  return basket ? { items: [{ name: basket.name, qty: 1, sum: Number(amountMinor), code: basket.code }] } : {};
}

/** "It is gone, as we asked": the removal's own answer, and what a status question says after it. */
function endedObservation(payment: PaymentReference, invoiceId: string, word: string): Observation {
  return {
    reference: payment.reference,
    providerPaymentId: invoiceId,
    facts: { ended: "cancelled" },
    asked: null,
    providerStatus: word,
    unknownStatus: false,
    wrongAccount: false,
    holdExpiresAt: null,
    details: {},
    refunds: [],
    providerTime: null,
    eventKey: `${invoiceId}|${word}`,
    raw: maskPayload({ invoiceId, status: word }),
  };
}

/** The bank's refusals. Its code and the HTTP status decide; its sentence is for people. */
function failureOf(answer: HttpAnswer, intent: Intent, secrets: readonly string[]): ProviderFailure {
  const { status } = answer;
  const body = parseJsonObject(answer.text);
  const code = particular(body?.errCode);
  const message = sentence(body?.errText, secrets);
  // A slogan in HTML instead of JSON is the bank's firewall shutting our address out for about a day, not a bad token.
  if (!body && status === 403) return { kind: "unavailable", code: "firewall", message: "" };
  if (!body) return noUsableAnswer(intent, `http_${status}`);
  if (status === 401 || status === 403)
    return { kind: "rejected", code: code ?? `http_${status}`, message, credentials: true };
  // Said with status 500, yet a plain "no".
  if (code === "CANCEL_NOT_AVAILABLE") return { kind: "rejected", code, message };
  if (status >= 500) return noUsableAnswer(intent, code ?? `http_${status}`, message);
  return { kind: "rejected", code: code ?? `http_${status}`, message };
}
