import type { PaymentId } from "#lib/domain/ids";
import type { Observation } from "#lib/domain/provider";

/** That we no longer serve a link, in the shape of a report: a fact of ours that enters by the same door. */
export const withdrawal = (paymentId: PaymentId): Observation => ({
  reference: paymentId,
  providerPaymentId: null,
  facts: { withdrawn: true },
  asked: null,
  providerStatus: "withdrawn by us",
  unknownStatus: false,
  wrongAccount: false,
  holdExpiresAt: null,
  details: {},
  refunds: [],
  providerTime: null,
  eventKey: "withdrawn",
  raw: {},
});
