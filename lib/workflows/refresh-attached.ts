import { ordersHoldingMoneyOf } from "#db/queries/allocations";
import { lockOrder } from "#db/queries/order-locks";
import { transact } from "#db/transact";
import type { PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { missingOf, securedOf } from "#lib/domain/order";
import { ok } from "#lib/domain/result";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { openTask } from "./review-tasks.ts";
import { emptyStory, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/**
 * Money that was attached to other orders has gone back: each of them is without it now, and somebody is asked where goods
 * have left on it. After the commit that recorded it: two orders' locks are taken in one order only, and the database's gate
 * counts right in between.
 */
export async function refreshAttached(world: World, paymentId: PaymentId, actor: Actor): Promise<void> {
  for (const orderId of (await ordersHoldingMoneyOf(world.db, paymentId)).sort())
    await transact<null, never>(world.db, async (tx) => {
      const locked = await lockOrder(tx, orderId);
      if (!locked) return ok(null);
      const before = locked.order.securedMinor;
      const story = emptyStory();
      const after = await refreshOrder(tx, locked, {}, world.now(), actor, story);
      const missing = missingOf(after.requiredMinor, securedOf(lockedForGate(locked), paymentsForGate(locked)));
      if (after.shipped !== "none" && missing > 0n && after.securedMinor < before)
        await openTask(tx, world, actor, "cover_lost_after_shipping", {
          orderId,
          paymentId,
          details: { missing: moneyView(missing, after.currency), state: after.paymentState },
        });
      await tellStory(tx, story);
      return ok(null);
    });
}
