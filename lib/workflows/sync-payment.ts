import { and, eq, inArray, sql } from "drizzle-orm";
import { LIVE_OPERATIONS } from "#db/queries/order-locks";
import { payments, providerOperations } from "#db/schema/payments";
import { paymentServices } from "#db/schema/services";
import type { PaymentId } from "#lib/domain/ids";
import type { ProviderFailure } from "#lib/domain/provider";
import { blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import type { PaymentAnswer } from "./payment-command.ts";
import { recordObservation } from "./record-observation.ts";
import { referenceOf, runOperation } from "./run-operation.ts";
import { accountOf } from "./service-account.ts";
import type { Actor, World } from "./world.ts";

export type Synced = PaymentAnswer & { moved: boolean };

/**
 * Update status: settles a call of ours whose answer was lost, then asks the provider what it knows now. A provider that
 * cannot be asked refuses with its sentence; what is known stays.
 */
export async function syncPayment(world: World, actor: Actor, paymentId: PaymentId): Promise<Result<Synced, Refusal>> {
  const [row] = await world.db
    .select({ payment: payments, service: paymentServices })
    .from(payments)
    .innerJoin(paymentServices, eq(paymentServices.id, payments.serviceId))
    .where(eq(payments.id, paymentId));
  if (!row) return refuse(notFound("payment"));
  const { payment, service } = row;
  const answer = { paymentId, orderId: payment.orderId };

  const unsettled = await world.db
    .select({ id: providerOperations.id, kind: providerOperations.kind, attempts: providerOperations.attempts })
    .from(providerOperations)
    .where(and(eq(providerOperations.paymentId, paymentId), inArray(providerOperations.state, [...LIVE_OPERATIONS])));
  for (const operation of unsettled) await runOperation(world, operation.id, actor);
  // Without a link the provider knows nothing that could be asked for.
  if (unsettled.some(({ kind }) => kind === "create_link"))
    return ok({ ...answer, pending: await stillUnsettled(world, paymentId), moved: true });

  const account = accountOf(service);
  if (!account.ok)
    return refuse(
      blocked(blocker("SERVICE_CREDENTIALS", "sync", "admin", ["open_settings"], { provider: service.name })),
    );
  const [fresh] = await world.db.select().from(payments).where(eq(payments.id, paymentId));
  const asked = fresh ?? payment;
  if (asked.state === "failed" && asked.progress === "none" && asked.url === null)
    return ok({ ...answer, pending: false, moved: false });
  const read = await world.findProvider(payment.provider).readPayment(account.value, referenceOf(asked, world.now()));
  if (!read.ok) {
    await noteFailure(world, service.id, read.error);
    return refuse(blocked(failureBlocker(read.error, paymentId, service.name)));
  }
  const recorded = await recordObservation(world, paymentId, {
    observation: read.value,
    source: "status",
    sourceRef: actor.requestId,
    actor,
  });
  if (!recorded.ok) return recorded;
  await world.db
    .update(paymentServices)
    .set({ lastSyncAt: sql`now()`, credentialsProblemAt: null, credentialsProblem: null })
    .where(eq(paymentServices.id, service.id));
  return ok({ ...answer, pending: await stillUnsettled(world, paymentId), moved: recorded.value.moved });
}

async function stillUnsettled(world: World, paymentId: PaymentId): Promise<boolean> {
  const rows = await world.db
    .select({ id: providerOperations.id })
    .from(providerOperations)
    .where(and(eq(providerOperations.paymentId, paymentId), inArray(providerOperations.state, [...LIVE_OPERATIONS])))
    .limit(1);
  return rows.length > 0;
}

/** Refused credentials stop new links of the service until somebody repairs them. */
async function noteFailure(
  world: World,
  serviceId: (typeof paymentServices.$inferSelect)["id"],
  failure: ProviderFailure,
) {
  if (!failure.credentials) return;
  await world.db
    .update(paymentServices)
    .set({
      credentialsProblemAt: sql`coalesce(${paymentServices.credentialsProblemAt}, now())`,
      credentialsProblem: failure.message || failure.code,
    })
    .where(eq(paymentServices.id, serviceId));
}

function failureBlocker(failure: ProviderFailure, paymentId: PaymentId, provider: string) {
  const params = { provider, code: failure.code, message: failure.message, paymentId };
  return failure.kind === "rejected"
    ? blocker("PROVIDER_REFUSED", "sync", failure.credentials ? "admin" : "finance", ["sync", "open_settings"], params)
    : blocker("PROVIDER_UNAVAILABLE", "sync", "sales", ["sync"], params);
}
