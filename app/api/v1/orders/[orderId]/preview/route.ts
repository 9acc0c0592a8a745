import { orderPreview, previewOrderInput } from "#lib/contracts/orders";
import { previewAnswer } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { previewOrder } from "#lib/workflows/update-order";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "order:write",
    summary: "What a change would do to money that is already there, and what can be chosen. Changes nothing.",
    params: orderParams,
    body: previewOrderInput,
    answers: orderPreview,
    run: ({ world, actor, params, body }) => previewAnswer(previewOrder(world, actor, params.orderId, body)),
  }),
});
