import { itemInput, itemView } from "#lib/contracts/customers";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { itemParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readItem } from "#lib/reads/items";
import { updateItem } from "#lib/workflows/save-item";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "item:read",
    summary: "One item.",
    params: itemParams,
    answers: itemView,
    run: ({ params }) => found(readItem(params.itemId), "item"),
  }),
  PATCH: handle({
    permission: "item:write",
    summary: "Replaces what is known of an item.",
    params: itemParams,
    body: itemInput,
    answers: itemView,
    run: ({ world, actor, params, body }) =>
      savedAs(updateItem(world, actor, params.itemId, body), ({ itemId }) => readItem(itemId), "item"),
  }),
});
