import { reviewListPage, reviewListQuery } from "#lib/contracts/reviews";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readReviewList } from "#lib/reads/reviews";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "review:read",
    summary: "Tasks of the review desk, open or closed, by pages.",
    query: reviewListQuery,
    answers: reviewListPage,
    run: ({ query, user }) => found(readReviewList(query, user), "review"),
  }),
});
