import { customerInput, customerView } from "#lib/contracts/customers";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { customerParams } from "#lib/http/params";
import { resource } from "#lib/http/resource";
import { readCustomer } from "#lib/reads/customers";
import { updateCustomer } from "#lib/workflows/save-customer";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "customer:read",
    summary: "One customer.",
    params: customerParams,
    answers: customerView,
    run: ({ params }) => found(readCustomer(params.customerId), "customer"),
  }),
  PATCH: handle({
    permission: "customer:write",
    summary: "Replaces what is known of a customer.",
    params: customerParams,
    body: customerInput,
    answers: customerView,
    run: ({ world, actor, params, body }) =>
      savedAs(
        updateCustomer(world, actor, params.customerId, body),
        ({ customerId }) => readCustomer(customerId),
        "customer",
      ),
  }),
});
