import "server-only";
import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { env } from "#lib/env";
import { clientAddress } from "#lib/http/arrival";
import { refusalOf } from "#lib/http/faults";
import { readForm } from "#lib/http/form";
import { type Failure, localeOf, problemResponse } from "#lib/http/problem";
import { requestIdOf } from "#lib/http/request-id";
import { log } from "#lib/log";
import { sessionCookie } from "./cookies.ts";
import { authOptions, type SignInError } from "./options.ts";
import { endSignInOfCookie } from "./sign-ins.ts";

/** Of next-auth's addresses those that we use. The rest (its own pages, its log, its copy of the session) stays closed. */
const OPEN = new Set([
  "GET csrf",
  "GET signin",
  "GET signout",
  "GET error",
  "POST callback/credentials",
  "POST signout",
]);

type Context = { params: Promise<object> };

/** next-auth for one request, with what it lacks: a bounded body, an origin check, statuses that say what happened. */
export async function answerSignIn(request: Request, context: Context): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  const no = (failure: Failure) => problemResponse(failure, { requestId, locale: localeOf(request.headers, null) });
  try {
    const { nextauth } = (await context.params) as { nextauth: string[] };
    const action = `${request.method} ${nextauth.join("/")}`;
    if (!OPEN.has(action)) return no({ kind: "no_such_address" });
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== new URL(env().appUrl).origin) return no({ kind: "wrong_origin" });

    const form = request.method === "POST" ? await readForm(request) : null;
    if (form && !(form instanceof URLSearchParams)) return no(form);
    const device = { address: clientAddress(request.headers), userAgent: request.headers.get("user-agent") };
    const nextRequest = new NextRequest(request.url, {
      method: request.method,
      headers: request.headers,
      ...(form ? { body: form.toString() } : {}),
    });
    const answer: Response = await NextAuth(nextRequest, { params: { nextauth } }, authOptions(device));
    const answered = await outcomeOf(answer, form?.get("json") === "true");

    // A new sign-in ends the one it replaces; a sign-out ends its own. Where the row cannot be ended, the cookie stays too.
    const signsOut = action === "POST signout" && answered.error === null;
    const signedIn = action === "POST callback/credentials" && answered.error === null;
    if (signsOut || signedIn) {
      const cookie = new NextRequest(request.url, { headers: request.headers }).cookies.get(sessionCookie())?.value;
      await endSignInOfCookie(database(), cookie, timeNow());
    }
    return withStandingHeaders(answered.response, requestId, signedIn && form?.get("keep") !== "on");
  } catch (fault) {
    const refusal = refusalOf(fault);
    log[refusal.kind === "unexpected" ? "error" : "warn"]("sign_in.failed", { error: fault, requestId });
    return no(refusal);
  }
}

const STATUS: Record<string, number> = { CredentialsSignin: 401, TooManyTries: 429, Csrf: 403, Unavailable: 503 };

/**
 * next-auth tells an error only in the address it sends people to. A script gets it as JSON (`url`, `error`,
 * `retryAfterSeconds`) under a status that says so, a browser without script is sent on to the sign-in page as before.
 */
async function outcomeOf(answer: Response, json: boolean): Promise<{ error: SignInError | null; response: Response }> {
  const address = json ? ((await answer.clone().json()) as { url?: string }).url : answer.headers.get("location");
  if (!address) return { error: null, response: answer };
  const url = new URL(address, env().appUrl);
  const stale = url.searchParams.get("csrf") === "true";
  const error = stale ? "Csrf" : (url.searchParams.get("error") as SignInError | null);
  if (!error || (!stale && !url.pathname.startsWith("/api/auth/"))) return { error: null, response: answer };

  const [code = "", seconds] = error.split(":");
  const headers = new Headers(answer.headers);
  if (seconds) headers.set("retry-after", seconds);
  const back = new URL(`/sign-in?${new URLSearchParams({ error })}`, env().appUrl).href;
  if (!json) {
    headers.set("location", back);
    return { error, response: new Response(null, { status: 303, headers }) };
  }
  headers.set("content-type", "application/json; charset=utf-8");
  const body = { url: back, error, retryAfterSeconds: seconds ? Number(seconds) : null };
  return { error, response: new Response(JSON.stringify(body), { status: STATUS[code] ?? 401, headers }) };
}

function withStandingHeaders(answer: Response, requestId: string, endsWithBrowser: boolean): Response {
  const headers = new Headers(answer.headers);
  if (endsWithBrowser) forgetDates(headers);
  headers.set("cache-control", "no-store");
  headers.set("x-request-id", requestId);
  if (headers.get("content-type") === "application/json")
    headers.set("content-type", "application/json; charset=utf-8");
  // A form that was posted is answered by a page that is fetched: 303, where next-auth says 302.
  return new Response(answer.body, { status: answer.status === 302 ? 303 : answer.status, headers });
}

/** A cookie without a date is gone when the browser is closed: so is a sign-in that nobody asked to keep. */
function forgetDates(headers: Headers): void {
  const cookies = headers.getSetCookie();
  headers.delete("set-cookie");
  for (const cookie of cookies)
    headers.append(
      "set-cookie",
      cookie.startsWith(`${sessionCookie()}=`) ? cookie.replace(/;\s*(?:expires|max-age)=[^;]*/gi, "") : cookie,
    );
}
