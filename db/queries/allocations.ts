import type { Tx } from "../client.ts";
import { allocations } from "../schema/review.ts";

/** The database refuses more than the payment has left (constraint allocation_too_large). */
export async function insertAllocation(tx: Tx, allocation: typeof allocations.$inferInsert): Promise<void> {
  await tx.insert(allocations).values(allocation);
}
