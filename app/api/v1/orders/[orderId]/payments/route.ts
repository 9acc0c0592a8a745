import { releaseAnswer } from "#lib/contracts/orders";
import { newLinkInput } from "#lib/contracts/payments";
import { orderAndPendingAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { requestNewLink } from "#lib/workflows/request-new-link";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "link:replace",
    summary: "Creates a new payment link for what is missing.",
    params: orderParams,
    body: newLinkInput,
    answers: releaseAnswer,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) =>
      orderAndPendingAfter(requestNewLink(world, actor, params.orderId, body), user),
  }),
});
