import { and, eq } from "drizzle-orm";
import type { UserId } from "../../lib/domain/ids.ts";
import type { Role } from "../../lib/domain/roles.ts";
import type { Database, Tx } from "../client.ts";
import { users } from "../schema/people.ts";

/** E-mail addresses are kept in lower case; whoever asks brings one. */
export async function findUserByEmail(db: Database | Tx, email: string) {
  const [found] = await db
    .select({ id: users.id, passwordHash: users.passwordHash, active: users.active })
    .from(users)
    .where(eq(users.email, email))
    .limit(1);
  return found ?? null;
}

export async function readPasswordHash(db: Database | Tx, id: UserId): Promise<string | null> {
  const [found] = await db.select({ hash: users.passwordHash }).from(users).where(eq(users.id, id)).limit(1);
  return found?.hash ?? null;
}

export async function anyUserExists(db: Database | Tx): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).limit(1)).length > 0;
}

export async function isActiveUser(db: Database | Tx, id: UserId): Promise<boolean> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, id), eq(users.active, true)));
  return rows.length > 0;
}

export type NewUser = {
  id: UserId;
  email: string;
  name: string;
  role: Role;
  passwordHash: string;
  language: "en" | "uk";
};

/** False when somebody has this e-mail already. */
export async function insertUser(db: Database | Tx, user: NewUser): Promise<boolean> {
  const inserted = await db
    .insert(users)
    .values(user)
    .onConflictDoNothing({ target: users.email })
    .returning({ id: users.id });
  return inserted.length === 1;
}

/** Answers where its owner can be told. */
export async function setPasswordHash(
  tx: Tx,
  id: UserId,
  passwordHash: string,
): Promise<{ email: string; language: "en" | "uk" }> {
  const [user] = await tx
    .update(users)
    .set({ passwordHash })
    .where(eq(users.id, id))
    .returning({ email: users.email, language: users.language });
  if (!user) throw new Error("no such user");
  return user;
}

export async function setLanguage(db: Database | Tx, id: UserId, language: "en" | "uk"): Promise<void> {
  await db.update(users).set({ language }).where(eq(users.id, id));
}
