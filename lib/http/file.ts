import { z } from "zod";

/** A file in place of JSON, as the body of an answer. `inline`: browsers may show it; else they save it. */
export type SentFile = { sentFile: true; name: string; type: string; bytes: Uint8Array; inline: boolean };

/** The `answers` of a route that sends a file of a kind, e.g. `fileOf("application/pdf")`. */
export const fileOf = (type: string) => z.custom<SentFile>(isSentFile).meta({ file: type });

/** Which kind of file a route sends; null: JSON. */
export const fileTypeOf = (shape: z.ZodType): string | null => (shape.meta()?.file as string | undefined) ?? null;

export const isSentFile = (body: unknown): body is SentFile =>
  typeof body === "object" && body !== null && "sentFile" in body && body.sentFile === true;

/**
 * RFC 6266: the name in full for browsers of today (RFC 5987), and one that cannot be misread by any other. Nothing in it can
 * end the header, leave its folder, or pass for another kind of file.
 */
export function contentDisposition(name: string, inline: boolean): string {
  const whole = [...name.toWellFormed()]
    .map((character) => (/[\p{C}\\/:*?"<>|%;]/u.test(character) ? "-" : character))
    .join("")
    .slice(0, 150);
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(whole)?.[0] ?? "";
  const simple = /^[\w .()-]+$/.test(whole) ? whole : `document${ending}`;
  const encoded = encodeURIComponent(whole).replace(
    /['()*!]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${inline ? "inline" : "attachment"}; filename="${simple}"; filename*=UTF-8''${encoded}`;
}

/** Headers of a file: what it is, under which name, and that it is nothing else. */
export const fileHeaders = ({ name, type, inline, bytes }: SentFile): Record<string, string> => ({
  "content-type": type,
  "content-length": String(bytes.byteLength),
  "content-disposition": contentDisposition(name, inline),
  "x-content-type-options": "nosniff",
});
