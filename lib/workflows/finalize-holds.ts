import { findPayment } from "#db/queries/payments";
import type { FinalizedHold } from "#lib/contracts/holds";
import type { PaymentId } from "#lib/domain/ids";
import { log } from "#lib/log";
import { finalizeHold } from "./finalize-hold.ts";
import type { Actor, World } from "./world.ts";

/** What a person wants to take: a hold, and the sum that they saw on it. */
export type HoldWish = { paymentId: PaymentId; heldMinor: bigint; currency: string };

const AT_ONCE = 4;
/** Rows whose turn comes later are left, so that the answer arrives before the browser gives up. */
const DEADLINE_MS = 20_000;

/**
 * Takes many holds whole, each as if it were the only one: what one bank refuses, or does not answer, stops no other. A
 * repeat takes nothing twice, because a hold that is taken or being taken is found as such.
 */
export async function finalizeHolds(
  world: World,
  actor: Actor,
  wishes: readonly HoldWish[],
  deadlineMs = DEADLINE_MS,
): Promise<FinalizedHold[]> {
  const until = performance.now() + deadlineMs;
  const queue = [...new Map(wishes.map((wish) => [wish.paymentId, wish])).values()];
  const done = new Map<PaymentId, FinalizedHold>();
  const work = async () => {
    for (let wish = queue.shift(); wish; wish = queue.shift())
      done.set(wish.paymentId, performance.now() < until ? await take(world, actor, wish) : answer(wish, "left"));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wishes.flatMap(({ paymentId }) => done.get(paymentId) ?? []);
}

const answer = (
  { paymentId }: HoldWish,
  result: FinalizedHold["result"],
  blocker: FinalizedHold["blocker"] = null,
): FinalizedHold => ({ paymentId, result, blocker });

async function take(world: World, actor: Actor, wish: HoldWish): Promise<FinalizedHold> {
  try {
    const payment = await findPayment(world.db, wish.paymentId);
    if (!payment) return answer(wish, "missing");
    if (payment.capturedMinor > 0n) return answer(wish, "taken");
    if (payment.heldMinor !== wish.heldMinor || payment.currency !== wish.currency) return answer(wish, "changed");
    const taken = await finalizeHold(world, actor, wish.paymentId, { amountMinor: null });
    if (taken.ok) return answer(wish, taken.value.pending ? "pending" : "taken");
    if (taken.error.kind !== "blocked") return answer(wish, "missing");
    const { blocker } = taken.error;
    // Somebody else, or an earlier press, is at it: its outcome is this one's.
    const underWay = blocker.code === "OPERATION_RUNNING" && blocker.params.operation === "finalize";
    return underWay ? answer(wish, "pending") : answer(wish, "refused", blocker);
  } catch (error) {
    // The others go on; nobody knows how far this one got, and what was planned is carried out by the task.
    log.error("hold.finalize_failed", { paymentId: wish.paymentId, error });
    return answer(wish, "pending");
  }
}
