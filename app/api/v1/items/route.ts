import { itemInput, itemListQuery, itemPage, itemView } from "#lib/contracts/customers";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readItem, readItems } from "#lib/reads/items";
import { createItem } from "#lib/workflows/save-item";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "item:read",
    summary: "Items, by pages.",
    query: itemListQuery,
    answers: itemPage,
    run: ({ query }) => found(readItems(query), "item"),
  }),
  POST: handle({
    permission: "item:write",
    summary: "Creates an item.",
    body: itemInput,
    answers: itemView,
    statuses: [201],
    run: ({ world, actor, body }) =>
      savedAs(createItem(world, actor, body), ({ itemId }) => readItem(itemId), "item", 201),
  }),
});
