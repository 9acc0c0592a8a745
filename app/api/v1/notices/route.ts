import { noticeListPage, noticeListQuery } from "#lib/contracts/notices";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readNotices } from "#lib/reads/notices";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "self",
    summary: "What the person was told of: payments, holds near their end, tasks, troubles; the newest on top.",
    query: noticeListQuery,
    answers: noticeListPage,
    run: ({ query, user }) => found(readNotices(query, user), "notice"),
  }),
});
