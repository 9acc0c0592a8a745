import { shareInput } from "#lib/contracts/payments";
import { paymentAfter, paymentAnswer } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { shareLink } from "#lib/workflows/share-link";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "link:share",
    summary: "Sends the live link by e-mail or text message, or notes that a person handed it over.",
    params: paymentParams,
    body: shareInput,
    answers: paymentAnswer,
    statuses: [200, 202],
    run: ({ world, actor, params, body, user }) => paymentAfter(shareLink(world, actor, params.paymentId, body), user),
  }),
});
