import { and, asc, desc, eq, inArray, isNull, lt, lte, sql } from "drizzle-orm";
import type { OrderId, PaymentId, UserId } from "#lib/domain/ids";
import type { NoticeKind } from "#lib/domain/notice";
import type { Role } from "#lib/domain/roles";
import type { Database, Tx } from "../client.ts";
import { prepared, preparedInsert } from "../prepared.ts";
import { customers } from "../schema/catalog.ts";
import { notices } from "../schema/messages.ts";
import { salesOrders } from "../schema/orders.ts";
import { users } from "../schema/people.ts";

export type Recipient = Pick<typeof users.$inferSelect, "id" | "name" | "email" | "language" | "preferences">;

const people = sql`${sql.placeholder("people")}::text[]`;
const roles = sql`${sql.placeholder("roles")}::text[]`;

/** Active people by id, and those of the roles; where nobody has such a role, the admins stand in. */
export const recipientsOf: (tx: Tx, whom: { people: UserId[]; roles: Role[] }) => Promise<Recipient[]> = prepared(
  (tx) =>
    tx
      .select({
        id: users.id,
        name: users.name,
        email: users.email,
        language: users.language,
        preferences: users.preferences,
      })
      .from(users)
      .where(
        sql`${users.active} and (${users.id} = any(${people}) or ${users.role}::text = any(${roles})
        or (${users.role} = 'admin' and cardinality(${roles}) > 0
          and not exists (select 1 from users u where u.active and u.role::text = any(${roles}))))`,
      )
      .orderBy(asc(users.id)),
);

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

const NOTICE = ["userId", "kind", "orderId", "paymentId", "params", "dedupeKey", "byMail"] as const;
const insertNew = preparedInsert(notices, NOTICE, (insert) =>
  insert.onConflictDoNothing().returning({ userId: notices.userId }),
);
const insertRead = preparedInsert(
  notices,
  NOTICE,
  (insert) => insert.onConflictDoNothing().returning({ userId: notices.userId }),
  { readAt: sql`now()` },
);

/** Writes what each person has not been told yet; answers who was told just now. */
export async function insertNotices(tx: Tx, rows: NewNotice[]): Promise<UserId[]> {
  if (rows.length === 0) return [];
  const bells = rows.filter(({ quiet }) => !quiet);
  const quiet = rows.filter(({ quiet }) => quiet);
  const written = [
    ...(bells.length > 0 ? await insertNew(tx, bells) : []),
    ...(quiet.length > 0 ? await insertRead(tx, quiet) : []),
  ];
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
