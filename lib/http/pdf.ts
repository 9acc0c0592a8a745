import "server-only";
import type { PrintedDocument } from "#lib/documents/document";
import { pdfFile } from "#lib/documents/pdf-file";
import { notFound } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import type { Locale } from "#lib/i18n/locale";
import { fileOf, type SentFile } from "./file.ts";
import type { Answer } from "./handle.ts";
import type { Failure } from "./problem.ts";

/** The `answers` of a route that sends a document. */
export const pdf = fileOf("application/pdf");

export const sentPdf = async (document: PrintedDocument): Promise<SentFile> => {
  const { name, bytes } = await pdfFile(document);
  return { sentFile: true, name, bytes, type: "application/pdf", inline: true };
};

/** A document made of what a read found, in the language asked for or the order's; nothing found is 404. */
export async function documentOf<Facts extends { order: { language: Locale } }>(
  reading: Promise<Facts | null>,
  what: string,
  lang: Locale | undefined,
  model: (facts: Facts, locale: Locale) => PrintedDocument,
): Promise<Result<Answer<SentFile>, Failure>> {
  const facts = await reading;
  if (!facts) return refuse(notFound(what));
  return ok({ body: await sentPdf(model(facts, lang ?? facts.order.language)) });
}
