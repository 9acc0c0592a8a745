import { orderCounts, orderListQuery } from "#lib/contracts/orders";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readOrderCounts } from "#lib/reads/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "How many sales orders each ready view holds.",
    query: orderListQuery,
    answers: orderCounts,
    run: ({ query, user }) => found(readOrderCounts(query, user), "order"),
  }),
});
