import { testAnswer } from "#lib/contracts/services";
import { savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { serviceParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readService } from "#lib/reads/services";
import { testService } from "#lib/workflows/test-service";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  POST: handle({
    permission: "service:write",
    summary: "Asks the provider whether it takes the stored credentials.",
    params: serviceParams,
    answers: testAnswer,
    run: ({ world, actor, params: { serviceId }, user }) =>
      savedAs(
        testService(world, actor, serviceId),
        async (outcome) => {
          const service = await readService(serviceId, user);
          return service && { ...outcome, service };
        },
        "payment_service",
      ),
  }),
});
