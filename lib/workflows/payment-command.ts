import type { Tx } from "#db/client";
import { insertOperation } from "#db/queries/operations";
import { type LockedOrder, lockOrderOfPayment } from "#db/queries/order-locks";
import { type PaymentRow, paymentForGate } from "#db/queries/payment-rows";
import { transact } from "#db/transact";
import type { OperationId, OrderId, PaymentId } from "#lib/domain/ids";
import { OFFLINE_CAPABILITIES } from "#lib/domain/offline";
import type { OperationKind } from "#lib/domain/payment";
import { type PaymentAction, paymentActions } from "#lib/domain/payment-actions";
import { type Blocker, blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { pickedUpAt } from "./plan-link.ts";
import { refreshOrder } from "./refresh-order.ts";
import { runOperation } from "./run-operation.ts";
import { emptyStory, type Story, tellStory } from "./story.ts";
import { type Actor, newId, type World } from "./world.ts";

/** Which payment and order an action touched, and whether its outcome is still to come. */
export type PaymentAnswer = { paymentId: PaymentId; orderId: OrderId; pending: boolean };

export type PaymentInHand = { tx: Tx; locked: LockedOrder; payment: PaymentRow; story: Story };

/**
 * The frame of every command on a payment: locks, the rule that also switches the button, then `act`, which writes and may
 * plan a provider operation. The operation is carried out after the commit; a refusal by the provider is returned with its
 * own sentence.
 */
export async function commandPayment(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  action: PaymentAction,
  act: (hand: PaymentInHand) => Promise<Result<OperationId | null, Refusal>>,
): Promise<Result<PaymentAnswer, Refusal>> {
  const planned = await transact<{ orderId: OrderId; operationId: OperationId | null }, Refusal>(
    world.db,
    async (tx) => {
      const locked = await lockOrderOfPayment(tx, paymentId);
      const payment = locked?.payments.find((row) => row.id === paymentId);
      if (!locked || !payment) return refuse(notFound("payment"));
      const no = refusalOf(world, locked, payment, action);
      if (no) return refuse(blocked(no));
      const story = emptyStory();
      const done = await act({ tx, locked, payment, story });
      if (!done.ok) return done;
      await refreshOrder(tx, locked, {}, world.now(), actor, story);
      await tellStory(tx, story);
      return ok({ orderId: locked.order.id, operationId: done.value });
    },
  );
  if (!planned.ok) return planned;
  const { orderId, operationId } = planned.value;
  if (!operationId) return ok({ paymentId, orderId, pending: false });
  const outcome = await runOperation(world, operationId, actor);
  if (outcome?.state === "rejected") {
    const { code, message, credentials } = outcome.failure;
    const why =
      action === "finalize" ? "FINALIZE_FAILED" : code === "paid_meanwhile" ? "CANCEL_REFUSED" : "PROVIDER_REFUSED";
    return refuse(
      blocked(
        blocker(why, action, credentials ? "admin" : "finance", ["sync", "open_transaction"], {
          code,
          message,
          paymentId,
        }),
      ),
    );
  }
  return ok({ paymentId, orderId, pending: outcome === null || outcome.state === "pending" });
}

/** The same rule as the button's, without the person's rights: those were checked at the door. */
function refusalOf(world: World, locked: LockedOrder, payment: PaymentRow, action: PaymentAction): Blocker | null {
  const unsettled = locked.operations.find((operation) => operation.paymentId === payment.id)?.kind ?? null;
  const subject = { ...paymentForGate(payment, unsettled), deleted: payment.deletedAt !== null };
  const capabilities =
    payment.provider === "offline" ? OFFLINE_CAPABILITIES : world.findProvider(payment.provider).capabilities;
  return paymentActions(subject, capabilities, "admin")[action];
}

/** Writes the intent of a provider call on a payment; carried out after the commit. */
export async function planOperation(
  { tx, locked, payment }: PaymentInHand,
  world: World,
  actor: Actor,
  kind: Exclude<OperationKind, "create_link">,
  amountMinor: bigint | null,
  reason: string | null = null,
): Promise<OperationId> {
  const id = newId(world, "opr");
  const row = await insertOperation(tx, {
    id,
    paymentId: payment.id,
    orderId: payment.orderId,
    kind,
    amountMinor,
    reason,
    nextAttemptAt: pickedUpAt(world),
    actorId: actor.id,
    actorName: actor.name,
    requestId: actor.requestId,
  });
  locked.operations = [...locked.operations, row];
  return id;
}
