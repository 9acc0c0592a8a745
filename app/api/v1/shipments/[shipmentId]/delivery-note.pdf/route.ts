import { documentQuery } from "#lib/contracts/documents";
import { deliveryNoteModel } from "#lib/documents/delivery-note-model";
import { handle } from "#lib/http/handle";
import { shipmentParams } from "#lib/http/params";
import { documentOf, pdf } from "#lib/http/pdf";
import { resource } from "#lib/http/resource";
import { readShipmentFacts } from "#lib/reads/documents";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "order:read",
    summary: "A delivery note as PDF.",
    params: shipmentParams,
    query: documentQuery,
    answers: pdf,
    run: ({ params, query }) =>
      documentOf(readShipmentFacts(params.shipmentId), "shipment", query.lang, deliveryNoteModel),
  }),
});
