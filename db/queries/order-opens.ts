import { sql } from "drizzle-orm";
import type { OrderId } from "#lib/domain/ids";
import type { Tx } from "../client.ts";
import { orderOpens } from "../schema/messages.ts";

/**
 * Counts one opening of an order's page: a person's, or a program's (counted apart, without times). Returns how often
 * people have opened it, this one included.
 */
export async function countOpening(
  tx: Tx,
  orderId: OrderId,
  opening: { at: Date; program: boolean; from: string | null },
): Promise<number> {
  const { at, program, from } = opening;
  const [row] = await tx
    .insert(orderOpens)
    .values({
      orderId,
      firstAt: program ? null : at,
      lastAt: program ? null : at,
      count: program ? 0 : 1,
      previewCount: program ? 1 : 0,
      lastFrom: program ? null : from,
    })
    .onConflictDoUpdate({
      target: orderOpens.orderId,
      set: program
        ? { previewCount: sql`${orderOpens.previewCount} + 1` }
        : {
            firstAt: sql`coalesce(${orderOpens.firstAt}, excluded.first_at)`,
            lastAt: sql`greatest(${orderOpens.lastAt}, excluded.last_at)`,
            count: sql`${orderOpens.count} + 1`,
            lastFrom: sql`coalesce(excluded.last_from, ${orderOpens.lastFrom})`,
          },
    })
    .returning({ count: orderOpens.count });
  return row?.count ?? 0;
}
