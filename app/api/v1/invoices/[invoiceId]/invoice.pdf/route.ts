import { documentQuery } from "#lib/contracts/documents";
import { invoiceModel } from "#lib/documents/invoice-model";
import { handle } from "#lib/http/handle";
import { invoiceParams } from "#lib/http/params";
import { documentOf, pdf } from "#lib/http/pdf";
import { resource } from "#lib/http/resource";
import { readInvoiceFacts } from "#lib/reads/documents";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "An invoice as PDF.",
    params: invoiceParams,
    query: documentQuery,
    answers: pdf,
    run: ({ params, query }) => documentOf(readInvoiceFacts(params.invoiceId), "invoice", query.lang, invoiceModel),
  }),
});
