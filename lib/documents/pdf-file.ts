import "server-only";
import type { PrintedDocument } from "./document.ts";
import { renderPdf } from "./render-pdf.ts";

export type PdfFile = { name: string; bytes: Uint8Array };

/** A document as a file to send or to attach. */
export const pdfFile = async (document: PrintedDocument): Promise<PdfFile> => ({
  name: `${document.fileName}.pdf`,
  bytes: await renderPdf(document),
});
