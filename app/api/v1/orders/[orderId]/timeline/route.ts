import { timelineAnswer, timelineOf } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrder, readOrderTimeline } from "#lib/reads/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "What happened to an order, newest first.",
    params: orderParams,
    answers: timelineAnswer,
    run: ({ params, user }) =>
      timelineOf(readOrderTimeline(params.orderId, user), () => readOrder(params.orderId, user), "order"),
  }),
});
