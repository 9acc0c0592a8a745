import { messageSettingsInput, messageSettingsView } from "#lib/contracts/messages";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readMessageSettings } from "#lib/reads/messages";
import { updateMessageSettings } from "#lib/workflows/message-settings";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "message_settings:read",
    summary: "Which messages are sent by themselves, and how each reads in both languages.",
    answers: messageSettingsView,
    run: ({ user }) => found(readMessageSettings(user), "message_settings"),
  }),
  PATCH: handle({
    permission: "message_settings:write",
    summary: "Changes which messages are sent without anybody asking.",
    body: messageSettingsInput,
    answers: messageSettingsView,
    run: ({ world, actor, body, user }) =>
      savedAs(updateMessageSettings(world, actor, body), () => readMessageSettings(user), "message_settings"),
  }),
});
