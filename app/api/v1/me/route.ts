import { changeMe, viewOfMe } from "#lib/auth/me";
import { meInput, meView } from "#lib/contracts/me";
import { ok } from "#lib/domain/result";
import { clientAddress } from "#lib/http/arrival";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "self",
    summary: "Who is signed in, and what they may do.",
    answers: meView,
    run: async ({ user }) => ok({ body: viewOfMe(user) }),
  }),
  PATCH: handle({
    permission: "self",
    summary: "Changes one's own language or password; a new password signs out everywhere.",
    body: meInput,
    answers: meView,
    run: ({ world, actor, user, body, headers }) => changeMe(world, actor, user, body, clientAddress(headers)),
  }),
});
