import "server-only";
import { database } from "#db/client";
import type { PayFacts } from "#db/queries/pay-page";
import { env } from "#lib/env";
import { clientAddress } from "#lib/http/arrival";
import { refusalOf } from "#lib/http/faults";
import { isSafe } from "#lib/http/origin";
import { requestIdOf } from "#lib/http/request-id";
import { isLocale, type Locale, preferredLocale } from "#lib/i18n/locale";
import { log } from "#lib/log";
import { pages } from "#lib/paths";
import { countMiss, takeTurn, turnedAway } from "#lib/pay/limits";
import { plainPageHtml, plainWords } from "#lib/pay/page";
import { STYLE_HASH } from "#lib/pay/style";
import { readPayFacts } from "#lib/reads/pay-page";
import type { Actor } from "#lib/workflows/world";

/** What this browser did last here: its language, and the attempt it was sent to the bank with. Decides about nothing. */
const COOKIE = "hp_pay";
const COOKIE_SECONDS = 30 * 60;

export type Visitor = {
  request: Request;
  token: string;
  facts: PayFacts;
  locale: Locale;
  /** The language in the address, which links and forms carry on. */
  lang: Locale | null;
  /** The address or this browser says that they come back from the bank. */
  returned: boolean;
  requestId: string;
  actor: Actor;
};

type Context = { params: Promise<{ token: string }> };
type Door = { turn?: "press" | "look" | "print" };

/**
 * In front of everything under `/pay/{token}`: guessing is counted, writes come from our own page, an address that is
 * nobody's learns nothing, a fault says nothing of itself.
 */
export function payRoute(run: (visitor: Visitor) => Promise<Response>, { turn }: Door = {}) {
  return async (request: Request, context: Context): Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    const guess = preferredLocale(request.headers.get("accept-language"));
    try {
      const { token } = await context.params;
      const address = clientAddress(request.headers);
      const wait = await turnedAway(address);
      if (wait !== null) return tooMany(guess, wait, requestId);
      if (!isSafe(request.method) && !fromOurPage(request.headers, env().appUrl)) return foreign(guess, requestId);
      // Before anything is looked up: who presses more than fingers can costs no statement.
      const pause = turn ? await takeTurn(turn, token, address) : null;
      if (pause !== null) return tooMany(guess, pause, requestId);
      const facts = await readPayFacts(token);
      if (!facts) {
        const until = await countMiss(database(), address);
        return until === null ? unknown(guess, requestId) : tooMany(guess, until, requestId);
      }
      const visitor = {
        request,
        token,
        facts,
        requestId,
        actor: actorOf(facts, requestId),
        ...visitOf(request, facts),
      };
      return await run(visitor);
    } catch (fault) {
      const refusal = refusalOf(fault);
      log[refusal.kind === "unexpected" ? "error" : "warn"]("pay.failed", {
        error: fault,
        requestId,
        method: request.method,
      });
      const status = refusal.kind === "too_large" || refusal.kind === "incomplete_body" ? 400 : 503;
      return htmlAnswer(plainPageHtml(guess, plainWords(guess, "away")), requestId, status, { "retry-after": "5" });
    }
  };
}

/**
 * Under `no-referrer` browsers send `Origin: null` with a form, so where it comes from is told by `Sec-Fetch-Site`; only one
 * that is too old for that, or a page without TLS, is believed without it. Whoever could forge such a press would have to
 * know the address, and could then press themselves.
 */
export function fromOurPage(headers: Headers, appUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const ours = origin === new URL(appUrl).origin;
  if (site !== null) return site === "same-origin" && (ours || origin === null || origin === "null");
  return ours || origin === "null";
}

function visitOf(request: Request, { order, attempts }: PayFacts) {
  const query = new URL(request.url).searchParams;
  const asked = query.get("lang");
  const lang = isLocale(asked) ? asked : null;
  const [kept = "", attempt = ""] = (cookieOf(request.headers) ?? "").split(".");
  const atBank = attempts.some((each) => each.state === "pending" && String(each.attempt) === attempt);
  return {
    lang,
    locale: lang ?? (isLocale(kept) ? kept : order.language),
    returned: query.get("from") === "bank" || atBank,
  };
}

const cookieOf = (headers: Headers) =>
  new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w.]+)`).exec(headers.get("cookie") ?? "")?.[1];

/** For the answer that sends a browser to the bank. */
export const atBankCookie = (token: string, locale: Locale, attempt: number): string =>
  `${COOKIE}=${locale}.${attempt}; Path=${pages.pay(token)}; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${
    env().appUrl.startsWith("https:") ? "; Secure" : ""
  }`;

const actorOf = ({ customer, order }: PayFacts, requestId: string): Actor => ({
  kind: "customer",
  id: customer?.id ?? order.id,
  name: customer?.name ?? "Customer",
  role: null,
  requestId,
});

/**
 * Nothing is allowed but what this page has. Forms may lead to any https address: browsers hold every hop behind a form to
 * this list, and where a bank sends its payers on to is its own affair. Emulated banks live on this machine.
 */
function contentSecurityPolicy(): string {
  const emulated = Object.values(env().providerUrls).map((url) => new URL(url).origin);
  const local = emulated.length > 0 ? ["http://localhost:*", "http://127.0.0.1:*", ...emulated] : [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src '${STYLE_HASH}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    ["form-action 'self' https:", ...new Set(local)].join(" "),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const standing = (requestId: string) => ({
  "cache-control": "private, no-store",
  "x-robots-tag": "noindex, nofollow, noarchive",
  "x-request-id": requestId,
});

export const htmlAnswer = (
  text: string,
  requestId: string,
  status = 200,
  more: Record<string, string> = {},
): Response =>
  new Response(text, {
    status,
    headers: {
      ...standing(requestId),
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy(),
      ...more,
    },
  });

export const jsonAnswer = (body: unknown, requestId: string): Response =>
  Response.json(body, { headers: standing(requestId) });

export const emptyAnswer = (requestId: string): Response =>
  new Response(null, { status: 204, headers: standing(requestId) });

/** After a post: fetch that. */
export function seeOther(location: string, requestId: string, cookie?: string): Response {
  const headers = new Headers({ ...standing(requestId), location });
  if (cookie) headers.set("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

/** The page's own address, keeping a chosen language. */
export function pageAddress({ token, lang }: Pick<Visitor, "token" | "lang">, returned: boolean): string {
  const query = new URLSearchParams({ ...(returned ? { from: "bank" } : {}), ...(lang ? { lang } : {}) });
  return `${pages.pay(token)}${query.size > 0 ? `?${query}` : ""}`;
}

const unknown = (locale: Locale, requestId: string) =>
  htmlAnswer(plainPageHtml(locale, plainWords(locale, "unknown")), requestId, 404);

const foreign = (locale: Locale, requestId: string) =>
  htmlAnswer(plainPageHtml(locale, plainWords(locale, "foreign")), requestId, 403);

const tooMany = (locale: Locale, waitSeconds: number, requestId: string) =>
  htmlAnswer(plainPageHtml(locale, plainWords(locale, "tooMany", Math.ceil(waitSeconds / 60))), requestId, 429, {
    "retry-after": String(waitSeconds),
  });

/** Other methods than the address knows. */
export const notThis = (allow: string) => async (): Promise<Response> =>
  new Response(null, { status: 405, headers: { allow, "cache-control": "no-store" } });
