import { createHash, timingSafeEqual } from "node:crypto";
import type { Version } from "./credentials.ts";

const HASH = { 3: "sha1", 7: "sha3-256" } as const satisfies Record<Version, string>;

const digest = (version: Version, privateKey: string, data: string): Buffer =>
  createHash(HASH[version])
    .update(privateKey + data + privateKey)
    .digest();

/** base64 of the raw digest over key + data + key; `data` is the base64 text exactly as it travels. */
export const signData = (version: Version, privateKey: string, data: string): string =>
  digest(version, privateKey, data).toString("base64");

/**
 * Was this `data` signed with this private key? Which hash is told by the signature's length (28 characters: SHA-1, 44:
 * SHA3-256), so callbacks are understood whatever version made the payment. Constant time. The key is also ours: a good
 * signature proves "LiqPay or we made it", not "for this payment".
 */
export function isSignedWith(privateKey: string, data: string, signature: string): boolean {
  const version = signature.length === 28 ? 3 : signature.length === 44 ? 7 : null;
  const given = Buffer.from(signature, "base64");
  if (!privateKey || version === null || given.toString("base64") !== signature) return false;
  const expected = digest(version, privateKey, data);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Parameters as they travel: JSON in base64, one line. */
export const encodeData = (params: Readonly<Record<string, unknown>>): string =>
  Buffer.from(JSON.stringify(params), "utf8").toString("base64");

/** `data=…&signature=…`, percent-encoded: a bare `+` would arrive as a space and break the signature. */
export const envelope = (version: Version, privateKey: string, data: string): string =>
  `data=${encodeURIComponent(data)}&signature=${encodeURIComponent(signData(version, privateKey, data))}`;

/** Reads a callback's form: exactly `data` and `signature`, once each, decoded once; null for any other body. */
export function readEnvelope(body: string): { data: string; signature: string } | null {
  const fields = new Map<string, string>();
  const pairs = body.split("&");
  if (pairs.length !== 2) return null;
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    if (name !== "data" && name !== "signature") return null;
    try {
      fields.set(name, decodeURIComponent(pair.slice(at + 1).replaceAll("+", " ")));
    } catch {
      return null;
    }
  }
  const data = fields.get("data");
  const signature = fields.get("signature");
  return data && signature ? { data, signature } : null;
}
