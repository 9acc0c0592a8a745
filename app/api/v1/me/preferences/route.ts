import { preferencesInput, preferencesView } from "#lib/contracts/notices";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readPreferences } from "#lib/reads/notices";
import { saveNoticePreferences } from "#lib/workflows/save-preferences";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "self",
    summary: "What the person wants to be told of, and how.",
    answers: preferencesView,
    run: ({ user }) => found(readPreferences(user), "user"),
  }),
  PATCH: handle({
    permission: "self",
    summary: "Changes it; what is left out stays.",
    body: preferencesInput,
    answers: preferencesView,
    run: ({ world, user, body }) =>
      savedAs(saveNoticePreferences(world, user.id, body), () => readPreferences(user), "user"),
  }),
});
