import "server-only";
import { createTranslator } from "use-intl/core";
import { timeNow } from "#db/clock";
import type { Problem } from "#lib/contracts/problem";
import { isCurrency } from "#lib/domain/money";
import type { BlockerCode, FieldError, Refusal } from "#lib/domain/refusal";
import { roleThatMay } from "#lib/domain/roles";
import { formatMoney } from "#lib/format";
import { blockerText } from "#lib/i18n/blocker-text";
import { COMPANY_ZONE, isLocale, LANGUAGE_COOKIE, type Locale, preferredLocale } from "#lib/i18n/locale";
import { lastKnownZone } from "#lib/reads/company-name";
import en from "../i18n/messages/en.json" with { type: "json" };
import uk from "../i18n/messages/uk.json" with { type: "json" };

/** Every way in which HTTP itself says no, before or around a workflow. */
export type HttpRefusal =
  | { kind: "signed_out" }
  | { kind: "wrong_origin" }
  | { kind: "no_such_address" }
  | { kind: "method_not_allowed"; allow: string[] }
  | { kind: "wrong_content_type" }
  | { kind: "malformed_json"; problem: "encoding" | "syntax"; at: number | null }
  | { kind: "incomplete_body" }
  | { kind: "too_large"; maxBytes: number }
  | { kind: "too_many_tries"; retryAfterSeconds: number }
  | { kind: "unavailable"; retryAfterSeconds: number }
  | { kind: "busy"; retryAfterSeconds: number }
  | { kind: "not_configured" }
  | { kind: "unexpected" };

export type Failure = Refusal | HttpRefusal;

const STATUS = {
  invalid: 400,
  malformed_json: 400,
  incomplete_body: 400,
  signed_out: 401,
  wrong_origin: 403,
  not_permitted: 403,
  not_found: 404,
  no_such_address: 404,
  method_not_allowed: 405,
  version_conflict: 409,
  idempotency_mismatch: 409,
  in_progress: 409,
  begun_before: 409,
  too_large: 413,
  wrong_content_type: 415,
  too_many_tries: 429,
  unexpected: 500,
  unavailable: 503,
  busy: 503,
  not_configured: 503,
} as const satisfies Record<Exclude<Failure["kind"], "blocked">, number>;

/**
 * Blocked means: understood, permitted, and not possible now; nothing happened. That is 409 also where a provider is the
 * cause: a 5xx would say that the outcome is not known.
 */
const BLOCKED_STATUS = {
  NOT_RELEASED: 409,
  ALREADY_RELEASED: 409,
  ORDER_CANCELLED: 409,
  ORDER_CANCELLING: 409,
  ORDER_NOT_OPEN: 409,
  ORDER_SHIPPED: 409,
  NO_LINES: 409,
  ZERO_TOTAL: 409,
  NO_CUSTOMER: 409,
  NO_SERVICE: 409,
  NO_SERVICE_ENABLED: 409,
  SERVICE_DISABLED: 409,
  SERVICE_CURRENCY: 409,
  SERVICE_CREDENTIALS: 409,
  PREPAYMENT_ABOVE_TOTAL: 409,
  AWAITING_PAYMENT: 409,
  CREATING_LINK: 409,
  LINK_EXPIRED: 409,
  LINK_CANCELLED: 409,
  PAYMENT_FAILED: 409,
  NO_LINK: 409,
  LINK_LIVE: 409,
  NOTHING_MISSING: 409,
  PARTLY_COVERED: 409,
  EDITED_AFTER_LINK: 409,
  PROCESSING: 409,
  HOLD_EXPIRING: 409,
  HOLD_LOST: 409,
  IN_REVIEW: 409,
  AMOUNT_MISMATCH: 409,
  MONEY_RETURNED: 409,
  HAS_MONEY: 409,
  STATUS_UNKNOWN: 409,
  OPERATION_RUNNING: 409,
  QUANTITY_EXCEEDED: 409,
  NOTHING_TO_SHIP: 409,
  NOTHING_TO_INVOICE: 409,
  CANCEL_REFUSED: 409,
  CANCEL_REFUSED_HOLD: 409,
  NOT_LIVE: 409,
  DELETE_REFUSED: 409,
  DELETE_REFUSED_LIVE: 409,
  ALREADY_DELETED: 409,
  NOTHING_HELD: 409,
  FINALIZE_TOO_MUCH: 409,
  FINALIZE_FAILED: 409,
  REFUND_TOO_MUCH: 409,
  NOTHING_TO_REFUND: 409,
  REVIEW_CLOSED: 409,
  WAIVER_OVER: 409,
  PENDING_APPROVAL: 409,
  ALREADY_DECIDED: 409,
  OFFLINE_PAYMENT: 409,
  FOUR_EYES: 409,
  NOT_SUPPORTED: 409,
  NOT_PERMITTED: 403,
  PROVIDER_REFUSED: 409,
  PROVIDER_UNAVAILABLE: 409,
} as const satisfies Record<BlockerCode, number>;

export const statusOf = (failure: Failure): number =>
  failure.kind === "blocked" ? BLOCKED_STATUS[failure.blocker.code] : STATUS[failure.kind];

const translators = {
  en: createTranslator({ locale: "en", messages: en, timeZone: COMPANY_ZONE }),
  uk: createTranslator({ locale: "uk", messages: uk, timeZone: COMPANY_ZONE }),
};

/** The language to answer in: chosen on this device, else the person's own, else what their program asks for. */
export function localeOf(headers: Headers, user: { language: Locale } | null): Locale {
  const cookie = new RegExp(`(?:^|;\\s*)${LANGUAGE_COOKIE}=(\\w+)`).exec(headers.get("cookie") ?? "")?.[1];
  if (isLocale(cookie)) return cookie;
  return user?.language ?? preferredLocale(headers.get("accept-language"));
}

type Context = { requestId: string; locale: Locale };
type Values = Record<string, string | number>;

/** A failure in the reader's words: RFC 9457. The one shape of every answer that is not a success. */
export function problemOf(failure: Failure, { requestId, locale }: Context): Problem {
  const translate = translators[locale];
  // Keys are put together from codes; problem.test.ts holds every code to its sentence.
  const say = (key: string, values: Values = {}) => translate(key as never, values as never);
  const status = statusOf(failure);
  if (failure.kind === "blocked") {
    const { blocker } = failure;
    const { reason, explanation } = blockerText(translate, blocker, { locale, zone: lastKnownZone(), now: timeNow() });
    const problem = { type: `/problems/${blocker.code}`, title: reason, status, detail: explanation };
    return { ...problem, code: blocker.code, requestId, blocker };
  }
  const values = valuesOf(failure, requestId);
  const problem: Problem = {
    type: `/problems/${failure.kind}`,
    title: say(`problems.answer.${failure.kind}.title`, values),
    status,
    detail: say(`problems.answer.${failure.kind}.detail`, values),
    code: failure.kind,
    requestId,
  };
  if (failure.kind === "invalid")
    problem.errors = failure.errors.map((error) => ({ ...error, message: fieldMessage(translate, error, locale) }));
  if (failure.kind === "version_conflict") problem.currentVersion = failure.currentVersion;
  return problem;
}

function valuesOf(failure: Exclude<Failure, { kind: "blocked" }>, requestId: string): Values {
  switch (failure.kind) {
    case "invalid":
      return { count: failure.errors.length };
    case "not_found":
      return { what: failure.what };
    case "not_permitted":
      return { role: roleThatMay(failure.permission as never) };
    case "version_conflict":
      return { current: failure.currentVersion, yours: failure.yourVersion };
    case "method_not_allowed":
      return { allow: failure.allow.join(", ") };
    case "malformed_json":
      return { problem: failure.at === null ? failure.problem : "position", at: failure.at ?? 0 };
    case "too_large":
      return { kilobytes: Math.floor(failure.maxBytes / 1024) };
    case "too_many_tries":
      return { minutes: Math.ceil(failure.retryAfterSeconds / 60) };
    case "unexpected":
      return { id: requestId };
    default:
      return {};
  }
}

/** The sentence of a field's error; a code without one says that the value is not accepted. */
function fieldMessage(translate: (typeof translators)[Locale], { code, params }: FieldError, locale: Locale): string {
  const known = Object.hasOwn(en.problems.field, code) ? code : "invalid";
  const values = {
    min: "none",
    max: "none",
    days: "none",
    allowed: "none",
    expected: "none",
    ...stringsOf(params),
    ...amountsOf(params, locale),
  };
  return translate(`problems.field.${known}` as never, values as never);
}
/** Minor units beside their currency, as a person reads them. */
const amountsOf = (params: FieldError["params"], locale: Locale) =>
  Object.fromEntries(
    Object.entries(params ?? {}).flatMap(([name, value]) =>
      name.endsWith("Minor") && isCurrency(params?.currency)
        ? [[name, formatMoney(BigInt(value), params.currency, locale)]]
        : [],
    ),
  );
const stringsOf = (params: FieldError["params"]) =>
  Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => [name, String(value)]));

/** What a client may do about it, told by HTTP itself. */
function headersOf(failure: Failure): Record<string, string> {
  switch (failure.kind) {
    case "signed_out":
      return { "www-authenticate": 'Bearer realm="Holdpoint"' };
    case "method_not_allowed":
      return { allow: failure.allow.join(", ") };
    case "in_progress":
      return { "retry-after": "1" };
    case "unavailable":
    case "busy":
    case "too_many_tries":
      return { "retry-after": String(failure.retryAfterSeconds) };
    // The rest of the body is on its way; the connection is of no use to anybody.
    case "too_large":
    case "incomplete_body":
      return { connection: "close" };
    default:
      return {};
  }
}

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** Of every answer of the API. */
export const standingHeaders = (requestId: string, type: string) => ({
  "content-type": type,
  "cache-control": "no-store",
  "x-request-id": requestId,
});

export function problemResponse(failure: Failure, context: Context): Response {
  const problem = problemOf(failure, context);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...standingHeaders(context.requestId, PROBLEM_TYPE), ...headersOf(failure) },
  });
}
