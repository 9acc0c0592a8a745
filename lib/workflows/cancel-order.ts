import type { Tx } from "#db/client";
import { type LockedOrder, lockOrder } from "#db/queries/order-locks";
import type { OrderChanges } from "#db/queries/orders";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import { transact } from "#db/transact";
import type { OperationId, OrderId, PaymentId } from "#lib/domain/ids";
import { moneyView } from "#lib/domain/money";
import { type BackStep, cancelSteps } from "#lib/domain/money-back";
import { orderBlocker } from "#lib/domain/order-actions";
import { everHadMoney, isLive } from "#lib/domain/payment";
import { type Blocker, blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { cancelNow } from "./cancel-cascade.ts";
import { canOf, planSteps } from "./give-back.ts";
import { extrasOf } from "./order-extras.ts";
import { lockedForGate, paymentsForGate, refreshOrder } from "./refresh-order.ts";
import { isPayableAgain, retireDeclinedLink } from "./retire-declined-link.ts";
import { type OperationOutcome, runOperation } from "./run-operation.ts";
import { auditActor, emptyStory, type Story, sourceOf, tellStory } from "./story.ts";
import { askBeforeWithdrawing } from "./withdraw-link.ts";
import type { Actor, World } from "./world.ts";

export type CancelOrderInput = { version?: number; reason?: string | null | undefined };

type Next = { ask: PaymentId } | { declined: PaymentId } | { paid: PaymentId } | { operations: OperationId[] };
type Failed = Extract<OperationOutcome, { state: "rejected" }>;

/**
 * Cancels an order for good, and first what is on it: the live link, then each hold, each confirmed by its provider; taken
 * money is proposed to Finance for a refund. What is wanted is written before anybody is asked, so a lost answer or a crash
 * leaves an order that is being cancelled and is finished by the next news. `pending` while a provider has still to confirm.
 * Where the link turns out to be paid, at whichever provider, nothing is cancelled and the refusal says so.
 */
export async function cancelOrder(
  world: World,
  actor: Actor,
  orderId: OrderId,
  input: CancelOrderInput,
): Promise<Result<{ orderId: OrderId; pending: boolean }, Refusal>> {
  const seen = new Set<string>();
  const asked = new Set<string>();
  let begun = false;
  let failed: Failed | null = null;
  for (;;) {
    const planned = await transact<Next, Refusal>(world.db, async (tx) => {
      const locked = await lockOrder(tx, orderId);
      if (!locked) return refuse(notFound("order"));
      const { order } = locked;
      if (begun && order.cancelledAt) return ok({ operations: [] });
      if (failed) {
        // Why a link would not be cancelled only its status tells: most likely it has just been paid.
        const standing = locked.payments.find((row) => isLive(row.state) && row.cancelRequestedAt && !seen.has(row.id));
        if (standing) return ok({ ask: standing.id });
        const paid = locked.payments.some((row) => row.cancelRequestedAt && everHadMoney(factsOf(row)));
        return refuse(whyStopped(failed, paid));
      }
      // Wanted before, and still waiting: the same wish goes on where the first one stands.
      if (order.cancelRequestedAt && !order.cancelledAt && locked.operations.length > 0)
        return ok({ operations: locked.operations.map(({ id }) => id) });
      if (seen.size === 0 && input.version !== undefined && input.version !== order.version)
        return refuse({ kind: "version_conflict", currentVersion: order.version, yourVersion: input.version });
      // Paid in the moment in which its provider was asked: nobody has decided yet what becomes of that money.
      const paid = locked.payments.find((row) => asked.has(row.id) && everHadMoney(factsOf(row)));
      if (paid && !begun) return stopForMoney(tx, locked, paid, actor);
      const { extras } = await extrasOf(tx, world, locked);
      const no = orderBlocker("cancel_order", lockedForGate(locked), paymentsForGate(locked), extras);
      if (no) return refuse(blocked(no));
      const declined = locked.payments.find((row) => !seen.has(row.id) && isPayableAgain(world, row));
      if (declined) return ok({ declined: declined.id });
      const steps = cancelSteps(paymentsForGate(locked), canOf(world));
      const unasked = steps.find(({ kind, paymentId }) => kind === "withdraw_link" && !seen.has(paymentId));
      if (unasked) return ok({ ask: unasked.paymentId as PaymentId });
      return begin(tx, world, locked, steps, actor, input.reason ?? null);
    });
    if (!planned.ok) return planned;
    const next = planned.value;
    if ("operations" in next) {
      const untried = next.operations.filter((id) => !seen.has(id));
      if (untried.length === 0) return ok({ orderId, pending: next.operations.length > 0 });
      begun = true;
      for (const id of untried) {
        seen.add(id);
        const outcome = await runOperation(world, id, actor);
        if (outcome?.state === "rejected") failed ??= outcome;
      }
    } else if ("paid" in next) {
      return refuse(paidMeanwhile({}));
    } else if ("ask" in next) {
      seen.add(next.ask);
      asked.add(next.ask);
      await askBeforeWithdrawing(world, actor, next.ask, "cancel_order");
    } else {
      seen.add(next.declined);
      const gone = await retireDeclinedLink(world, actor, next.declined, "cancel_order");
      if (!gone.ok) return gone;
    }
  }
}

/** Cancels at once where nobody has to be asked; else writes the wish together with the first calls it needs. */
async function begin(
  tx: Tx,
  world: World,
  locked: LockedOrder,
  steps: readonly BackStep[],
  actor: Actor,
  reason: string | null,
): Promise<Result<Next, Refusal>> {
  const can = canOf(world);
  const stuck = paymentsForGate(locked).find((payment) => payment.state === "withholding" && !can(payment).releaseHold);
  if (stuck)
    return refuse(
      blocked(blocker("NOT_SUPPORTED", "release_hold", "finance", ["open_transaction"], { provider: stuck.provider })),
    );
  const story = emptyStory();
  // Before the calls are planned: whatever is refused from this moment on stops the cancellation.
  const since = world.now();
  const links = steps.filter(({ kind }) => kind === "cancel_link" || kind === "withdraw_link");
  const holds = steps.filter(({ kind }) => kind === "release_hold");
  // No hold goes back while a link may still turn out to be paid: then nothing is cancelled at all.
  const first = links.some(({ kind }) => kind === "cancel_link") ? links : [...links, ...holds];
  if (first.length > links.length || links.some(({ kind }) => kind === "cancel_link"))
    wanted(locked, steps, actor, story, reason);
  const operations = await planSteps(tx, world, locked, first, actor, story, reason);
  const changes: OrderChanges =
    operations.length === 0
      ? await cancelNow(tx, world, locked, actor, story, reason)
      : { cancelRequestedAt: since, cancelReason: reason, version: locked.order.version + 1 };
  await refreshOrder(tx, locked, changes, world.now(), actor, story);
  await tellStory(tx, story);
  return ok({ operations });
}

function whyStopped({ failure }: Failed, paid: boolean): Refusal {
  const { code, message, credentials } = failure;
  const params = { code, message, ...(message ? { reason: message } : {}) };
  if (paid) return paidMeanwhile(params);
  return blocked(blocker("PROVIDER_REFUSED", "cancel_order", credentials ? "admin" : "sales", ["sync"], params));
}

const paidMeanwhile = (params: Blocker["params"]): Refusal =>
  blocked(blocker("CANCEL_REFUSED", "cancel_order", "sales", ["sync"], params));

/** The same end as where a provider refuses to cancel a link because it has been paid: the order stays, and says why. */
async function stopForMoney(
  tx: Tx,
  locked: LockedOrder,
  { id, amountMinor, currency, provider }: PaymentRow,
  actor: Actor,
): Promise<Result<Next, Refusal>> {
  const story = emptyStory();
  story.timeline.push({
    orderId: locked.order.id,
    paymentId: id,
    kind: "order.cancel_stopped",
    params: { code: "paid", message: null, amount: moneyView(amountMinor, currency), provider },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "order.cancel_stopped",
    entity: "order",
    entityId: locked.order.id,
    after: { paymentId: id, code: "paid_meanwhile" },
  });
  await tellStory(tx, story);
  return ok({ paid: id });
}

/** The wish to cancel, told before anything of it is done. */
function wanted(
  { order }: LockedOrder,
  steps: readonly BackStep[],
  actor: Actor,
  story: Story,
  reason: string | null,
): void {
  story.timeline.push({
    orderId: order.id,
    kind: "order.cancel_requested",
    params: { ...(reason ? { reason } : {}) },
    actor,
    source: sourceOf(actor),
  });
  story.audits.push({
    actor: auditActor(actor),
    action: "order.cancel_requested",
    entity: "order",
    entityId: order.id,
    before: { status: order.status, version: order.version },
    after: { steps: steps.map(({ paymentId, kind, amountMinor }) => ({ paymentId, kind, amount: amountMinor })) },
    reason,
  });
}
