import type { PaymentId } from "#lib/domain/ids";
import { type BlockedAction, blocked, type Refusal } from "#lib/domain/refusal";
import { type Result, refuse } from "#lib/domain/result";
import { syncPayment } from "./sync-payment.ts";
import type { Actor, World } from "./world.ts";

/**
 * A link that its provider cannot cancel is only withdrawn by us. Before that the provider is asked once, so that nobody
 * withdraws one that has just been paid; what it says is recorded and decides. The refusal says that it does not answer.
 */
export async function askBeforeWithdrawing(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  action: BlockedAction,
): Promise<Result<unknown, Refusal>> {
  const asked = await syncPayment(world, actor, paymentId);
  return asked.ok || asked.error.kind !== "blocked" ? asked : refuse(blocked({ ...asked.error.blocker, action }));
}
