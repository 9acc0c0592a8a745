import { database } from "#db/client";
import { logoOfToken, type PayFacts, payFactsOfToken } from "#db/queries/pay-page";

/** What `randomBytes(24)` looks like in base64url; anything else is no token of ours. */
const TOKEN = /^[A-Za-z0-9_-]{32}$/;

/** Everything the customer's page shows; null for an address that is nobody's. */
export const readPayFacts = async (token: string): Promise<PayFacts | null> =>
  TOKEN.test(token) ? payFactsOfToken(database(), token) : null;

/** A picture as bytes with its type; null when there is none. */
export async function readLogo(token: string, of: string): Promise<{ type: string; bytes: Uint8Array } | null> {
  if (!TOKEN.test(token) || of.length > 40) return null;
  const stored = await logoOfToken(database(), token, of);
  // What is stored was checked when it was saved; it is served as one of these and nothing else.
  const match = /^data:(image\/(?:png|jpeg|webp));base64,([A-Za-z0-9+/=]+)$/.exec(stored ?? "");
  return match ? { type: match[1] as string, bytes: new Uint8Array(Buffer.from(match[2] as string, "base64")) } : null;
}
