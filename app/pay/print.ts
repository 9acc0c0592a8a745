import "server-only";
import type { PrintedDocument } from "#lib/documents/document";
import { fileHeaders } from "#lib/http/file";
import { sentPdf } from "#lib/http/pdf";
import { plainPageHtml, plainWords } from "#lib/pay/page";
import { htmlAnswer, standing, type Visitor } from "./door.ts";

const look = (requestId: string) => ({
  ...standing(requestId),
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
});

/** A document for the customer, kept by nobody on its way. */
export async function printed(document: PrintedDocument, { requestId }: Visitor): Promise<Response> {
  const file = await sentPdf(document);
  return new Response(file.bytes as BodyInit, { headers: { ...look(requestId), ...fileHeaders(file) } });
}

/** That it is there, without drawing it. */
export const printable = ({ requestId }: Visitor): Response =>
  new Response(null, { headers: { ...look(requestId), "content-type": "application/pdf" } });

/** No more than of an address that is nobody's. */
export const notPrinted = ({ locale, requestId }: Visitor): Response =>
  htmlAnswer(plainPageHtml(locale, plainWords(locale, "unknown")), requestId, 404);
