import { reviewView } from "#lib/contracts/reviews";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { reviewParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readReview } from "#lib/reads/reviews";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "review:read",
    summary: "One task of the review desk: its facts side by side and the answers that fit.",
    params: reviewParams,
    answers: reviewView,
    run: ({ params, user }) => found(readReview(params.reviewId, user), "review"),
  }),
});
