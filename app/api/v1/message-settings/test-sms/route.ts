import { testMailView, testSmsInput } from "#lib/contracts/messages";
import { ok } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { companyName } from "#lib/reads/company-name";
import { sendTestText } from "#lib/workflows/send-text";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "message_settings:write",
    summary: "Sends a text message through the gateway as it is saved, and answers with the gateway's words.",
    body: testSmsInput,
    answers: testMailView,
    run: async ({ world, body: { to } }) => {
      const delivery = await sendTestText(world, to, (await companyName()) ?? "");
      return ok({
        body:
          delivery.ended === "sent"
            ? { to, sent: true, fault: null, said: delivery.response }
            : { to, sent: false, fault: delivery.fault, said: delivery.said || null },
      });
    },
  }),
});
