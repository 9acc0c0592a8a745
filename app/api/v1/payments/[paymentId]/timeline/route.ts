import { timelineAnswer, timelineOf } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readPayment, readPaymentTimeline } from "#lib/reads/payments";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "What happened to a transaction, newest first.",
    params: paymentParams,
    answers: timelineAnswer,
    run: ({ params, user }) =>
      timelineOf(readPaymentTimeline(params.paymentId, user), () => readPayment(params.paymentId, user), "payment"),
  }),
});
