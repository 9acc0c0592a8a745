import { offlineListPage, offlineListQuery } from "#lib/contracts/offline";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readOfflineList } from "#lib/reads/offline";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "Money recorded by hand, by pages, the newest first: waiting, counted, refused, or all.",
    query: offlineListQuery,
    answers: offlineListPage,
    run: ({ query, user }) => found(readOfflineList(query, user), "offline_receipt"),
  }),
});
