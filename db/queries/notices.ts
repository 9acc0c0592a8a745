import { and, asc, desc, eq, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { OrderId, PaymentId, UserId } from "#lib/domain/ids";
import type { NoticeKind } from "#lib/domain/notice";
import type { Role } from "#lib/domain/roles";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { notices } from "../schema/messages.ts";
import { salesOrders } from "../schema/orders.ts";
import { users } from "../schema/people.ts";

export type Recipient = Pick<typeof users.$inferSelect, "id" | "name" | "email" | "language" | "preferences">;

/** Active people by id, and those of the roles; where nobody has such a role, the admins stand in. */
export function recipientsOf(tx: Tx, { people, roles }: { people: UserId[]; roles: Role[] }): Promise<Recipient[]> {
  const ofRoles =
    roles.length === 0
      ? undefined
      : or(
          inArray(users.role, roles),
          sql`(${users.role} = 'admin' and not exists (select 1 from users u where u.active and ${inArray(sql`u.role`, roles)}))`,
        );
  return tx
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      language: users.language,
      preferences: users.preferences,
    })
    .from(users)
    .where(and(eq(users.active, true), or(people.length > 0 ? inArray(users.id, people) : sql`false`, ofRoles)))
    .orderBy(asc(users.id));
}

export type NewNotice = {
  userId: UserId;
  kind: NoticeKind;
  orderId: OrderId | null;
  paymentId: PaymentId | null;
  params: Record<string, unknown>;
  dedupeKey: string;
  byMail: boolean;
  /** Written as read: it stands in the list and is not counted under the bell. */
  quiet: boolean;
};

/** Writes what each person has not been told yet; answers who was told just now. */
export async function insertNotices(tx: Tx, rows: NewNotice[]): Promise<UserId[]> {
  if (rows.length === 0) return [];
  const written = await tx
    .insert(notices)
    .values(rows.map(({ quiet, ...row }) => ({ ...row, readAt: quiet ? sql`now()` : null })))
    .onConflictDoNothing()
    .returning({ userId: notices.userId });
  return written.map(({ userId }) => userId);
}

/** What a person was told, the newest on top, with the order it is about: `limit` at most, older than `before`. */
export const listNotices = (
  db: Database,
  userId: UserId,
  { unreadOnly, before, limit }: { unreadOnly: boolean; before: bigint | null; limit: number },
) =>
  db
    .select({ notice: notices, orderNumber: salesOrders.number, customerName: customers.name })
    .from(notices)
    .leftJoin(salesOrders, eq(salesOrders.id, notices.orderId))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId))
    .where(
      and(
        eq(notices.userId, userId),
        unreadOnly ? isNull(notices.readAt) : undefined,
        before === null ? undefined : lt(notices.id, before),
      ),
    )
    .orderBy(desc(notices.id))
    .limit(limit);
export type ListedNotice = Awaited<ReturnType<typeof listNotices>>[number];

export const countUnreadNotices = (db: Database, userId: UserId): Promise<number> =>
  db.$count(notices, and(eq(notices.userId, userId), isNull(notices.readAt)));

/** A person has read these of theirs, or all up to one; what was read before keeps its time. */
export async function markNoticesRead(
  db: Database,
  userId: UserId,
  which: { ids: bigint[] } | { upTo: bigint },
  at: Date,
): Promise<void> {
  await db
    .update(notices)
    .set({ readAt: at })
    .where(
      and(
        eq(notices.userId, userId),
        isNull(notices.readAt),
        "ids" in which ? inArray(notices.id, which.ids) : lte(notices.id, which.upTo),
      ),
    );
}

/** What everybody has long read, and what is older than anybody looks: gone. */
export async function forgetOldNotices(db: Database, readBefore: Date): Promise<void> {
  await db.delete(notices).where(lt(notices.readAt, readBefore));
}
