import { documentQuery } from "#lib/contracts/documents";
import { proFormaModel } from "#lib/documents/pro-forma-model";
import { env } from "#lib/env";
import { handle } from "#lib/http/handle";
import { orderParams } from "#lib/http/params";
import { documentOf, pdf } from "#lib/http/pdf";
import { resource } from "#lib/http/resource";
import { readProFormaFacts } from "#lib/reads/documents";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "The order as a pro-forma invoice (PDF), with the code of its page while something is to be paid.",
    params: orderParams,
    query: documentQuery,
    answers: pdf,
    run: ({ params, query, world }) =>
      documentOf(readProFormaFacts(params.orderId), "order", query.lang, (facts, locale) =>
        proFormaModel(facts, locale, world.now(), env().appUrl),
      ),
  }),
});
