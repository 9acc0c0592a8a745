import { z } from "zod";
import { ok } from "#lib/domain/result";
import { env } from "#lib/env";
import { handle } from "#lib/http/handle";
import { describeApi } from "#lib/http/openapi";
import { resource } from "#lib/http/resource";
import { ROUTES } from "./routes.ts";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "self",
    summary: "This description.",
    answers: z.record(z.string(), z.unknown()),
    run: async () => ok({ body: describeApi(ROUTES, env().appUrl) }),
  }),
});
