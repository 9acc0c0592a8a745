import { and, eq, type SQL, sql } from "drizzle-orm";
import type { PaymentServiceId } from "#lib/domain/ids";
import type { Currency } from "#lib/domain/money";
import type { Database } from "../client.ts";
import { payments } from "../schema/payments.ts";
import type { After } from "./list-page.ts";
import { selectPayments } from "./order-page.ts";

export type HoldFilter = { serviceId?: PaymentServiceId | undefined; day?: string | undefined; zone: string };

/** Holds whose end nobody knows come after all others. */
const NO_END = "9999-12-31T00:00:00.000Z";
const END = sql`coalesce(${payments.holdExpiresAt}, ${NO_END}::timestamptz)`;
export const endKey = (end: Date | null): string => end?.toISOString() ?? NO_END;

const dayOf = (zone: string): SQL => sql`(${payments.holdExpiresAt} at time zone ${zone})::date`;
const isHeld = sql`${payments.state} = 'withholding' and ${payments.deletedAt} is null`;

/** A page of what is held, the first to end on top, or the largest sums. */
export function listHolds(
  db: Database,
  { serviceId, day, zone }: HoldFilter,
  sort: "deadline" | "-amount",
  after: After,
  limit: number,
) {
  const byEnd = sort === "deadline";
  const key = byEnd ? END : sql`${payments.heldMinor}`;
  const behind =
    after &&
    (byEnd
      ? sql`(${key}, ${payments.id}) > (${after.key}::timestamptz, ${after.id})`
      : sql`(${key}, ${payments.id}) < (${after.key}::bigint, ${after.id})`);
  return selectPayments(db)
    .where(
      and(
        isHeld,
        serviceId ? eq(payments.serviceId, serviceId) : undefined,
        day ? sql`${dayOf(zone)} = ${day}::date` : undefined,
        behind ?? undefined,
      ),
    )
    .orderBy(byEnd ? sql`${key}, ${payments.id}` : sql`${key} desc, ${payments.id} desc`)
    .limit(limit);
}

/** How much ends on which day, by currency. */
export const holdDays = (db: Database, { serviceId, zone }: HoldFilter) =>
  db.execute<{ day: string | null; currency: Currency; n: number; sum: string }>(sql`
    select ${dayOf(zone)}::text as day, ${payments.currency} as currency, count(*)::int as n, sum(${payments.heldMinor})::text as sum
    from ${payments} where ${isHeld} ${serviceId ? sql`and ${payments.serviceId} = ${serviceId}` : sql``}
    group by 1, 2 order by 1 nulls last, 2`);

/** The services that hold money now. */
export const holdServices = (db: Database) =>
  db.execute<{ id: string; name: string; n: number }>(sql`
    select s.id, s.name, held.n from (
      select ${payments.serviceId} as service_id, count(*)::int as n from ${payments} where ${isHeld} group by 1
    ) held join payment_services s on s.id = held.service_id order by s.name, s.id`);
