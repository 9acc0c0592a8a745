import { hasUnsettledOperation, unsettledOperations } from "#db/queries/operations";
import { findPayment, findPaymentWithService } from "#db/queries/payments";
import { noteSynced } from "#db/queries/services";
import { transact } from "#db/transact";
import type { PaymentId } from "#lib/domain/ids";
import type { ProviderFailure } from "#lib/domain/provider";
import { blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { raiseStuckPayment } from "./outcome-unknown.ts";
import type { PaymentAnswer } from "./payment-command.ts";
import { readFiscalReceipt } from "./read-fiscal-receipt.ts";
import { recordObservation } from "./record-observation.ts";
import { referenceOf, runOperation } from "./run-operation.ts";
import { accountOf } from "./service-account.ts";
import { noteAndTellRefusedCredentials } from "./staff-notices.ts";
import type { Actor, World } from "./world.ts";

export type Synced = PaymentAnswer & { moved: boolean };

/**
 * Update status: settles a call of ours whose answer was lost, then asks the provider what it knows now. A provider that
 * cannot be asked refuses with its sentence; what is known stays.
 */
export async function syncPayment(world: World, actor: Actor, paymentId: PaymentId): Promise<Result<Synced, Refusal>> {
  const row = await findPaymentWithService(world.db, paymentId);
  if (!row) {
    const recorded = await findPayment(world.db, paymentId);
    // Nobody could be asked about money that a person has recorded.
    return refuse(recorded ? blocked(blocker("OFFLINE_PAYMENT", "sync", "finance", ["wait"])) : notFound("payment"));
  }
  const { payment, service } = row;
  const answer = { paymentId, orderId: payment.orderId };

  const unsettled = await unsettledOperations(world.db, paymentId);
  for (const operation of unsettled) await runOperation(world, operation.id, actor);
  // Without a link the provider knows nothing that could be asked for.
  if (unsettled.some(({ kind }) => kind === "create_link"))
    return ok({ ...answer, pending: await hasUnsettledOperation(world.db, paymentId), moved: true });

  const account = accountOf(service);
  if (!account.ok)
    return refuse(
      blocked(blocker("SERVICE_CREDENTIALS", "sync", "admin", ["open_settings"], { provider: service.name })),
    );
  const asked = (await findPayment(world.db, paymentId)) ?? payment;
  if (asked.state === "failed" && asked.progress === "none" && asked.url === null)
    return ok({ ...answer, pending: false, moved: false });
  const read = await world.findProvider(payment.provider).readPayment(account.value, referenceOf(asked, world.now()));
  if (!read.ok) {
    const { credentials, message, code } = read.error;
    if (credentials)
      await transact(world.db, async (tx) => ok(await noteAndTellRefusedCredentials(tx, service.id, message || code)));
    await raiseStuckPayment(world, paymentId, actor, message || code);
    return refuse(blocked(failureBlocker(read.error, paymentId, service.name)));
  }
  const recorded = await recordObservation(world, paymentId, {
    observation: read.value,
    source: "status",
    sourceRef: actor.requestId,
    actor,
  });
  if (!recorded.ok) return recorded;
  await raiseStuckPayment(world, paymentId, actor, read.value.providerStatus);
  await noteSynced(world.db, service.id);
  await readFiscalReceipt(world, actor, paymentId, account.value);
  const pending = await hasUnsettledOperation(world.db, paymentId);
  return ok({ ...answer, pending, moved: recorded.value.moved });
}

function failureBlocker(failure: ProviderFailure, paymentId: PaymentId, provider: string) {
  const params = { provider, code: failure.code, message: failure.message, paymentId };
  return failure.kind === "rejected"
    ? blocker("PROVIDER_REFUSED", "sync", failure.credentials ? "admin" : "finance", ["sync", "open_settings"], params)
    : blocker("PROVIDER_UNAVAILABLE", "sync", "sales", ["sync"], params);
}
