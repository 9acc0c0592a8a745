const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
export const isSafe = (method: string): boolean => SAFE_METHODS.has(method);

/**
 * Whether a request that may change something comes from our own pages. Browsers say where a request comes from and pages
 * cannot change what they say; a request with a cookie that does not say is refused too. `Sec-Fetch-Site` is heeded where it
 * is there: an older browser sends `Origin` alone.
 */
export function comesFromUs(headers: Headers, appUrl: string): boolean {
  const site = headers.get("sec-fetch-site");
  return headers.get("origin") === new URL(appUrl).origin && (site === null || site === "same-origin");
}
