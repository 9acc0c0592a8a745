import "server-only";
import { randomBytes } from "node:crypto";
import type { Database } from "#db/client";
import { insertPasswordReset, usePasswordReset, userOfPasswordReset } from "#db/queries/password-resets";
import { transact } from "#db/transact";
import { RESET_LASTS_MS } from "#lib/contracts/me";
import { idOfSigned } from "#lib/crypto";
import { isId, makeId, type PasswordResetId } from "#lib/domain/ids";
import { ok, refuse } from "#lib/domain/result";
import { log } from "#lib/log";
import { admitReset, forgiveTries } from "./limits.ts";
import { writePassword } from "./me.ts";
import { hashPassword } from "./passwords.ts";

/**
 * Somebody asks for a new password. What is written is the same for every e-mail, and nobody is looked up, so that neither
 * answer nor time says whether it is anybody's; a mail follows later (lib/workflows/answer-password-resets.ts). A number: this
 * address asks too often, so many seconds to wait. An e-mail that was asked for too often is answered like any other.
 */
export async function askForPassword(
  db: Database,
  { email: typed, address, now }: { email: string; address: string; now: Date },
): Promise<number | null> {
  const email = typed.replaceAll("\0", "").trim().toLowerCase().slice(0, 254);
  const { wait, mayMail } = await admitReset(db, { email, address });
  if (wait !== null) {
    log.warn("password_reset.refused", { reason: "too_many_tries" });
    return wait;
  }
  if (mayMail && email !== "")
    await insertPasswordReset(db, { id: makeId("pwr", now.getTime(), randomBytes(16)), email, at: now });
  return null;
}

const resetOf = (token: string): PasswordResetId | null => {
  const id = idOfSigned("password reset", token);
  return isId("pwr", id) ? id : null;
};
const askedAfter = (now: Date) => new Date(now.getTime() - RESET_LASTS_MS);

/** Whose password a mailed link sets; null when it was used, is too old, or is not of our making. Changes nothing. */
export async function userOfResetLink(db: Database, token: string, now: Date) {
  const id = resetOf(token);
  return id && userOfPasswordReset(db, id, askedAfter(now));
}

/** Sets the password of whoever the link was mailed to, once; every sign-in of theirs is over. False: the link is dead. */
export async function setForgottenPassword(
  db: Database,
  { token, password, address, now }: { token: string; password: string; address: string; now: Date },
): Promise<boolean> {
  const id = resetOf(token);
  const user = id && (await userOfPasswordReset(db, id, askedAfter(now)));
  if (!id || !user) return false;
  const hash = await hashPassword(password);
  const actor = { kind: "user", id: user.id, name: user.name, requestId: null } as const;
  const result = await transact<true, "dead">(db, async (tx) => {
    if (!(await usePasswordReset(tx, id, now, askedAfter(now)))) return refuse("dead");
    await writePassword(tx, actor, user.id, hash, now, "mailed_link");
    return ok(true);
  });
  if (!result.ok) return false;
  await forgiveTries(db, { email: user.email, address });
  log.info("password_reset.used", { userId: user.id });
  return true;
}
