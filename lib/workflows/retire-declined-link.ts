import { lockOrderOfPayment } from "#db/queries/order-locks";
import type { PaymentRow } from "#db/queries/payment-rows";
import { findPaymentWithService, savePayment } from "#db/queries/payments";
import { transact } from "#db/transact";
import type { OperationId, PaymentId } from "#lib/domain/ids";
import { type BlockedAction, blocked, blocker, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { planOperation } from "./payment-command.ts";
import { recordObservation } from "./record-observation.ts";
import { referenceOf, runOperation } from "./run-operation.ts";
import { accountOf } from "./service-account.ts";
import { auditActor, emptyStory, sourceOf, tellStory } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** Declined, and yet the customer may try again on the same page until its end: a link that we can take back. */
export const isPayableAgain = (world: World, row: PaymentRow): boolean =>
  row.state === "failed" &&
  row.url !== null &&
  (row.expiresAt ?? row.validUntil).getTime() > world.now().getTime() &&
  world.findProvider(row.provider).capabilities.cancelUnpaidLink;

/**
 * Takes a declined link back at the provider before another takes its place, so that a customer has one link to pay.
 * Refused while the outcome is not known, and while the customer is paying it after all; what the provider says stands.
 */
export async function retireDeclinedLink(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  action: Extract<BlockedAction, "new_link" | "reopen" | "cancel_order">,
): Promise<Result<null, Refusal>> {
  const planned = await transact<OperationId | null, Refusal>(world.db, async (tx) => {
    const locked = await lockOrderOfPayment(tx, paymentId);
    const payment = locked?.payments.find((row) => row.id === paymentId);
    if (!locked || !payment || !isPayableAgain(world, payment)) return ok(null);
    const running = locked.operations.find((operation) => operation.paymentId === paymentId);
    if (running) return ok(running.kind === "cancel_link" ? running.id : null);
    const { orderId, attempt, provider } = payment;
    const story = emptyStory();
    const changes = { cancelRequestedAt: world.now() };
    await savePayment(tx, paymentId, changes);
    Object.assign(payment, changes);
    const operationId = await planOperation({ tx, locked, payment, story }, world, actor, "cancel_link", null);
    story.timeline.push({
      orderId,
      paymentId,
      kind: "link.cancel_requested",
      params: { attempt, provider },
      actor,
      source: sourceOf(actor),
    });
    story.audits.push({
      actor: auditActor(actor),
      action: "payment.cancel",
      entity: "payment",
      entityId: paymentId,
      before: { state: payment.state },
      after: { atProvider: true },
    });
    await tellStory(tx, story);
    return ok(operationId);
  });
  if (!planned.ok) return planned;
  if (!planned.value) return ok(null);
  const outcome = await runOperation(world, planned.value, actor);
  if (outcome?.state === "confirmed" || outcome?.state === "resolved") return ok(null);
  if (outcome?.state === "rejected") return whatTheProviderSays(world, actor, paymentId, action);
  return refuse(
    blocked(blocker("OPERATION_RUNNING", action, "sales", ["sync"], { operation: "cancel_link", paymentId })),
  );
}

/** It would not be taken back: being paid this moment, or paid, or the provider simply will not. Only the first stops us. */
async function whatTheProviderSays(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  action: Extract<BlockedAction, "new_link" | "reopen" | "cancel_order">,
): Promise<Result<null, Refusal>> {
  const found = await findPaymentWithService(world.db, paymentId);
  const account = found ? accountOf(found.service) : null;
  if (!found || !account?.ok) return ok(null);
  const { payment } = found;
  const read = await world.findProvider(payment.provider).readPayment(account.value, referenceOf(payment, world.now()));
  if (!read.ok) return ok(null);
  const recorded = await recordObservation(world, paymentId, {
    observation: read.value,
    source: "status",
    sourceRef: actor.requestId,
    actor,
  });
  if (!recorded.ok) return recorded;
  const { progress, ended, heldMinor = 0n, capturedMinor = 0n } = read.value.facts;
  const paying = progress === "processing" && !ended && heldMinor + capturedMinor === 0n;
  return paying ? refuse(blocked(blocker("PROCESSING", action, "sales", ["sync"], { paymentId }))) : ok(null);
}
