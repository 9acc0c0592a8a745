import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Failure } from "./problem.ts";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Null: come in. Digests are compared, so that neither time nor length says anything about the secret. */
export function refusesBearer(headers: Headers, secret: string | undefined): Failure | null {
  if (!secret) return { kind: "not_configured" };
  const token = /^bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  return token && timingSafeEqual(digest(token), digest(secret)) ? null : { kind: "signed_out" };
}
