import { customerInput, customerListQuery, customerPage, customerView } from "#lib/contracts/customers";
import { found, savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readCustomer, readCustomers } from "#lib/reads/customers";
import { createCustomer } from "#lib/workflows/save-customer";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "customer:read",
    summary: "Customers, by pages.",
    query: customerListQuery,
    answers: customerPage,
    run: ({ query, user }) => found(readCustomers(query, user), "customer"),
  }),
  POST: handle({
    permission: "customer:write",
    summary: "Creates a customer.",
    body: customerInput,
    answers: customerView,
    statuses: [201],
    run: ({ world, actor, body }) =>
      savedAs(createCustomer(world, actor, body), ({ customerId }) => readCustomer(customerId), "customer", 201),
  }),
});
