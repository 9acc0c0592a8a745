import { refundInput } from "#lib/contracts/payments";
import { invalid, notFound } from "#lib/domain/refusal";
import { refuse } from "#lib/domain/result";
import { paymentAfter, paymentAnswer } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readPayment } from "#lib/reads/payments";
import { refundPayment } from "#lib/workflows/refund-payment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "payment:refund",
    summary: "Gives taken money back, all that is left of it or a part.",
    params: paymentParams,
    body: refundInput,
    answers: paymentAnswer,
    statuses: [200, 202],
    run: async ({ world, actor, params, body: { amount, reason }, user }) => {
      // The workflow takes minor units of the payment's own currency; an amount in another one means something else.
      const payment = amount && (await readPayment(params.paymentId, user));
      if (payment === null) return refuse(notFound("payment"));
      if (payment && amount && payment.amount.currency !== amount.currency)
        return refuse(invalid({ field: "amount.currency", code: "other_currency" }));
      const amountMinor = amount ? BigInt(amount.amount) : null;
      return paymentAfter(refundPayment(world, actor, params.paymentId, { amountMinor, reason }), user);
    },
  }),
});
