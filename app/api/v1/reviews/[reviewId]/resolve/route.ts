import { resolveReviewInput, reviewAnswer } from "#lib/contracts/reviews";
import { notFound } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { reviewParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readReview } from "#lib/reads/reviews";
import { resolveReview } from "#lib/workflows/resolve-review";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "review:resolve",
    summary: "Answers a task of the review desk and does what the answer says.",
    params: reviewParams,
    body: resolveReviewInput,
    answers: reviewAnswer,
    statuses: [200, 202],
    run: async ({ world, actor, params, body, user }) => {
      const done = await resolveReview(world, actor, params.reviewId, body);
      if (!done.ok) return done;
      const review = await readReview(params.reviewId, user);
      if (!review) return refuse(notFound("review"));
      return ok({ status: done.value.pending ? 202 : 200, body: { review, pending: done.value.pending } });
    },
  }),
});
