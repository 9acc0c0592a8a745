import type { Tx } from "#db/client";
import { findWebhook, finishTwins } from "#db/queries/inbox";
import { factsOf, type PaymentRow } from "#db/queries/payment-rows";
import { findPaymentsOfOrderAt } from "#db/queries/payments";
import { findService } from "#db/queries/services";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { everHadMoney } from "#lib/domain/payment";
import { blocked, blocker, invalid, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { recordObservation } from "./record-observation.ts";
import { referenceOf } from "./run-operation.ts";
import { accountOf } from "./service-account.ts";
import type { Actor, World } from "./world.ts";

/** By which names the provider knows the payment that a webhook told of. */
export type WebhookNames = { reference: string | null; providerPaymentId: string | null };

/**
 * A person says which order an unmatched webhook belongs to: its money is the news of that order's unpaid link of the same
 * service. The webhook itself proves nothing any more; the provider is asked, and its answer enters by the one door, where
 * another amount or a second invoice raises its own question. `alongside` runs in the same transaction.
 */
export async function attachWebhook(
  world: World,
  actor: Actor,
  inboxId: bigint,
  names: WebhookNames,
  orderId: OrderId,
  alongside: (tx: Tx, to: { orderId: OrderId; paymentId: PaymentId }) => Promise<void>,
): Promise<Result<{ paymentId: PaymentId }, Refusal>> {
  const webhook = await findWebhook(world.db, inboxId);
  const service = webhook && (await findService(world.db, webhook.serviceId));
  if (!webhook || !service) return refuse(notFound("review"));
  const account = accountOf(service);
  if (!account.ok)
    return refuse(
      blocked(blocker("SERVICE_CREDENTIALS", "review", "admin", ["open_settings"], { provider: service.name })),
    );
  const payment = unpaidLink(await findPaymentsOfOrderAt(world.db, orderId, service.id));
  if (!payment)
    return refuse(invalid({ field: "toOrderId", code: "no_link_of_service", params: { service: service.name } }));

  const read = await world.findProvider(service.provider).readPayment(account.value, {
    ...referenceOf(payment, world.now()),
    reference: names.reference ?? payment.id,
    providerPaymentId: names.providerPaymentId,
  });
  if (!read.ok) {
    const { code, message, kind } = read.error;
    const why = kind === "rejected" ? "PROVIDER_REFUSED" : "PROVIDER_UNAVAILABLE";
    return refuse(
      blocked(blocker(why, "review", "finance", ["open_review"], { provider: service.name, code, message })),
    );
  }
  const recorded = await recordObservation(
    world,
    payment.id,
    {
      observation: { ...read.value, reference: payment.id },
      source: webhook.source,
      sourceRef: inboxId.toString(),
      actor,
    },
    async (tx) => {
      await finishTwins(tx, inboxId);
      await alongside(tx, { orderId, paymentId: payment.id });
    },
  );
  return recorded.ok ? ok({ paymentId: payment.id }) : recorded;
}

/** The newest link of the order on which there was never any money. */
const unpaidLink = (rows: readonly PaymentRow[]): PaymentRow | null =>
  [...rows]
    .filter((row) => row.deletedAt === null && !everHadMoney(factsOf(row)))
    .sort((a, b) => b.attempt - a.attempt)[0] ?? null;
