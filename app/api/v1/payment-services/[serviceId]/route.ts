import { serviceView, updateServiceInput } from "#lib/contracts/services";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { serviceParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readService } from "#lib/reads/services";
import { updateService } from "#lib/workflows/save-service";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "service:read",
    summary: "One payment service.",
    params: serviceParams,
    answers: serviceView,
    run: ({ params, user }) => found(readService(params.serviceId, user), "payment_service"),
  }),
  PATCH: handle({
    permission: "service:write",
    summary: "Changes what is sent and nothing else; refused when somebody else saved first.",
    params: serviceParams,
    body: updateServiceInput,
    answers: serviceView,
    run: ({ world, actor, params, body, user }) =>
      savedAs(
        updateService(world, actor, params.serviceId, body),
        ({ serviceId }) => readService(serviceId, user),
        "payment_service",
      ),
  }),
});
