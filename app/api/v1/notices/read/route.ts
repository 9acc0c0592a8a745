import { readNoticesInput, unreadNotices } from "#lib/contracts/notices";
import { savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readUnread } from "#lib/reads/notices";
import { markNotices } from "#lib/workflows/mark-notices";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "self",
    summary: "Marks notices of one's own as read: some, or all up to one.",
    body: readNoticesInput,
    answers: unreadNotices,
    run: ({ world, user, body }) =>
      savedAs(markNotices(world, user.id, body), async () => ({ unread: await readUnread(user.id) }), "notice"),
  }),
});
