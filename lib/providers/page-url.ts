import type { ProviderFailure } from "../domain/provider.ts";
import { ok, type Result, refuse } from "../domain/result.ts";
import type { BaseUrl } from "./base-url.ts";

const MAX_URL = 2000;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * A page that a provider wants our customer sent to: https, one of its known hosts, no user name in it. When the API was
 * moved to an emulator, the emulator's own host and this machine's names for itself count too.
 */
export function checkedPageUrl(
  text: unknown,
  hosts: readonly string[],
  base: BaseUrl,
): Result<string, ProviderFailure> {
  const refused = refuse<ProviderFailure>({ kind: "rejected", code: "bad_page_url", message: "" });
  if (typeof text !== "string" || text.length > MAX_URL || /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text))
    return refused;
  const url = new URL(text);
  if (url.username || url.password) return refused;
  if (url.protocol === "https:" && url.port === "" && hosts.includes(url.hostname)) return ok(url.href);
  if (!base.overridden || (url.protocol !== "http:" && url.protocol !== "https:")) return refused;
  return url.hostname === new URL(base.url).hostname || LOOPBACK.includes(url.hostname) ? ok(url.href) : refused;
}
