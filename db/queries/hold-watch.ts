import { and, asc, eq, isNotNull, lte, sql } from "drizzle-orm";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { Database } from "../client.ts";
import { salesOrders } from "../schema/orders.ts";
import { payments } from "../schema/payments.ts";

/** Holds near their end of which people have not been warned as nearly as this; the steps are the domain's. */
export const holdsToWarnOf = (
  db: Database,
  { now, steps, except, limit }: { now: Date; steps: readonly number[]; except: ReadonlySet<string>; limit: number },
): Promise<{ id: PaymentId }[]> => {
  const at = now.toISOString();
  const near = steps.map(
    (hours) =>
      sql`(${payments.holdExpiresAt} <= ${at}::timestamptz + make_interval(hours => ${hours}) and coalesce(${payments.holdWarnedHours}, 1000) > ${hours})`,
  );
  return db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        eq(payments.state, "withholding"),
        lte(payments.holdExpiresAt, sql`${at}::timestamptz + make_interval(hours => ${Math.max(...steps)})`),
        sql`(${sql.join(near, sql` or `)})`,
        except.size > 0 ? sql`${payments.id} <> all(${sql.param([...except])})` : undefined,
      ),
    )
    .orderBy(asc(payments.holdExpiresAt))
    .limit(limit);
};

/** Orders that count as accepted although what that rests on is over: a hold inside its margin, an ended waiver. */
export const ordersPastAcceptance = (
  db: Database,
  { now, except, limit }: { now: Date; except: ReadonlySet<string>; limit: number },
): Promise<{ id: OrderId }[]> =>
  db
    .select({ id: salesOrders.id })
    .from(salesOrders)
    .where(
      and(
        eq(salesOrders.accepted, true),
        isNotNull(salesOrders.acceptedUntil),
        lte(salesOrders.acceptedUntil, now),
        except.size > 0 ? sql`${salesOrders.id} <> all(${sql.param([...except])})` : undefined,
      ),
    )
    .orderBy(asc(salesOrders.acceptedUntil))
    .limit(limit);
