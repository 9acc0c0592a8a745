import { previewInput, testMailView } from "#lib/contracts/messages";
import { ok } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { sendTestMail } from "#lib/workflows/send-test-mail";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "message_settings:write",
    summary: "Sends a wording with sample data to whoever asks, and answers with the mail server's words.",
    body: previewInput,
    answers: testMailView,
    run: async ({ world, user, body: { subject, body, ...named } }) => {
      const sent = await sendTestMail(world, user, named, { subject, body });
      return sent.ok ? ok({ body: sent.value }) : sent;
    },
  }),
});
