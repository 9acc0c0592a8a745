import { cancelOrderInput, orderView } from "#lib/contracts/orders";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { cancelOrder } from "#lib/workflows/cancel-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "order:cancel",
    summary: "Cancels an order: its live link and holds first, each confirmed; a refund of taken money is proposed.",
    params: orderParams,
    body: cancelOrderInput,
    answers: orderView,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) =>
      orderAfter(cancelOrder(world, actor, params.orderId, { ...body, reason: body.reason ?? null }), user),
  }),
});
