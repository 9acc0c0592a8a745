import { holdListPage, holdListQuery } from "#lib/contracts/holds";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readHolds } from "#lib/reads/holds";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "Money held and not yet taken, the first to end on top, with sums by day.",
    query: holdListQuery,
    answers: holdListPage,
    run: ({ query, user }) => found(readHolds(query, user), "payment"),
  }),
});
