import { eq, sql } from "drizzle-orm";
import type { OrderId } from "#lib/domain/ids";
import type { Tx } from "../client.ts";
import { preparedInsert } from "../prepared.ts";
import { orderLines } from "../schema/orders.ts";

export type NewLine = typeof orderLines.$inferInsert;

const insert = preparedInsert(
  orderLines,
  [
    "id",
    "orderId",
    "position",
    "itemId",
    "sku",
    "description",
    "unit",
    "quantityMilli",
    "unitPriceMinor",
    "discountBp",
    "vatBp",
    "netMinor",
    "vatMinor",
    "totalMinor",
  ],
  (lines) => lines,
);

export async function insertLines(tx: Tx, lines: readonly NewLine[]): Promise<void> {
  if (lines.length > 0)
    await insert(
      tx,
      lines.map((line) => ({ ...line, discountBp: line.discountBp ?? 0, vatBp: line.vatBp ?? 0 })),
    );
}

/** Lines are saved as a whole. */
export async function replaceLines(tx: Tx, orderId: OrderId, lines: readonly NewLine[]): Promise<void> {
  await tx.delete(orderLines).where(eq(orderLines.orderId, orderId));
  await insertLines(tx, lines);
}

export const linesOfOrder = (tx: Tx, orderId: OrderId): Promise<(typeof orderLines.$inferSelect)[]> =>
  tx.select().from(orderLines).where(eq(orderLines.orderId, orderId)).orderBy(orderLines.position);

export async function countLines(tx: Tx, orderId: OrderId): Promise<number> {
  const [row] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(orderLines)
    .where(eq(orderLines.orderId, orderId));
  return row?.count ?? 0;
}

export type FulfilledLine = typeof orderLines.$inferSelect & { doneMilli: bigint };

/** An order's lines with what has been shipped or invoiced of each. */
export async function fulfilledLines(tx: Tx, orderId: OrderId, what: "shipped" | "invoiced"): Promise<FulfilledLine[]> {
  const done =
    what === "shipped"
      ? sql<string>`coalesce((select sum(d.quantity_milli) from shipment_lines d where d.line_id = order_lines.id), 0)::text`
      : sql<string>`coalesce((select sum(d.quantity_milli) from invoice_lines d where d.line_id = order_lines.id), 0)::text`;
  const rows = await tx
    .select({ line: orderLines, done })
    .from(orderLines)
    .where(eq(orderLines.orderId, orderId))
    .orderBy(orderLines.position);
  return rows.map((row) => ({ ...row.line, doneMilli: BigInt(row.done) }));
}
