import "server-only";
import type { CookiesOptions } from "next-auth";
import { env } from "#lib/env";

/**
 * With https the cookies carry the prefix `__Host-`: a browser takes such a cookie only from this very host, over https and
 * for the whole site, so no neighbour can plant one. On http (a trial on one computer) browsers refuse the prefix.
 */
export function authCookies(): Pick<CookiesOptions, "sessionToken" | "callbackUrl" | "csrfToken"> {
  const secure = env().appUrl.startsWith("https:");
  const prefix = secure ? "__Host-" : "";
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure } as const;
  return {
    sessionToken: { name: `${prefix}holdpoint.session`, options },
    callbackUrl: { name: `${prefix}holdpoint.callback-url`, options },
    csrfToken: { name: `${prefix}holdpoint.csrf`, options },
  };
}

export const sessionCookie = (): string => authCookies().sessionToken.name;
