import { orderFormChoices } from "#lib/contracts/orders";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readOrderFormChoices } from "#lib/reads/orders";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "What the order form offers: services, salespeople, the company's defaults.",
    answers: orderFormChoices,
    run: ({ user }) => found(readOrderFormChoices(user), "order"),
  }),
});
