import { asc, desc, eq, getTableColumns, sql } from "drizzle-orm";
import type { PaymentServiceId } from "#lib/domain/ids";
import type { Database } from "../client.ts";
import { paymentServices } from "../schema/services.ts";

/** A service with what its links came to in the last 24 hours. */
const withToday = (db: Database) =>
  db
    .select({
      ...getTableColumns(paymentServices),
      linksToday: sql<number>`(select count(*)::int from payments p where p.service_id = payment_services.id
        and p.deleted_at is null and p.created_at > now() - interval '24 hours')`,
      paidToday: sql<number>`(select count(*)::int from payments p where p.service_id = payment_services.id
        and p.deleted_at is null and p.created_at > now() - interval '24 hours'
        and (p.held_minor > 0 or p.captured_minor > 0))`,
    })
    .from(paymentServices);

export const listServices = (db: Database) =>
  withToday(db).orderBy(desc(paymentServices.enabled), asc(paymentServices.name), asc(paymentServices.id));
export type ListedService = Awaited<ReturnType<typeof listServices>>[number];

export async function findListedService(db: Database, id: PaymentServiceId): Promise<ListedService | null> {
  const [row] = await withToday(db).where(eq(paymentServices.id, id));
  return row ?? null;
}
