import { documentQuery } from "#lib/contracts/documents";
import { hasReceipt, receiptModel } from "#lib/documents/receipt-model";
import { handle } from "#lib/http/handle";
import { paymentParams } from "#lib/http/params";
import { documentOf, pdf } from "#lib/http/pdf";
import { resource } from "#lib/http/resource";
import { readReceiptFacts } from "#lib/reads/documents";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "payment:read",
    summary: "A receipt for what was taken with a payment, as PDF. There is none before.",
    params: paymentParams,
    query: documentQuery,
    answers: pdf,
    run: async ({ params, query }) => {
      const facts = await readReceiptFacts(params.paymentId);
      const what = facts ? "receipt" : "payment";
      return documentOf(
        Promise.resolve(facts && hasReceipt(facts.payment) ? facts : null),
        what,
        query.lang,
        receiptModel,
      );
    },
  }),
});
