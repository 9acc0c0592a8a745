import type { Tx } from "../client.ts";
import { shipmentLines, shipments } from "../schema/orders.ts";

/** The database asks the gate once more: it refuses a shipment that money does not cover, or more than was ordered. */
export async function insertShipment(
  tx: Tx,
  shipment: typeof shipments.$inferInsert,
  lines: (typeof shipmentLines.$inferInsert)[],
): Promise<void> {
  await tx.insert(shipments).values(shipment);
  await tx.insert(shipmentLines).values(lines);
}
