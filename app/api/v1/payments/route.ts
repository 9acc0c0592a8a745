import { paymentListPage, paymentListQuery } from "#lib/contracts/payments";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readPaymentList } from "#lib/reads/payments";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "Transactions, filtered, sorted, by pages.",
    query: paymentListQuery,
    answers: paymentListPage,
    run: ({ query, user }) => found(readPaymentList(query, user), "payment"),
  }),
});
