// monobank webhook signatures: ECDSA P-256 over SHA-256 of the raw body, DER in base64.
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";

export interface KeyPair {
  privatePem: string;
  publicPem: string;
}

export function newKeys(): KeyPair {
  const pair = generateKeyPairSync("ec", {
    namedCurve: "prime256v1",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { privatePem: pair.privateKey, publicPem: pair.publicKey };
}

export function signBody(raw: Buffer, privatePem: string): string {
  return sign("sha256", raw, { key: privatePem, dsaEncoding: "der" }).toString("base64");
}

/** `key` as /api/merchant/pubkey gives it: base64 of the PEM text. */
export function verifyBody(raw: Buffer, xSign: string, key: string): boolean {
  const publicKey = createPublicKey(Buffer.from(key, "base64").toString("utf8"));
  return verify("sha256", raw, { key: publicKey, dsaEncoding: "der" }, Buffer.from(xSign, "base64"));
}

export function pubkeyText(publicPem: string): string {
  return Buffer.from(publicPem, "utf8").toString("base64");
}

export function merchantIdOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url").slice(0, 12);
}
