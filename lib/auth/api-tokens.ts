import "server-only";
import { createHash, randomBytes } from "node:crypto";
import type { Database } from "#db/client";
import { insertApiToken, readApiToken, touchApiToken } from "#db/queries/api-tokens";
import type { UserId } from "#lib/domain/ids";
import type { CurrentUser } from "./sign-ins.ts";

const USED_EACH_MS = 60_000;

/** 256 random bits need no slow hash: a digest that leaks cannot be guessed back. */
const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** A new token for programs that act as this user. It is answered once and kept nowhere. */
export async function createApiToken(db: Database, userId: UserId, name: string): Promise<string> {
  const token = `hp_${randomBytes(32).toString("base64url")}`;
  const id = `tok_${randomBytes(16).toString("hex")}`;
  await insertApiToken(db, { id, userId, name, digest: digestOf(token), last4: token.slice(-4) });
  return token;
}

/** The token of an `Authorization: Bearer …` header: null without such a header, empty when there is nothing usable in it. */
export function bearerToken(headers: Headers): string | null {
  const authorization = headers.get("authorization");
  const [scheme, token, ...more] = authorization?.trim().split(/\s+/) ?? [];
  if (scheme?.toLowerCase() !== "bearer") return null;
  return token !== undefined && more.length === 0 ? token : "";
}

export async function userOfApiToken(
  db: Database,
  token: string,
  now: Date,
): Promise<{ user: CurrentUser; tokenId: string } | null> {
  if (!/^hp_[A-Za-z0-9_-]{43}$/.test(token)) return null;
  const found = await readApiToken(db, digestOf(token));
  if (!found) return null;
  const lately = new Date(now.getTime() - USED_EACH_MS);
  if (!found.lastUsedAt || found.lastUsedAt < lately) await touchApiToken(db, found.id, now, lately);
  return { user: { ...found.user, signInId: null }, tokenId: found.id };
}
