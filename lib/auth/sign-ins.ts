import "server-only";
import { randomBytes } from "node:crypto";
import { decode } from "next-auth/jwt";
import type { Database } from "#db/client";
import { endSignIn, insertSignIn, readSignIn, touchSignIn } from "#db/queries/sign-ins";
import { isId, makeId, type SignInId, type UserId } from "#lib/domain/ids";
import type { Role } from "#lib/domain/roles";
import { env } from "#lib/env";

export const SIGN_IN_LASTS_MS = 12 * 60 * 60_000;
export const IDLE_LASTS_MS = 30 * 60_000;
const SEEN_EACH_MS = 60_000;

/** A person who is signed in, as the database knows them at this request. */
export type CurrentUser = {
  id: UserId;
  name: string;
  email: string;
  role: Role;
  language: "en" | "uk";
  /** Null for a program that acts with this person's API token. */
  signInId: SignInId | null;
};

/** The cookie holds an encrypted token, and the token nothing but the id of a row: what it is worth is asked each time. */
export async function signInOfCookie(cookie: string | undefined): Promise<SignInId | null> {
  if (!cookie || cookie.length > 4096) return null;
  // Tokens of strangers, of another secret and of yesterday fail to decrypt or have expired: all the same, nobody.
  const token = await decode({ token: cookie, secret: env().authSecret }).catch(() => null);
  return isId("sin", token?.sid) ? token.sid : null;
}

type Life = { createdAt: Date; lastSeenAt: Date; endedAt: Date | null; kept: boolean };

/** Ended by somebody, unused for half an hour unless the person asked to be kept, or half a day old in any case. */
export function hasEnded({ createdAt, lastSeenAt, endedAt, kept }: Life, now: Date): boolean {
  return (
    endedAt !== null ||
    (!kept && now.getTime() - lastSeenAt.getTime() > IDLE_LASTS_MS) ||
    now.getTime() - createdAt.getTime() > SIGN_IN_LASTS_MS
  );
}

/**
 * Who a sign-in stands for now, or null; a minute after the last time it is noted that they were seen, unless a page asks
 * `byItself`: an open tab keeps nobody signed in.
 */
export async function userOfSignIn(
  db: Database,
  id: SignInId,
  now: Date,
  byItself = false,
): Promise<CurrentUser | null> {
  const found = await readSignIn(db, id);
  if (!found?.user.active || hasEnded(found, now)) return null;
  const lately = new Date(now.getTime() - SEEN_EACH_MS);
  if (!byItself && found.lastSeenAt < lately) await touchSignIn(db, id, now, lately);
  const { active: _active, ...user } = found.user;
  return { ...user, signInId: id };
}

export type Device = { userAgent: string | null; address: string };

/**
 * A new row for every sign-in, so every sign-in has a token nobody has seen before.
 * @param kept the person asked to stay signed in on this device; else the cookie goes with the browser (lib/auth/http.ts)
 */
export async function startSignIn(
  db: Database,
  userId: UserId,
  device: Device,
  now: Date,
  kept = false,
): Promise<SignInId> {
  const id = makeId("sin", now.getTime(), randomBytes(16));
  const userAgent = device.userAgent?.slice(0, 300) ?? null;
  await insertSignIn(db, { id, userId, at: now, userAgent, ip: device.address.slice(0, 64), kept });
  return id;
}

/** Signs out: from here on every copy of the cookie is worth nothing. */
export async function endSignInOfCookie(db: Database, cookie: string | undefined, now: Date): Promise<void> {
  const id = await signInOfCookie(cookie);
  if (id) await endSignIn(db, id, now);
}
