import type { PrintedDocument } from "./document.ts";

/**
 * The documents' face has Latin, Greek and Cyrillic; a letter it lacks would be printed as an empty box. Faces with Chinese,
 * Japanese and Korean take ten megabytes each and would be carried by every installation for a name once a year, and spelling
 * a name in other letters would put a name on an invoice that nobody has. So a word that cannot be printed says that it is
 * left out, and little pictures go without a word. Screens, mail and the tax id beside the name still have the whole of it.
 */
const LEFT_OUT = "[…]";
/** Little pictures, with what joins, colours and turns them. */
const PICTURES = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0e|\ufe0f|\u200d|\u20e3/u;

/** @param has whether the face draws a character */
export function printable(text: string, has: (codePoint: number) => boolean): string {
  const draws = (character: string) => has(character.codePointAt(0) ?? 0);
  if ([...text].every(draws)) return text;
  const words = [...text.normalize("NFC")]
    .map((character) => (draws(character) ? character : PICTURES.test(character) ? "" : "\0"))
    .join("")
    .replace(/\0+(?:\s+\0+)*/g, LEFT_OUT)
    .replace(/ {2,}/g, " ")
    .trim();
  return words || (text.trim() === "" ? text : LEFT_OUT);
}

/** Texts that people read; a picture's bytes, a code's path and a link are none. */
export function printableDocument(document: PrintedDocument, has: (codePoint: number) => boolean): PrintedDocument {
  const each = (value: unknown): unknown => {
    if (typeof value === "string") return printable(value, has);
    if (Array.isArray(value)) return value.map(each);
    if (value === null || typeof value !== "object" || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, each(part)]));
  };
  // Every text has become a text, everything else is what it was.
  const texts = each({ ...document, logo: null, pay: null }) as PrintedDocument;
  const pay = document.pay && { ...document.pay, title: printable(document.pay.title, has) };
  return { ...texts, logo: document.logo, pay };
}
