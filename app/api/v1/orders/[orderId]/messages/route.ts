import { orderMessages } from "#lib/contracts/messages";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrderMessages } from "#lib/reads/messages";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "E-mails and text messages to an order's customer, newest first, with what became of each.",
    params: orderParams,
    answers: orderMessages,
    run: ({ params }) => found(readOrderMessages(params.orderId), "order"),
  }),
});
