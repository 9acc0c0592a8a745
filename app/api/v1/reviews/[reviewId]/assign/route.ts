import { assignReviewInput, reviewView } from "#lib/contracts/reviews";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { reviewParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readReview } from "#lib/reads/reviews";
import { assignReview } from "#lib/workflows/assign-review";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "review:resolve",
    summary: "Gives a task of the review desk to somebody, or to nobody.",
    params: reviewParams,
    body: assignReviewInput,
    answers: reviewView,
    run: async ({ world, actor, params, body, user }) => {
      const done = await assignReview(world, actor, params.reviewId, body);
      return done.ok ? found(readReview(params.reviewId, user), "review") : done;
    },
  }),
});
