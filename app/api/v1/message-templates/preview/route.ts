import { previewInput, previewView } from "#lib/contracts/messages";
import { ok } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { previewOf } from "#lib/workflows/message-settings";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "message_settings:write",
    summary: "Shows how a wording will read, with sample data. Nothing is saved.",
    body: previewInput,
    answers: previewView,
    run: async ({ world, body: { subject, body, ...named } }) => {
      const preview = await previewOf(world, named, { subject, body });
      return preview.ok ? ok({ body: preview.value }) : preview;
    },
  }),
});
