import { releaseAnswer, versionInput } from "#lib/contracts/orders";
import { orderAndPendingAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { releaseOrder } from "#lib/workflows/release-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "order:release",
    summary: "Releases an order and creates its payment link.",
    params: orderParams,
    body: versionInput,
    answers: releaseAnswer,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) =>
      orderAndPendingAfter(releaseOrder(world, actor, params.orderId, body), user),
  }),
});
