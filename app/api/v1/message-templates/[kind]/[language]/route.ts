import { messageSettingsView, templateInput, templateParams } from "#lib/contracts/messages";
import { savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readMessageSettings } from "#lib/reads/messages";
import { saveWording } from "#lib/workflows/message-settings";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  PATCH: handle({
    permission: "message_settings:write",
    summary: "The company's own wording of a message, with placeholders such as {order}. An unknown one is refused.",
    params: templateParams,
    body: templateInput,
    answers: messageSettingsView,
    run: ({ world, actor, params, body, user }) =>
      savedAs(saveWording(world, actor, params, body), () => readMessageSettings(user), "message_template"),
  }),
  DELETE: handle({
    permission: "message_settings:write",
    summary: "Goes back to the built-in wording of a message.",
    params: templateParams,
    answers: messageSettingsView,
    run: ({ world, actor, params, user }) =>
      savedAs(saveWording(world, actor, params, null), () => readMessageSettings(user), "message_template"),
  }),
});
