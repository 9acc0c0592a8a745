import { orderMessages, resendMessageInput } from "#lib/contracts/messages";
import { savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { messageParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readOrderMessages } from "#lib/reads/messages";
import { resendMessage } from "#lib/workflows/resend-message";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "link:share",
    summary: "Sends a message once more, to the same address or to another one. Refused where its link is dead.",
    params: messageParams,
    body: resendMessageInput,
    answers: orderMessages,
    run: ({ world, actor, params, body }) =>
      savedAs(
        resendMessage(world, actor, params.messageId, body),
        ({ orderId }) => readOrderMessages(orderId),
        "message",
      ),
  }),
});
