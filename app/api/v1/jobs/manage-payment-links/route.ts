import { z } from "zod";
import { jobPageView } from "#lib/contracts/services";
import { ok } from "#lib/domain/result";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readJobPage } from "#lib/reads/jobs";
import { managePaymentLinks } from "#lib/workflows/manage-payment-links";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "job:read",
    summary: "The last runs of Manage Payment Links, and what waits for the next.",
    answers: jobPageView,
    run: ({ user }) => found(readJobPage(user), "job"),
  }),
  POST: handle({
    permission: "job:run",
    summary: "Runs Manage Payment Links now.",
    answers: z.object({ looked: z.int(), moved: z.int(), failed: z.int(), left: z.int() }),
    run: async ({ world, user }) =>
      // Done before a browser stops waiting for the answer.
      ok({ body: await managePaymentLinks(world, { startedBy: user.name, deadlineMs: 25_000 }) }),
  }),
});
