import { z } from "zod";
import { createServiceInput, serviceView } from "#lib/contracts/services";
import { listed, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readService, readServices } from "#lib/reads/services";
import { createService } from "#lib/workflows/save-service";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "service:read",
    summary: "Payment services; of secrets the last four characters.",
    answers: z.object({ rows: z.array(serviceView) }),
    run: ({ user }) => listed(readServices(user)),
  }),
  POST: handle({
    permission: "service:write",
    summary: "Sets up a payment service.",
    body: createServiceInput,
    answers: serviceView,
    statuses: [201],
    run: ({ world, actor, body, user }) =>
      savedAs(
        createService(world, actor, body),
        ({ serviceId }) => readService(serviceId, user),
        "payment_service",
        201,
      ),
  }),
});
