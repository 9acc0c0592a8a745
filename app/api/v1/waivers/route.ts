import { waiverListPage, waiverListQuery } from "#lib/contracts/waivers";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readWaiverList } from "#lib/reads/waivers";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "Waivers by pages, the newest first: asked for, in force, over, or all.",
    query: waiverListQuery,
    answers: waiverListPage,
    run: ({ query, user }) => found(readWaiverList(query, user), "waiver"),
  }),
});
