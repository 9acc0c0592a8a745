import type { CredentialField, ServiceAccount } from "../../domain/provider.ts";

/** monobank: one token per merchant, from web.monobank.ua (live) or api.monobank.ua (test). Nothing tells the two apart. */
export const credentialFields: readonly CredentialField[] = [
  {
    name: "token",
    secret: true,
    example: "uXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxXxX",
    pattern: /^[\x21-\x7e]{8,200}$/,
    maxLength: 200,
  },
];

/** The token; null when the service has none (then nothing may be verified, and nothing is). */
export const tokenOf = (account: ServiceAccount): string | null => account.credentials.token?.trim() || null;
