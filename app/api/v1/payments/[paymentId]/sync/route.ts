import { paymentAfter, paymentAnswer } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { syncPayment } from "#lib/workflows/sync-payment";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "payment:sync",
    summary: "Asks the provider for the present state.",
    params: paymentParams,

    answers: paymentAnswer,
    statuses: [200, 202],
    run: ({ world, actor, params, user }) => paymentAfter(syncPayment(world, actor, params.paymentId), user),
  }),
});
