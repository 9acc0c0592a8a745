import { unreadNotices } from "#lib/contracts/notices";
import { ok } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readUnread } from "#lib/reads/notices";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "self",
    summary: "How many notices the person has not read.",
    answers: unreadNotices,
    run: async ({ user }) => ok({ body: { unread: await readUnread(user.id) } }),
  }),
});
