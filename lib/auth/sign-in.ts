import "server-only";
import type { Database } from "#db/client";
import { findUserByEmail } from "#db/queries/people";
import type { SignInId } from "#lib/domain/ids";
import { ok, type Result, refuse } from "#lib/domain/result";
import { log } from "#lib/log";
import { admitTry, tryFailed, trySucceeded } from "./limits.ts";
import { passwordMatches } from "./passwords.ts";
import { type Device, startSignIn } from "./sign-ins.ts";

export type SignInRefusal = { code: "wrong" } | { code: "too_many_tries"; retryAfterSeconds: number };

/**
 * Checks an e-mail and a password. Unknown, inactive and mistaken people hear the same, after the same time; a locked pair of
 * e-mail and address hears how long to wait, whether or not such a user exists.
 */
export async function signIn(
  db: Database,
  {
    email: typed,
    password,
    device,
    now,
    keep = false,
  }: { email: string; password: string; device: Device; now: Date; keep?: boolean },
): Promise<Result<SignInId, SignInRefusal>> {
  const email = typed.trim().toLowerCase().slice(0, 254);
  const attempt = { email, address: device.address };
  const wait = await admitTry(db, attempt);
  if (wait !== null) {
    log.warn("sign_in.refused", { reason: "too_many_tries" });
    return refuse({ code: "too_many_tries", retryAfterSeconds: wait });
  }
  // PostgreSQL takes no NUL; nobody's e-mail holds one.
  const user = email.includes("\0") ? null : await findUserByEmail(db, email);
  const matches = await passwordMatches(user?.passwordHash ?? null, password);
  if (!user || !matches || !user.active) {
    await tryFailed(db, attempt);
    log.warn("sign_in.refused", { reason: "wrong", userId: user?.id });
    return refuse({ code: "wrong" });
  }
  await trySucceeded(db, attempt);
  const id = await startSignIn(db, user.id, device, now, keep);
  log.info("sign_in.started", { userId: user.id, signInId: id });
  return ok(id);
}
