import type { OrderId } from "#lib/domain/ids";
import type { Refusal } from "#lib/domain/refusal";
import type { Result } from "#lib/domain/result";
import { afterItsLinkIsDead } from "./reopen-order.ts";
import type { Actor, World } from "./world.ts";

/**
 * Cancels an order for good: its live link first, confirmed by the provider. Held or taken money refuses with the way out
 * (release the hold, refund); so do goods that have left.
 */
export async function cancelOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: { version?: number; reason?: string | null | undefined },
): Promise<Result<{ orderId: OrderId; pending: boolean }, Refusal>> {
  return afterItsLinkIsDead(world, actor, orderId, "cancel_order", input, input.reason ?? null, async (order) => ({
    changes: { cancelledAt: world.now(), version: order.version + 1 },
    kind: "order.cancelled",
    audit: "order.cancel",
  }));
}
