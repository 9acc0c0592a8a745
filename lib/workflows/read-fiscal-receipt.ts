import { findPayment } from "#db/queries/payments";
import type { PaymentId } from "#lib/domain/ids";
import { FISCAL_WORD, type ServiceAccount } from "#lib/domain/provider";
import { recordObservation } from "./record-observation.ts";
import { referenceOf } from "./run-operation.ts";
import type { Actor, World } from "./world.ts";

/**
 * Asks for the fiscal receipt of taken money where the provider issues one, until there is one. A provider that does not
 * answer this is asked another time: no money hangs on it.
 */
export async function readFiscalReceipt(
  world: World,
  actor: Actor,
  paymentId: PaymentId,
  account: ServiceAccount,
): Promise<void> {
  const payment = await findPayment(world.db, paymentId);
  if (!payment || payment.capturedMinor === 0n || payment.details.fiscalStatus === "issued") return;
  const read = await world.findProvider(account.provider).readFiscal?.(account, referenceOf(payment, world.now()));
  if (!read?.ok || read.value.status === payment.details.fiscalStatus) return;
  const { status, url } = read.value;
  await recordObservation(world, paymentId, {
    source: "status",
    sourceRef: actor.requestId,
    actor,
    observation: {
      reference: paymentId,
      providerPaymentId: payment.providerPaymentId,
      facts: {},
      asked: null,
      providerStatus: `${FISCAL_WORD}: ${status}`,
      unknownStatus: false,
      wrongAccount: false,
      holdExpiresAt: null,
      details: { fiscalStatus: status, ...(url ? { receiptUrl: url } : {}) },
      refunds: [],
      providerTime: null,
      eventKey: `fiscal|${status}|${url ?? ""}`,
      raw: { fiscalStatus: status, ...(url ? { taxUrl: url } : {}) },
    },
  });
}
