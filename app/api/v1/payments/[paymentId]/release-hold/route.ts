import { paymentAfter, paymentAnswer } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { releaseHold } from "#lib/workflows/release-hold";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "payment:release_hold",
    summary: "Gives held money back to the customer.",
    params: paymentParams,

    answers: paymentAnswer,
    statuses: [200, 202],
    run: ({ world, actor, params, user }) => paymentAfter(releaseHold(world, actor, params.paymentId), user),
  }),
});
