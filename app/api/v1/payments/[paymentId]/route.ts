import { paymentPageView, updatePaymentInput } from "#lib/contracts/payments";
import { found, paymentAfter, paymentAnswer, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readPayment } from "#lib/reads/payments";
import { deletePayment } from "#lib/workflows/delete-payment";
import { updatePayment } from "#lib/workflows/update-payment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "One transaction: facts, provider calls, messages.",
    params: paymentParams,
    answers: paymentPageView,
    run: ({ params, user }) => found(readPayment(params.paymentId, user), "payment"),
  }),
  PATCH: handle({
    permission: "payment:edit",
    summary: "Changes description and metadata; nothing about money, ever.",
    params: paymentParams,
    body: updatePaymentInput,
    answers: paymentPageView,
    run: ({ world, actor, params, body, user }) =>
      savedAs(
        updatePayment(world, actor, params.paymentId, body),
        ({ paymentId }) => readPayment(paymentId, user),
        "payment",
      ),
  }),
  DELETE: handle({
    permission: "payment:delete",
    summary: "Takes a dead transaction without money out of lists and totals.",
    params: paymentParams,
    answers: paymentAnswer,
    run: ({ world, actor, params, user }) => paymentAfter(deletePayment(world, actor, params.paymentId), user),
  }),
});
