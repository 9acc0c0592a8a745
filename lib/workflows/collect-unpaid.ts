import { lockOrder } from "#db/queries/order-locks";
import { lastLeftOnWaiver } from "#db/queries/unpaid-goods";
import { transact } from "#db/transact";
import type { OrderId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { missingOf, securedOf, waivedOf } from "#lib/domain/order";
import { ok } from "#lib/domain/result";
import { lockedForGate, paymentsForGate } from "./refresh-order.ts";
import { closeOrderTasks, openTask } from "./review-tasks.ts";
import { TASK, type World } from "./world.ts";

/**
 * Goods left on a waiver, its end has passed and money is missing: somebody is asked to collect it. Where it has come since,
 * nobody is any more. The payment's own news closes the question too; this one sees to money
 * that was attached, and to orders that cost less since.
 */
export async function collectUnpaid(world: World, orderId: OrderId): Promise<boolean> {
  const asked = await transact<boolean, never>(world.db, async (tx) => {
    const locked = await lockOrder(tx, orderId);
    if (!locked) return ok(false);
    const order = lockedForGate(locked);
    const missing = missingOf(order.requiredMinor, securedOf(order, paymentsForGate(locked)));
    if (missing === 0n || order.cancelledAt) {
      await closeOrderTasks(tx, world, orderId, "left_on_waiver", TASK);
      return ok(true);
    }
    const leftAt = await lastLeftOnWaiver(tx, orderId);
    if (!leftAt || waivedOf(order, world.now()) > 0n) return ok(false);
    await openTask(tx, world, TASK, "left_on_waiver", {
      orderId,
      details: { missing: moneyView(missing, order.currency), leftAt: leftAt.toISOString() },
    });
    return ok(true);
  });
  return asked.ok && asked.value;
}
