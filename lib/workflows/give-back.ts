import type { Tx } from "#db/client";
import type { LockedOrder } from "#db/queries/order-locks";
import type { OperationId, OrderId } from "#lib/domain/ids";
import { invariant, unreachable } from "#lib/domain/invariant";
import { moneyView } from "#lib/domain/money";
import { type BackStep, giveBack } from "#lib/domain/money-back";
import { OFFLINE_CAPABILITIES } from "#lib/domain/offline";
import type { PaymentForGate } from "#lib/domain/payment";
import type { Provider } from "#lib/domain/provider";
import { may, type Permission, type Role } from "#lib/domain/roles";
import { planCancel } from "./cancel-payment.ts";
import { planFinalize } from "./finalize-hold.ts";
import type { PaymentInHand } from "./payment-command.ts";
import { paymentsForGate } from "./refresh-order.ts";
import { planRefund } from "./refund-payment.ts";
import { planReleaseHold } from "./release-hold.ts";
import { openTask } from "./review-tasks.ts";
import { type Story, sourceOf } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** What a payment's provider can do about it. */
export const canOf = (world: World) => (payment: PaymentForGate) =>
  payment.provider === "offline" ? OFFLINE_CAPABILITIES : world.findProvider(payment.provider as Provider).capabilities;

/** How so much of an order's money would go back. */
export const planBack = (world: World, locked: LockedOrder, surplusMinor: bigint) =>
  giveBack(surplusMinor, paymentsForGate(locked), canOf(world));

const NEEDS: Record<BackStep["kind"], Permission | null> = {
  cancel_link: null,
  withdraw_link: null,
  release_hold: "payment:release_hold",
  finalize: "payment:finalize",
  refund: "payment:refund",
  propose_refund: null,
};

/** Whether somebody of this role may do all of it themselves; otherwise Finance is asked. */
export const mayDo = (role: Role | null, steps: readonly BackStep[]): boolean =>
  steps.every(({ kind }) => {
    const needed = NEEDS[kind];
    return needed === null || (role !== null && may(role, needed));
  });

/** Writes the wish for each step in the transaction at hand; the calls are made after the commit, or by the task. */
export async function planSteps(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  steps: readonly BackStep[],
  actor: Actor,
  story: Story,
  reason: string | null,
): Promise<OperationId[]> {
  const planned: OperationId[] = [];
  for (const step of steps) {
    const payment = locked.payments.find(({ id }) => id === step.paymentId);
    invariant(payment, "a step is about a payment of the order");
    const operation = await planStep({ tx, locked, payment, story }, world, step, actor, reason);
    if (operation) planned.push(operation);
  }
  return planned;
}

async function planStep(
  hand: PaymentInHand,
  world: World,
  { kind, amountMinor, takenMinor }: BackStep,
  actor: Actor,
  reason: string | null,
): Promise<OperationId | null> {
  switch (kind) {
    case "cancel_link":
    case "withdraw_link":
      return planCancel(hand, world, actor, reason);
    case "release_hold":
      return planReleaseHold(hand, world, actor);
    case "finalize":
      return planFinalize(hand, world, actor, takenMinor);
    case "refund":
      return planRefund(hand, world, actor, amountMinor, reason ?? "");
    case "propose_refund":
      await proposeRefund(hand, world, amountMinor, actor, reason);
      return null;
    default:
      return unreachable(kind);
  }
}

/** Finance gets a task with the sum: whoever asks may not send money back, or nobody decided to yet. */
export async function proposeRefund(
  { tx, payment, story }: Pick<PaymentInHand, "tx" | "payment" | "story">,
  world: World,
  amountMinor: bigint,
  actor: Actor,
  reason: string | null,
  /** The order that it counts for, where that is not the payment's own. */
  orderId: OrderId = payment.orderId,
): Promise<void> {
  const amount = moneyView(amountMinor, payment.currency);
  await openTask(tx, world, actor, "refund_proposed", {
    orderId,
    paymentId: payment.id,
    details: {
      amount,
      asked: moneyView(payment.amountMinor, payment.currency),
      held: moneyView(payment.heldMinor, payment.currency),
      captured: moneyView(payment.capturedMinor, payment.currency),
      refunded: moneyView(payment.refundedMinor, payment.currency),
      state: payment.state,
      attempt: payment.attempt,
      provider: payment.provider,
    },
  });
  story.timeline.push({
    orderId,
    paymentId: payment.id,
    kind: "refund.proposed",
    params: { amount, ...(reason ? { reason } : {}) },
    actor,
    source: sourceOf(actor),
  });
}
