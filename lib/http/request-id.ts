import { randomBytes } from "node:crypto";

/** A caller's own id is taken over when it is plain, so that their log and ours can be laid side by side. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given && /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : `req_${randomBytes(12).toString("hex")}`;
}
