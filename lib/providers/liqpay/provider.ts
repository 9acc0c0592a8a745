import { toDecimal } from "../../domain/money.ts";
import type {
  Accepted,
  CreatedLink,
  LinkRequest,
  Observation,
  PaymentProvider,
  PaymentReference,
  ProviderFailure,
  ServiceAccount,
} from "../../domain/provider.ts";
import { ok, type Result, refuse } from "../../domain/result.ts";
import { type BaseUrl, providerBaseUrl } from "../base-url.ts";
import { type JsonObject, parseJsonObject, utf8 } from "../exact-json.ts";
import { type HttpClient, httpClient, type Intent, jsonAnswer, noUsableAnswer } from "../http.ts";
import { checkedPageUrl } from "../page-url.ts";
import { credentialFields, isSandboxKey, type Keys, keysOf } from "./credentials.ts";
import { errorCode, failureOf } from "./errors.ts";
import { encodeData, envelope, isSignedWith, readEnvelope } from "./signature.ts";
import { HOLD_DAYS, needsConfirmation, observe, readReport } from "./wire.ts";

/** LiqPay publishes no longest life; the same 30 days as elsewhere are our own rule. */
const MAX_VALIDITY_SECONDS = 2_592_000;
/** Longer links get cut on their way through mails and messengers. */
const MAX_LINK = 2_000;
const MAX_OWN_URL = 510;
const PAGE_HOSTS = ["www.liqpay.ua", "liqpay.ua"];
const PACE = { perSecond: 5, burst: 20 };
/** A hold needs a card: cash and instalments are left out. */
const HOLD_PAYTYPES = "apay,gpay,card,privat24";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

type Failed<T> = Result<T, ProviderFailure>;
type Options = { http?: HttpClient; base?: () => BaseUrl };

const rejected = (code: string, extra: Partial<ProviderFailure> = {}) =>
  refuse<ProviderFailure>({ kind: "rejected", code, message: "", ...extra });

/** LiqPay: signed base64 JSON in forms, decimals in major units. A checkout link is made offline and cannot be cancelled. */
export function makeLiqpay({
  http = httpClient(),
  base = () => providerBaseUrl("liqpay"),
}: Options = {}): PaymentProvider {
  /** One call of `/api/request`. The value is whatever object LiqPay answers, errors included: each action knows its own. */
  async function ask(
    account: ServiceAccount,
    keys: Keys,
    intent: Intent,
    action: string,
    params: JsonObject,
  ): Promise<Failed<JsonObject>> {
    const data = encodeData({ version: keys.version, public_key: keys.publicKey, action, ...params });
    const answer = await http({
      account,
      intent,
      method: "POST",
      base: base(),
      path: "/api/request",
      headers: FORM,
      body: envelope(keys.version, keys.privateKey, data),
      pace: PACE,
    });
    if (!answer.ok) return answer;
    const body = jsonAnswer(answer.value, intent);
    // HTTP codes of errors are not documented, so the content decides; a 5xx that says nothing of ours is a fault.
    const mute = body.ok && answer.value.status >= 500 && !errorCode(body.value);
    return mute ? refuse(noUsableAnswer(intent, `http_${answer.value.status}`)) : body;
  }

  const refund = async (
    account: ServiceAccount,
    payment: PaymentReference,
    amountMinor: bigint,
  ): Promise<Failed<Accepted>> => {
    const keys = keysOf(account);
    if (!keys) return rejected("no_credentials", { credentials: true });
    const answer = await ask(account, keys, "command", "refund", {
      order_id: payment.reference,
      amount: Number(toDecimal(amountMinor, payment.currency)),
    });
    if (!answer.ok) return answer;
    const refused = refusalIn(answer.value, keys);
    // `wait_amount`: taken on, paid out when the shop has the money for it. Reports tell when it is done.
    return refused ? refuse(refused) : ok({ providerReference: null, observation: null });
  };

  return {
    provider: "liqpay",
    capabilities: {
      cancelUnpaidLink: false,
      holds: true,
      finalizePart: true,
      finalizeTimes: "once",
      releaseHold: true,
      refund: true,
      refundPart: true,
      statement: false,
      holdDays: HOLD_DAYS,
      maxValiditySeconds: MAX_VALIDITY_SECONDS,
      minAmountMinor: 1n,
    },
    credentialFields,

    /** Signed here, without a call; only a link grown too long is exchanged at LiqPay for a short page address. */
    async createLink(account, request): Promise<Failed<CreatedLink>> {
      const keys = keysOf(account);
      if (!keys) return rejected("no_credentials", { credentials: true });
      if (account.mode === "live" && isSandboxKey(keys.publicKey))
        return rejected("sandbox_keys", { credentials: true });
      if (request.returnUrl.length > MAX_OWN_URL || request.webhookUrl.length > MAX_OWN_URL)
        return rejected("own_url_too_long");
      const latest = request.now.getTime() + MAX_VALIDITY_SECONDS * 1000;
      const expiresAt = new Date(Math.floor(Math.min(request.expiresAt.getTime(), latest) / 1000) * 1000);
      if (expiresAt.getTime() <= request.now.getTime()) return rejected("expires_in_past");

      const query = envelope(
        keys.version,
        keys.privateKey,
        encodeData(checkoutParams(account, keys, request, expiresAt)),
      );
      const url = `${base().url}/api/3/checkout?${query}`;
      if (url.length < MAX_LINK) return ok({ url, providerPaymentId: null, expiresAt });

      // Repeating this is harmless (it moves no money and the same order stays the same), so it is a question.
      const answer = await http({
        account,
        intent: "question",
        method: "POST",
        base: base(),
        path: "/api/3/checkout",
        headers: FORM,
        body: query,
        redirectIsAnswer: true,
        pace: PACE,
      });
      if (!answer.ok) return answer;
      const { location } = answer.value.headers;
      if (answer.value.status !== 302 || !location) {
        const body = parseJsonObject(answer.value.text);
        return refuse(
          body && errorCode(body)
            ? failureOf(body, "question", [keys.privateKey])
            : noUsableAnswer("question", answer.value.status < 400 ? "bad_answer" : `http_${answer.value.status}`),
        );
      }
      const absolute = URL.canParse(location, base().url) ? new URL(location, base().url).href : location;
      const page = checkedPageUrl(absolute, PAGE_HOSTS, base());
      return page.ok ? ok({ url: page.value, providerPaymentId: null, expiresAt }) : page;
    },

    async readPayment(account, payment): Promise<Failed<Observation>> {
      const keys = keysOf(account);
      if (!keys) return rejected("no_credentials", { credentials: true });
      const answer = await ask(account, keys, "question", "status", { order_id: payment.reference });
      if (!answer.ok) return answer;
      const body = answer.value;
      // "Not found" is a link that nobody has opened yet. A declined payment is a good answer too: it has an id.
      const notOpened = errorCode(body) === "payment_not_found" && body.payment_id === undefined;
      const report = readReport(
        notOpened ? { ...body, order_id: payment.reference, status: "payment_not_found" } : body,
      );
      if (!notOpened && body.payment_id === undefined) {
        const refused = refusalIn(body, keys, "question");
        return refuse(refused ?? noUsableAnswer("question", "bad_answer"));
      }
      if (!report) return refuse(noUsableAnswer("question", "bad_answer"));
      const observation = observe(report, account, payment);
      // An answer about another order proves nothing about this one. Kept as it came, for a person to see.
      return ok(
        report.orderId === payment.reference
          ? observation
          : {
              ...observation,
              reference: payment.reference,
              providerPaymentId: null,
              facts: {},
              asked: null,
              holdExpiresAt: null,
              details: {},
              wrongAccount: true,
            },
      );
    },

    /** Once per hold, always with its sum; the rest goes back by itself. The reply already tells what was taken. */
    async finalizeHold(account, payment, amountMinor): Promise<Failed<Accepted>> {
      const keys = keysOf(account);
      if (!keys) return rejected("no_credentials", { credentials: true });
      const answer = await ask(account, keys, "command", "hold_completion", {
        order_id: payment.reference,
        amount: Number(toDecimal(amountMinor, payment.currency)),
      });
      if (!answer.ok) return answer;
      const refused = refusalIn(answer.value, keys);
      if (refused) return refuse(refused);
      const report = readReport(answer.value);
      const ours = report?.orderId === payment.reference && report.status === "success" && report.paymentId !== null;
      const asked = { ...payment, finalizeRequestedMinor: amountMinor };
      return ok({ providerReference: null, observation: ours ? observe(report, account, asked) : null });
    },

    releaseHold: (account, payment) => refund(account, payment, payment.known.heldMinor || payment.amountMinor),

    refund,

    /** Asks for an order that cannot exist: only good keys are told so. */
    async testConnection(account): Promise<Failed<{ merchantName: string | null }>> {
      const keys = keysOf(account);
      if (!keys) return rejected("no_credentials", { credentials: true });
      if (isSandboxKey(keys.publicKey) !== isSandboxKey(keys.privateKey))
        return rejected("keys_do_not_match", { credentials: true });
      if (account.mode === "live" && isSandboxKey(keys.publicKey))
        return rejected("sandbox_keys", { credentials: true });
      const answer = await ask(account, keys, "question", "status", { order_id: `connection_test_${account.id}` });
      if (!answer.ok) return answer;
      if (errorCode(answer.value) === "payment_not_found") return ok({ merchantName: null });
      return refuse(refusalIn(answer.value, keys, "question") ?? noUsableAnswer("question", "bad_answer"));
    },

    async readWebhook(account, rawBody) {
      const keys = keysOf(account);
      if (!keys) return refuse("not_configured");
      const form = readEnvelope(utf8(rawBody) ?? "");
      if (!form) return refuse("malformed");
      if (!isSignedWith(keys.privateKey, form.data, form.signature)) return refuse("bad_signature");

      const payload = parseJsonObject(utf8(Buffer.from(form.data, "base64")) ?? "");
      if (!payload) return refuse("malformed");
      // The pair in our own link is validly signed too and could be posted back: only LiqPay gives a payment an id.
      const known = [payload.status, payload.payment_id, payload.order_id, payload.public_key];
      if (!known.every((value) => typeof value === "string" || typeof value === "number")) return refuse("not_ours");
      const report = readReport(payload);
      if (!report?.orderId || !report.paymentId) return refuse("malformed");
      const observation = observe(report, account, null);
      return ok({ eventKey: observation.eventKey, observation, confirmByStatus: needsConfirmation(report) });
    },
  };
}

/** Why an answer is a "no" (or an unclear one); null for a "yes". */
function refusalIn(body: JsonObject, keys: Keys, intent: Intent = "command"): ProviderFailure | null {
  const { result, status } = body;
  if (result === "error" || status === "error" || status === "failure")
    return failureOf(body, intent, [keys.privateKey]);
  return result === "ok" || status === "success" || status === "reversed" ? null : noUsableAnswer(intent, "bad_answer");
}

function checkoutParams(account: ServiceAccount, keys: Keys, request: LinkRequest, expiresAt: Date): JsonObject {
  const isHold = account.paymentType === "withholding";
  return {
    version: keys.version,
    public_key: keys.publicKey,
    action: isHold ? "hold" : "pay",
    // At most twelve digits, so the shortest text of this number is the decimal it was read from.
    amount: Number(toDecimal(request.amountMinor, request.currency)),
    currency: request.currency,
    description: request.purpose.slice(0, 250),
    order_id: request.reference,
    language: request.language,
    // UTC without a mark: "2026-11-22 18:30:00".
    expired_date: expiresAt.toISOString().slice(0, 19).replace("T", " "),
    result_url: request.returnUrl,
    server_url: request.webhookUrl,
    ...(isHold ? { paytypes: HOLD_PAYTYPES } : {}),
  };
}
