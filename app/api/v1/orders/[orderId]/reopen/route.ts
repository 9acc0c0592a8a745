import { orderView, reopenInput } from "#lib/contracts/orders";
import { orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { reopenOrder } from "#lib/workflows/reopen-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "order:reopen",
    summary: "Opens a released order for editing; a live link is cancelled first.",
    params: orderParams,
    body: reopenInput,
    answers: orderView,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) => orderAfter(reopenOrder(world, actor, params.orderId, body), user),
  }),
});
