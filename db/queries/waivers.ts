import { and, desc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { OrderId, WaiverId } from "#lib/domain/ids";
import type { WaiverState } from "#lib/domain/waiver";
import type { Database, Tx } from "../client.ts";
import { customers } from "../schema/catalog.ts";
import { salesOrders } from "../schema/orders.ts";
import { users } from "../schema/people.ts";
import { waivers } from "../schema/review.ts";
import type { After } from "./list-page.ts";

export type WaiverRow = typeof waivers.$inferSelect;

export async function insertWaiver(tx: Tx, waiver: typeof waivers.$inferInsert): Promise<void> {
  await tx.insert(waivers).values(waiver);
}

/** Which order to lock before {@link lockWaiver}. */
export async function findOrderOfWaiver(db: Database | Tx, id: WaiverId): Promise<OrderId | null> {
  const [found] = await db.select({ orderId: waivers.orderId }).from(waivers).where(eq(waivers.id, id));
  return found?.orderId ?? null;
}

export async function lockWaiver(tx: Tx, id: WaiverId): Promise<WaiverRow | null> {
  const [waiver] = await tx.select().from(waivers).where(eq(waivers.id, id)).for("no key update");
  return waiver ?? null;
}

/** The question about an order that nobody has decided yet. */
export async function waiverWaiting(tx: Tx, orderId: OrderId, now: Date): Promise<WaiverRow | null> {
  const [waiver] = await tx
    .select()
    .from(waivers)
    .where(and(eq(waivers.orderId, orderId), inState("asked", now)))
    .orderBy(waivers.id)
    .limit(1);
  return waiver ?? null;
}

/** Writes the approval or the revocation; what is revoked stays as it is. */
export async function saveWaiver(tx: Tx, id: WaiverId, changes: Partial<WaiverRow>): Promise<void> {
  await tx
    .update(waivers)
    .set(changes)
    .where(and(eq(waivers.id, id), isNull(waivers.revokedAt)));
}

const requester = alias(users, "requester");
const approver = alias(users, "approver");
const revoker = alias(users, "revoker");

const withNames = (db: Database) =>
  db
    .select({
      waiver: waivers,
      requestedByName: requester.name,
      approvedByName: approver.name,
      revokedByName: revoker.name,
      orderNumber: salesOrders.number,
      salespersonId: salesOrders.salespersonId,
      shipped: salesOrders.shipped,
      customerName: customers.name,
    })
    .from(waivers)
    .innerJoin(salesOrders, eq(salesOrders.id, waivers.orderId))
    .innerJoin(requester, eq(requester.id, waivers.requestedBy))
    .leftJoin(approver, eq(approver.id, waivers.approvedBy))
    .leftJoin(revoker, eq(revoker.id, waivers.revokedBy))
    .leftJoin(customers, eq(customers.id, salesOrders.customerId));
export type WaiverWithNames = Awaited<ReturnType<ReturnType<typeof withNames>["execute"]>>[number];

/** As lib/domain/waiver.ts `waiverState` says it. */
function inState(state: WaiverState, now: Date): SQL | undefined {
  const stands = and(isNull(waivers.revokedAt), gt(waivers.endsAt, now));
  if (state === "over") return sql`not (${stands})`;
  return and(stands, state === "live" ? sql`${waivers.approvedAt} is not null` : isNull(waivers.approvedAt));
}

/** Waivers, the newest on top: `limit` at most, from behind `after` on. */
export function listWaivers(
  db: Database,
  { state, now }: { state?: WaiverState | undefined; now: Date },
  after: After,
  limit: number,
): Promise<WaiverWithNames[]> {
  const behind = after && sql`(${waivers.requestedAt}, ${waivers.id}) < (${after.key}::timestamptz, ${after.id})`;
  return withNames(db)
    .where(and(state ? inState(state, now) : undefined, behind ?? undefined))
    .orderBy(desc(waivers.requestedAt), desc(waivers.id))
    .limit(limit);
}

/** An order's waivers that are asked for or in force, the newest on top. */
export const standingWaivers = (db: Database, orderId: OrderId, now: Date): Promise<WaiverWithNames[]> =>
  withNames(db)
    .where(and(eq(waivers.orderId, orderId), isNull(waivers.revokedAt), gt(waivers.endsAt, now)))
    .orderBy(desc(waivers.requestedAt), desc(waivers.id));

/** Questions that nobody has decided yet. */
export const countWaiversAsked = (db: Database, now: Date): Promise<number> =>
  db.$count(waivers, inState("asked", now));
