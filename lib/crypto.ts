import "server-only";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { env } from "#lib/env";

/** A sealed value that this process cannot open: another key sealed it, or it is not where it was put. */
export class CannotDecrypt extends Error {
  override name = "CannotDecrypt";
  readonly reason: "other_key" | "altered";
  constructor(reason: "other_key" | "altered") {
    super(reason === "other_key" ? "sealed with another ENCRYPTION_KEY" : "altered, or moved to another place");
    this.reason = reason;
  }
}

const FORMAT = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a secret for the database. Each value has a random key of its own, so no key ever sees two nonces; that key is
 * wrapped by the ENCRYPTION_KEY, whose name stands in front so that a rotation can find what is left to re-wrap.
 * @param aad where the value lives, `table|field|row|version`: it opens nowhere else
 */
export function seal(plain: string, aad: string, key: Uint8Array = env().encryptionKey): string {
  const kekId = nameOf(key);
  const dataKey = randomBytes(32);
  const wrapped = encrypt(key, dataKey, `${kekId}|${aad}`);
  const sealed = encrypt(dataKey, Buffer.from(plain, "utf8"), aad);
  return [FORMAT, kekId, wrapped.toString("base64url"), sealed.toString("base64url")].join(".");
}

/**
 * Opens what {@link seal} made for the same place.
 * @throws CannotDecrypt when the key is another one, or the value was altered or moved
 */
export function unseal(sealed: string, aad: string, key: Uint8Array = env().encryptionKey): string {
  const [format, kekId, wrapped, value, ...more] = sealed.split(".");
  if (format !== FORMAT || !kekId || !wrapped || !value || more.length > 0) throw new CannotDecrypt("altered");
  if (kekId !== nameOf(key)) throw new CannotDecrypt("other_key");
  const dataKey = decrypt(key, Buffer.from(wrapped, "base64url"), `${kekId}|${aad}`);
  return decrypt(dataKey, Buffer.from(value, "base64url"), aad).toString("utf8");
}

/** False for what another ENCRYPTION_KEY sealed: it cannot be opened here. Says nothing about damage. */
export const isSealedWithOurKey = (sealed: string, key: Uint8Array = env().encryptionKey): boolean =>
  sealed.startsWith(`${FORMAT}.${nameOf(key)}.`);

/**
 * A name for a secret by which two can be compared and neither recovered: shown to admins and kept in the audit log, for
 * which a plain hash of a short secret would be a way to guess it.
 */
export function fingerprint(value: string, key: Uint8Array = env().encryptionKey): string {
  const ownKey = Buffer.from(hkdfSync("sha256", key, "", "holdpoint fingerprint", 32));
  return createHmac("sha256", ownKey).update(value, "utf8").digest("hex").slice(0, 24);
}

/** What an id can be handed out for. A proof made for one purpose is worth nothing for another. */
type Purpose = "return path" | "password reset";
const PROOF_CHARS = { "return path": 20, "password reset": 40 } as const satisfies Record<Purpose, number>;

function proofOf(purpose: Purpose, id: string): string {
  const ownKey = Buffer.from(hkdfSync("sha256", env().authSecret, "", `holdpoint ${purpose}`, 32));
  return createHmac("sha256", ownKey).update(id, "utf8").digest("hex").slice(0, PROOF_CHARS[purpose]);
}

/** An id with the proof that we handed it out, in letters that addresses and links can hold. Nothing of it is stored. */
export const signedId = (purpose: Purpose, id: string): string => `${id}-${proofOf(purpose, id)}`;

/** The id in what {@link signedId} made for the same purpose, whatever became of its case; null for anything else. */
export function idOfSigned(purpose: Purpose, signed: string): string | null {
  const [, id, given] = /^([a-z]{3}_[0-9a-z]{26})-([0-9a-f]+)$/.exec(signed.toLowerCase()) ?? [];
  if (!id || given?.length !== PROOF_CHARS[purpose]) return null;
  return timingSafeEqual(Buffer.from(given), Buffer.from(proofOf(purpose, id))) ? id : null;
}

const nameOf = (key: Uint8Array): string =>
  createHash("sha256").update("holdpoint kek ").update(key).digest("hex").slice(0, 8);

function encrypt(key: Uint8Array, plain: Uint8Array, aad: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(aad, "utf8"));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, sealed: Buffer, aad: string): Buffer {
  if (key.length !== 32 || sealed.length < IV_BYTES + TAG_BYTES) throw new CannotDecrypt("altered");
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(aad, "utf8"))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new CannotDecrypt("altered");
  }
}
