import { cancelPaymentInput } from "#lib/contracts/payments";
import { paymentAfter, paymentAnswer } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { cancelPayment } from "#lib/workflows/cancel-payment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "payment:cancel",
    summary: "Cancels an unpaid link.",
    params: paymentParams,
    body: cancelPaymentInput,
    answers: paymentAnswer,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) =>
      paymentAfter(cancelPayment(world, actor, params.paymentId, { reason: body.reason ?? null }), user),
  }),
});
