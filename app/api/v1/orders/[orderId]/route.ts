import { orderView, updateOrderInput } from "#lib/contracts/orders";
import { found, orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrder } from "#lib/reads/orders";
import { updateOrder } from "#lib/workflows/update-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "One sales order with everything its page shows.",
    params: orderParams,
    answers: orderView,
    run: ({ params, user }) => found(readOrder(params.orderId, user), "order"),
  }),
  PATCH: handle({
    permission: "order:write",
    summary:
      "Changes an open sales order; refused when somebody else saved first, or a choice about its money is missing.",
    params: orderParams,
    body: updateOrderInput,
    answers: orderView,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) => orderAfter(updateOrder(world, actor, params.orderId, body), user),
  }),
});
