import { inflateSync } from "node:zlib";

/**
 * The words of a PDF, page by page, read back through the fonts' own tables of characters: what a person copies out of it.
 * Knows what our own documents are made of (whole objects, deflated streams, embedded fonts), and no more of the format.
 */
export function textOfPdf(bytes: Uint8Array): string[] {
  const source = Buffer.from(bytes).toString("latin1");
  const objects = new Map<number, string>();
  for (const [, id, body] of source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g))
    objects.set(Number(id), body ?? "");
  const object = (id: string | undefined) => objects.get(Number(id)) ?? "";
  const stream = (body: string): string => {
    const data = /stream\r?\n([\s\S]*?)\r?\nendstream/.exec(body)?.[1] ?? "";
    return body.includes("/FlateDecode") ? inflateSync(Buffer.from(data, "latin1")).toString("latin1") : data;
  };
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/.test(`${body}\n`));
  return pages.map((page) => {
    const resources = object(/\/Resources (\d+) 0 R/.exec(page)?.[1]) || page;
    const listed = /\/Font <<([\s\S]*?)>>/.exec(resources)?.[1] ?? "";
    const fonts = new Map(
      [...listed.matchAll(/\/(\w+) (\d+) 0 R/g)].map(([, name = "", id]) => {
        const map = /\/ToUnicode (\d+) 0 R/.exec(object(id))?.[1];
        return [name, charactersOf(map ? stream(object(map)) : "")] as const;
      }),
    );
    return textOfContent(stream(object(/\/Contents (\d+) 0 R/.exec(page)?.[1])), fonts);
  });
}

/** Glyph → characters, from a ToUnicode table. */
function charactersOf(table: string): Map<number, string> {
  const found = new Map<number, string>();
  const text = (hex = "") => Buffer.from(hex.replace(/\s/g, ""), "hex").swap16().toString("utf16le");
  for (const [, first, , list] of table.matchAll(/<([\da-f]+)> <([\da-f]+)> \[([^\]]*)\]/gi))
    for (const [at, [, hex]] of [...(list ?? "").matchAll(/<([\da-f\s]+)>/gi)].entries())
      found.set(Number.parseInt(first ?? "", 16) + at, text(hex));
  const ranges = table.replace(/\[[^\]]*\]/g, "");
  for (const [, first, last, start] of ranges.matchAll(/<([\da-f]+)> <([\da-f]+)> <([\da-f]+)>/gi))
    for (let glyph = Number.parseInt(first ?? "", 16), at = 0; glyph <= Number.parseInt(last ?? "", 16); glyph++, at++)
      found.set(glyph, String.fromCodePoint(Number.parseInt(start ?? "", 16) + at));
  return found;
}

function textOfContent(content: string, fonts: Map<string, Map<number, string>>): string {
  let font = new Map<number, string>();
  let words = "";
  for (const [, name, shown, end] of content.matchAll(/\/(\w+) [\d.]+ Tf|(\[[^\]]*\]) TJ|\b(ET)\b/g)) {
    if (name) font = fonts.get(name) ?? new Map();
    if (end) words += "\n";
    for (const [, hex = ""] of (shown ?? "").matchAll(/<([\da-f]*)>/gi))
      for (const [glyph] of hex.matchAll(/.{4}/g)) words += font.get(Number.parseInt(glyph, 16)) ?? "\ufffd";
  }
  return words;
}
