import "server-only";
import type { AuthOptions } from "next-auth";
import credentialsProvider from "next-auth/providers/credentials";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { pages, safeNext } from "#lib/paths";
import { authCookies } from "./cookies.ts";
import { TooManyAtOnce } from "./passwords.ts";
import { signIn } from "./sign-in.ts";
import { type Device, SIGN_IN_LASTS_MS } from "./sign-ins.ts";

/**
 * Why a sign-in did not happen, as next-auth's `error` and as `error` of our JSON answer:
 *
 * | code | meaning | HTTP |
 * |---|---|---|
 * | `CredentialsSignin` | e-mail and password do not match, or the user is switched off | 401 |
 * | `TooManyTries:<seconds>` | locked for so many seconds (also `retryAfterSeconds` and `Retry-After`) | 429 |
 * | `Csrf` | the form is older than its cookie: get a new token from /api/auth/csrf | 403 |
 * | `Unavailable` | the database, or we ourselves, cannot check now | 503 |
 */
export type SignInError = "CredentialsSignin" | `TooManyTries:${number}` | "Csrf" | "Unavailable";

/** next-auth for one request: the credentials of `device` become a row, the cookie its id. */
export function authOptions(device: Device): AuthOptions {
  const { appUrl, authSecret } = env();
  // next-auth knows its own address from this variable only, and would else trust headers.
  process.env.NEXTAUTH_URL = appUrl;
  return {
    secret: authSecret,
    useSecureCookies: appUrl.startsWith("https:"),
    cookies: authCookies(),
    session: { strategy: "jwt", maxAge: SIGN_IN_LASTS_MS / 1000 },
    pages: { signIn: pages.signIn(), signOut: pages.signIn(), error: pages.signIn() },
    providers: [
      credentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" }, keep: { type: "checkbox" } },
        authorize: (given) => authorize(given, device),
      }),
    ],
    callbacks: {
      // `user` is there at sign-in only; its id is the sign-in's, and the token carries nothing else.
      jwt: ({ token, user }) => (user ? { sid: user.id } : { sid: token.sid }),
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ url, baseUrl }) => baseUrl + safeNext(url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url),
    },
    logger: {
      error: (code) => log.warn("sign_in.library_error", { code }),
      warn: (code) => log.debug("sign_in.library_warning", { code }),
      debug: () => {},
    },
  };
}

async function authorize(given: Record<string, unknown> | undefined, device: Device): Promise<{ id: string } | null> {
  const { email, password, keep } = given ?? {};
  if (typeof email !== "string" || typeof password !== "string") return null;
  const result = await signIn(database(), { email, password, device, now: timeNow(), keep: keep === "on" }).catch(
    (fault) => {
      if (!(fault instanceof TooManyAtOnce)) log.error("sign_in.failed", { error: fault });
      throw new Error("Unavailable" satisfies SignInError);
    },
  );
  if (result.ok) return { id: result.value };
  if (result.error.code === "wrong") return null;
  throw new Error(`TooManyTries:${result.error.retryAfterSeconds}` satisfies SignInError);
}
