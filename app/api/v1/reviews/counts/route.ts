import { reviewCounts } from "#lib/contracts/reviews";
import { ok } from "#lib/domain/result";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readReviewCounts } from "#lib/reads/reviews";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "review:read",
    summary: "How many tasks of the review desk are open: all, one's own, nobody's, overdue.",
    answers: reviewCounts,
    run: async ({ user }) => ok({ body: await readReviewCounts(user) }),
  }),
});
