import { createPublicKey, type KeyObject, verify } from "node:crypto";

/**
 * Is `xSign` this key's signature of exactly these bytes? ECDSA on P-256 over SHA-256, DER in base64. A body that was
 * parsed and written again does not verify: the bank signs its own spacing.
 */
export function isSignedBy(key: KeyObject, rawBody: Uint8Array, xSign: string): boolean {
  const signature = Buffer.from(xSign, "base64");
  // One spelling per signature: stray characters and left-over bits in the base64 are refused.
  if (signature.length < 8 || signature.length > 80 || signature.toString("base64") !== xSign) return false;
  try {
    return verify("sha256", rawBody, { key, dsaEncoding: "der" }, signature);
  } catch {
    return false;
  }
}

/** Reads `/api/merchant/pubkey`'s key: base64 of a PEM. Null for anything that is not a public key on P-256. */
export function readPublicKey(base64Pem: unknown): KeyObject | null {
  if (typeof base64Pem !== "string" || base64Pem.length > 4096) return null;
  const pem = Buffer.from(base64Pem, "base64").toString("latin1").trim();
  if (!/^-----BEGIN PUBLIC KEY-----[\sA-Za-z0-9+/=]+-----END PUBLIC KEY-----$/.test(pem)) return null;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : null;
  } catch {
    return null;
  }
}

/** A signature that did not verify may mean a new key; asking the bank more often than this would let forgers drive us. */
export const REFETCH_MS = 30_000;
/** After a fetch that failed. */
export const RETRY_MS = 5_000;

type Entry = { key: KeyObject | null; nextFetchAt: number; fetching: Promise<KeyObject | null> | null };
export type Verdict = "good" | "bad" | "unavailable";

/**
 * The bank's webhook keys, one per connection (whether test and live share one is not documented), in memory. A key is
 * fetched when there is none and again only when a check fails, at most once in {@link REFETCH_MS}.
 */
export class KeyRing {
  #entries = new Map<string, Entry>();

  /** @param fetchKey asks the bank; null when it gave no usable key */
  async check(
    connection: string,
    rawBody: Uint8Array,
    xSign: string,
    fetchKey: () => Promise<KeyObject | null>,
    now: number,
  ): Promise<Verdict> {
    const entry = this.#entry(connection);
    if (entry.key && isSignedBy(entry.key, rawBody, xSign)) return "good";
    if (!entry.fetching && now < entry.nextFetchAt) return entry.key ? "bad" : "unavailable";
    const fresh = await this.#fetch(entry, fetchKey, now);
    // Without the newest key nobody can say whether the signature is bad or the key is old.
    if (!fresh) return "unavailable";
    return isSignedBy(fresh, rawBody, xSign) ? "good" : "bad";
  }

  #fetch(entry: Entry, fetchKey: () => Promise<KeyObject | null>, now: number): Promise<KeyObject | null> {
    entry.nextFetchAt = now + REFETCH_MS;
    entry.fetching ??= fetchKey()
      .catch(() => null)
      .then((key) => {
        if (key) entry.key = key;
        else entry.nextFetchAt = now + RETRY_MS;
        entry.fetching = null;
        return key;
      });
    return entry.fetching;
  }

  #entry(connection: string): Entry {
    const known = this.#entries.get(connection);
    if (known) return known;
    if (this.#entries.size >= 1_000) this.#entries.clear();
    const entry: Entry = { key: null, nextFetchAt: 0, fetching: null };
    this.#entries.set(connection, entry);
    return entry;
  }
}
