import { createOrderInput, orderListPage, orderListQuery, orderView } from "#lib/contracts/orders";
import { found, orderAfter } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readOrderList } from "#lib/reads/orders";
import { createOrder } from "#lib/workflows/create-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "Sales orders, filtered, sorted, by pages.",
    query: orderListQuery,
    answers: orderListPage,
    run: ({ query, user }) => found(readOrderList(query, user), "order"),
  }),
  POST: handle({
    permission: "order:write",
    summary: "Creates a sales order.",
    body: createOrderInput,
    answers: orderView,
    statuses: [201],
    run: ({ world, actor, body, user }) => orderAfter(createOrder(world, actor, body), user, 201),
  }),
});
