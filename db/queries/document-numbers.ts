import { eq, sql } from "drizzle-orm";
import { invariant } from "#lib/domain/invariant";
import { documentNumber, type SeriesKind } from "#lib/domain/number-series";
import type { Database, Tx } from "../client.ts";
import { numberSeries } from "../schema/people.ts";

/**
 * The number of a new order, shipment or invoice: `SO-000042`. Two documents never share one. Shipments and invoices have no
 * gaps: the row of their series stays locked until the document is there, or the number is given back.
 */
export async function nextNumber(tx: Tx, kind: SeriesKind): Promise<string> {
  const [taken] =
    kind === "order"
      ? await tx.execute<{ prefix: string; n: string }>(
          sql`select prefix, nextval('order_number_seq')::text as n from number_series where kind = 'order'`,
        )
      : await tx.execute<{ prefix: string; n: string }>(
          sql`update number_series set next = next + 1 where kind = ${kind} returning prefix, (next - 1)::text as n`,
        );
  invariant(taken, "every kind of document has its series");
  return documentNumber(taken.prefix, BigInt(taken.n));
}

export type SeriesRow = { kind: SeriesKind; prefix: string; next: bigint };

/** All series with the number that comes next. Orders made at this moment may already be ahead. */
export async function findSeries(db: Database | Tx): Promise<SeriesRow[]> {
  const rows = await db
    .select({
      kind: numberSeries.kind,
      prefix: numberSeries.prefix,
      next: sql`coalesce(${numberSeries.next},
        (select case when is_called then last_value + 1 else last_value end from order_number_seq))`.mapWith(BigInt),
    })
    .from(numberSeries);
  return rows as SeriesRow[];
}

/** Whoever calls holds the company's lock. A series goes on at `next` and never goes back. */
export async function saveSeries(tx: Tx, kind: SeriesKind, to: { prefix?: string; next?: bigint }): Promise<void> {
  if (kind !== "order") {
    await tx
      .update(numberSeries)
      .set({
        ...(to.prefix === undefined ? {} : { prefix: to.prefix }),
        ...(to.next === undefined ? {} : { next: sql`greatest(${numberSeries.next}, ${to.next})` }),
      })
      .where(eq(numberSeries.kind, kind));
    return;
  }
  if (to.prefix !== undefined)
    await tx.update(numberSeries).set({ prefix: to.prefix }).where(eq(numberSeries.kind, "order"));
  if (to.next !== undefined)
    await tx.execute(sql`select setval('order_number_seq', greatest(${to.next}::bigint,
      (select case when is_called then last_value + 1 else last_value end from order_number_seq)), false)`);
}
