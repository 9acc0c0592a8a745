import { and, eq, isNull, lt, or } from "drizzle-orm";
import type { UserId } from "../../lib/domain/ids.ts";
import type { Database, Tx } from "../client.ts";
import { apiTokens, users } from "../schema/people.ts";

export type NewApiToken = { id: string; userId: UserId; name: string; digest: string; last4: string };

export async function insertApiToken(db: Database | Tx, token: NewApiToken): Promise<void> {
  await db.insert(apiTokens).values(token);
}

/** The token that has this digest, with its user as they are now; revoked tokens and inactive users are nobody. */
export async function readApiToken(db: Database | Tx, digest: string) {
  const [found] = await db
    .select({
      id: apiTokens.id,
      lastUsedAt: apiTokens.lastUsedAt,
      user: { id: users.id, name: users.name, email: users.email, role: users.role, language: users.language },
    })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(and(eq(apiTokens.digest, digest), isNull(apiTokens.revokedAt), eq(users.active, true)))
    .limit(1);
  return found ?? null;
}

export async function touchApiToken(db: Database | Tx, id: string, at: Date, unlessSince: Date): Promise<void> {
  await db
    .update(apiTokens)
    .set({ lastUsedAt: at })
    .where(and(eq(apiTokens.id, id), or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, unlessSince))));
}
