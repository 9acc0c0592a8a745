import type { CredentialField, ServiceAccount } from "../../domain/provider.ts";

/** The shop's pair of keys from the LiqPay cabinet; test pairs start with `sandbox_` on both sides. */
export const credentialFields: readonly CredentialField[] = [
  {
    name: "publicKey",
    secret: false,
    example: "sandbox_i00000000001",
    pattern: /^\s*[\w-]{4,100}\s*$/,
    maxLength: 100,
  },
  {
    name: "privateKey",
    secret: true,
    example: "sandbox_xXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxX",
    pattern: /^\s*[\x21-\x7e]{8,200}\s*$/,
    maxLength: 200,
  },
  // Which protocol version our requests are signed with: 3 (SHA-1, what works everywhere) or 7 (SHA3-256). Empty means 3.
  { name: "version", secret: false, example: "3", pattern: /^[37]?$/, maxLength: 1 },
];

export type Version = 3 | 7;
export type Keys = { publicKey: string; privateKey: string; version: Version };

/** The pair, without the spaces people paste along; null when it is not complete. */
export function keysOf({ credentials }: ServiceAccount): Keys | null {
  const publicKey = credentials.publicKey?.trim();
  const privateKey = credentials.privateKey?.trim();
  if (!publicKey || !privateKey) return null;
  return { publicKey, privateKey, version: credentials.version?.trim() === "7" ? 7 : 3 };
}

/** Test keys on a live service would let a test payment open a real order. */
export const isSandboxKey = (key: string): boolean => key.startsWith("sandbox_");
