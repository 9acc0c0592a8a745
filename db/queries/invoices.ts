import type { Tx } from "../client.ts";
import { invoiceLines, invoices } from "../schema/orders.ts";

/** The database asks the gate once more: it refuses an invoice that money does not cover, or more than was ordered. */
export async function insertInvoice(
  tx: Tx,
  invoice: typeof invoices.$inferInsert,
  lines: (typeof invoiceLines.$inferInsert)[],
): Promise<void> {
  await tx.insert(invoices).values(invoice);
  await tx.insert(invoiceLines).values(lines);
}
