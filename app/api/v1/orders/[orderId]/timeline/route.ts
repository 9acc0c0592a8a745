import { timelinePage } from "#lib/contracts/orders";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrderTimeline } from "#lib/reads/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "What happened to an order, newest first.",
    params: orderParams,
    answers: timelinePage,
    run: ({ params, user }) => found(readOrderTimeline(params.orderId, user), "order"),
  }),
});
