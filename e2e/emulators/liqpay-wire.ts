// LiqPay's envelope: base64 data, signature by version, and money printed with a decimal point.
import { createHash, timingSafeEqual } from "node:crypto";
import { isObject } from "./http.ts";

export type Version = 3 | 7;

/** base64(HASH(private_key + data + private_key)); the data string is taken exactly as it travels. */
export function signData(privateKey: string, data: string, version: Version): string {
  const hash = createHash(version === 7 ? "sha3-256" : "sha1");
  return hash.update(`${privateKey}${data}${privateKey}`, "utf8").digest("base64");
}

export function sameSignature(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A sum in minor units that is written as a decimal number with a point: 21000 → 210.0 */
export class Money {
  minor: number;
  constructor(minor: number) {
    this.minor = minor;
  }
  toString(): string {
    const sign = this.minor < 0 ? "-" : "";
    const text = String(Math.abs(this.minor)).padStart(3, "0");
    const cents = text.slice(-2);
    return `${sign}${text.slice(0, -2)}.${cents.endsWith("0") ? cents[0] : cents}`;
  }
}

/** Compact JSON in the given key order, with Money as numbers that keep their point. */
export function serialize(value: unknown): string {
  if (value instanceof Money) return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => serialize(item)).join(",")}]`;
  if (isObject(value)) {
    const rows = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{${rows.map(([k, v]) => `${JSON.stringify(k)}:${serialize(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** Major units as a number or as text, at most two decimals → minor units; undefined when it is no sum. */
export function parseAmount(value: unknown): number | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  const match = /^(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(String(value));
  if (!match?.[1]) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** `YYYY-MM-DD HH:mm:ss` in UTC → ms; undefined when it is not such a time. */
export function parseDate(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) return undefined;
  const ms = Date.parse(`${value.replace(" ", "T")}Z`);
  return Number.isFinite(ms) ? ms : undefined;
}

export interface Envelope {
  account: string;
  version: Version;
  params: Record<string, unknown>;
}

export interface Refusal {
  code: string;
  text: string;
  key?: string;
}

/** Decodes and verifies what a shop (or its customer's browser) sent. */
export function openEnvelope(
  data: string | null,
  signature: string | null,
  privateKeyOf: (publicKey: string) => string | undefined,
): Envelope | Refusal {
  if (!data) return { code: "err_missing", text: "Required parameter not passed data", key: "data" };
  if (!signature) return { code: "err_missing", text: "Required parameter not passed signature", key: "signature" };
  let params: unknown;
  try {
    params = JSON.parse(Buffer.from(data, "base64").toString("utf8"));
  } catch {
    params = undefined;
  }
  if (!isObject(params)) return { code: "invalid_signature", text: "Invalid signature" };
  const account = params.public_key;
  if (typeof account !== "string" || !account) {
    return { code: "err_missing", text: "Required parameter not passed public_key", key: "public_key" };
  }
  const privateKey = privateKeyOf(account);
  if (privateKey === undefined) return { code: "public_key_not_found", text: "Public key not found" };
  const version = Number(params.version);
  if (params.version === undefined) {
    return { code: "err_missing", text: "Required parameter not passed version", key: "version" };
  }
  if (version !== 3 && version !== 7) return { code: "err_wrong", text: "Invalid parameter version", key: "version" };
  if (!sameSignature(signature, signData(privateKey, data, version))) {
    return { code: "invalid_signature", text: "Invalid signature" };
  }
  return { account, version, params };
}
