import { isJsonObject, type JsonObject } from "./exact-json.ts";

const MAX_SENTENCE = 500;
// Control characters, and the invisible ones that turn text around or hide parts of it.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** A provider's words made safe to show: one line, no control characters, none of our secrets, at most 500 characters. */
export function sentence(value: unknown, secrets: readonly string[] = []): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  let text = String(value).slice(0, 10_000);
  for (const secret of secrets) if (secret.length >= 4) text = text.replaceAll(secret, "[removed]");
  return cut(text.replace(INVISIBLE, " ").replace(/ {2,}/g, " ").trim(), MAX_SENTENCE);
}

/** A short particular (a code, a bank's name); undefined when there is nothing to keep. */
export function particular(value: unknown): string | undefined {
  return cut(sentence(value), 100) || undefined;
}

/** Never splits a character in two. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : Array.from(text).slice(0, length).join("").slice(0, length).toWellFormed();

/** A card as it may be kept: first digits and last digits with a mask between, never more than ten of them. */
export function maskedCard(value: unknown): string | undefined {
  const text = particular(value);
  if (!text) return undefined;
  const digits = text.replace(/\D/g, "");
  if (digits.length <= 10 && /[*•xX]/.test(text)) return text;
  return digits.length >= 12 ? `${digits.slice(0, 6)}******${digits.slice(-4)}` : undefined;
}

const SECRET_KEY = /token|signature|secret|cvv|cvc|password|wallet/i;
const PERSON_KEY = /^(ip|customer|receiver_value)$|phone|email|first_name|last_name|address|sender_name/i;
const CARD_KEY = /card_mask|maskedpan|^pan$|card_number|^card$/i;
const ID_KEY = /id$|reference|extref|rrn|date/i;

/**
 * The payload as it is kept for support: tokens removed, card numbers masked, the payer's name, phone and address reduced
 * to their first letter. Bounded in depth and size; keys that could reach a prototype are dropped.
 */
export function maskPayload(payload: JsonObject): Record<string, unknown> {
  return maskObject(payload, 0);
}

function maskObject(object: JsonObject, depth: number): Record<string, unknown> {
  const entries = Object.entries(object)
    .filter(([key]) => key !== "__proto__" && key !== "constructor" && key !== "prototype")
    .slice(0, 120)
    .map(([key, value]) => [sentence(key).slice(0, 60), maskValue(key, value, depth)]);
  return Object.fromEntries(entries);
}

function maskValue(key: string, value: unknown, depth: number): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (SECRET_KEY.test(key)) return "[removed]";
  if (CARD_KEY.test(key)) return maskedCard(value) ?? "[removed]";
  if (PERSON_KEY.test(key)) return `${String(value).slice(0, 1).toWellFormed()}***`;
  if (typeof value === "number") return value;
  if (typeof value === "string") return ID_KEY.test(key) ? sentence(value) : hideCardNumbers(sentence(value));
  if (depth >= 5) return "[removed]";
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => maskValue("", item, depth + 1));
  return isJsonObject(value) ? maskObject(value, depth + 1) : null;
}

/** Whatever field it strayed into: a run of digits that passes the card check keeps its first six and last four. */
const hideCardNumbers = (text: string): string =>
  text.replace(/(?<!\d)\d{13,19}(?!\d)/g, (digits) =>
    passesCardCheck(digits) ? `${digits.slice(0, 6)}******${digits.slice(-4)}` : digits,
  );

function passesCardCheck(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
