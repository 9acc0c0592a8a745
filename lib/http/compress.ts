import "server-only";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** A packet or two: below that nothing is gained. */
const WORTH_IT_BYTES = 2 * 1024;
const packers = {
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 5 }),
} as const;
type Coding = keyof typeof packers;

/** The best coding that a client takes (RFC 9110, 12.5.3); null: as it is. */
export function codingFor(acceptEncoding: string | null): Coding | null {
  const weights = new Map<string, number>();
  for (const part of (acceptEncoding ?? "").slice(0, 500).split(",")) {
    const [name = "", ...params] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const weight = params.find((param) => param.startsWith("q="))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  const takes = (name: Coding) => (weights.get(name) ?? 0) > 0;
  return takes("br") ? "br" : takes("gzip") ? "gzip" : null;
}

/**
 * Packs what was read, where the client takes it: 50 orders are 28 KB of JSON and 2.4 KB packed. Next packs pages only.
 *
 * An answer's length says something of what is in it, also when it is encrypted (BREACH): whoever can put guesses beside a
 * secret, have them sent again and again, and see the lengths, reads the secret. So only answers to GET are packed. They
 * repeat nothing of the question, keys and passwords are in none of them (they go in and never come out), and what somebody
 * else's page asks for comes without the person's cookie (SameSite), so nobody but the person can have them sent.
 */
export async function packed(body: Uint8Array, headers: Headers, request: Request): Promise<Uint8Array> {
  if (request.method !== "GET" && request.method !== "HEAD") return body;
  headers.append("vary", "Accept-Encoding");
  const coding = codingFor(request.headers.get("accept-encoding"));
  if (!coding || body.byteLength < WORTH_IT_BYTES) return body;
  const small = await packers[coding](body);
  headers.set("content-encoding", coding);
  if (headers.has("content-length")) headers.set("content-length", String(small.byteLength));
  return small;
}
