import "server-only";
import type { Database, Tx } from "#db/client";
import { writeAudit } from "#db/queries/audit";
import { queueMessages } from "#db/queries/messages";
import { endPasswordResetsOf } from "#db/queries/password-resets";
import { readPasswordHash, setLanguage, setPasswordHash } from "#db/queries/people";
import { endSignInsOf } from "#db/queries/sign-ins";
import { transact } from "#db/transact";
import type { MeInput, MeView } from "#lib/contracts/me";
import { invalid, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { may, PERMISSIONS } from "#lib/domain/roles";
import type { Actor, World } from "#lib/workflows/world";
import { admitTry, tryFailed, trySucceeded } from "./limits.ts";
import { hashPassword, passwordMatches } from "./passwords.ts";
import type { CurrentUser } from "./sign-ins.ts";

export const viewOfMe = ({ signInId: _signInId, ...person }: CurrentUser): MeView => ({
  ...person,
  permissions: PERMISSIONS.filter((permission) => may(person.role, permission)),
});

type Refused = Refusal | { kind: "too_many_tries"; retryAfterSeconds: number };

/**
 * A person changes their own language or password. The present password is asked for, and counted like a sign-in: an open
 * browser is not the person. A new password ends every sign-in, this one too.
 */
export async function changeMe(
  { db, now }: World,
  actor: Actor,
  user: CurrentUser,
  { language, password }: MeInput,
  address: string,
): Promise<Result<{ body: MeView }, Refused>> {
  if (password) {
    // A token stands for a person's programs, and none of those should be able to lock the person out.
    if (user.signInId === null) return refuse(invalid({ field: "password", code: "not_with_token" }));
    const proven = await provePassword(db, user, password.current, address);
    if (!proven.ok) return proven;
    if (password.next === password.current) return refuse(invalid({ field: "password.next", code: "same_password" }));
    await replacePassword(db, actor, user.id, password.next, now());
  }
  if (language && language !== user.language) await setLanguage(db, user.id, language);
  return ok({ body: viewOfMe({ ...user, language: language ?? user.language }) });
}

async function provePassword(
  db: Database,
  { id, email }: CurrentUser,
  password: string,
  address: string,
): Promise<Result<true, Refused>> {
  const attempt = { email, address };
  const wait = await admitTry(db, attempt);
  if (wait !== null) return refuse({ kind: "too_many_tries", retryAfterSeconds: wait });
  if (!(await passwordMatches(await readPasswordHash(db, id), password))) {
    await tryFailed(db, attempt);
    return refuse(invalid({ field: "password.current", code: "wrong_password" }));
  }
  await trySucceeded(db, attempt);
  return ok(true);
}

/** A new password, and every sign-in made with the old one is over. */
export async function replacePassword(
  db: Database,
  actor: Pick<Actor, "kind" | "id" | "name" | "requestId">,
  userId: CurrentUser["id"],
  password: string,
  at: Date,
): Promise<void> {
  const hash = await hashPassword(password);
  await transact(db, async (tx) => {
    await writePassword(tx, actor, userId, hash, at);
    return ok(undefined);
  });
}

/** Whatever could open the account before is worth nothing after; its owner is told by mail, in case it was not them. */
export async function writePassword(
  tx: Tx,
  actor: Pick<Actor, "kind" | "id" | "name" | "requestId">,
  userId: CurrentUser["id"],
  hash: string,
  at: Date,
  by: "mailed_link" | null = null,
): Promise<void> {
  const { email, language } = await setPasswordHash(tx, userId, hash);
  await endSignInsOf(tx, userId, at);
  await endPasswordResetsOf(tx, userId, at);
  await queueMessages(tx, {
    kind: "staff_notice",
    orderId: null,
    userId,
    to: email,
    language,
    params: { notice: "password_changed" },
    dedupeKey: `password_changed:${userId}:${at.toISOString()}`,
  });
  const after = by ? { by } : undefined;
  await writeAudit(tx, {
    actor,
    action: "user.password_changed",
    entity: "user",
    entityId: userId,
    ...(after ? { after } : {}),
  });
}
