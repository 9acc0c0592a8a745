import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FONTS } from "#lib/pay/style";

const FOLDER = join(process.cwd(), "node_modules/@fontsource-variable/ibm-plex-sans/files");
const kept = new Map<string, Uint8Array>();

/** The typeface of the customer's page, from the package the rest of Holdpoint has it from (see next.config.ts). */
export async function GET(_request: Request, context: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await context.params;
  const font = Object.hasOwn(FONTS, file) ? FONTS[file as keyof typeof FONTS] : null;
  if (!font) return new Response(null, { status: 404, headers: { "cache-control": "no-store" } });
  const bytes = kept.get(file) ?? new Uint8Array(await readFile(join(FOLDER, font.file)));
  kept.set(file, bytes);
  return new Response(bytes as BodyInit, {
    headers: { "content-type": "font/woff2", "cache-control": "public, max-age=31536000, immutable" },
  });
}
