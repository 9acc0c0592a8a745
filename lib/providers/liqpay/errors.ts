import type { ProviderFailure } from "../../domain/provider.ts";
import type { JsonObject } from "../exact-json.ts";
import { type Intent, noUsableAnswer } from "../http.ts";
import { particular, sentence } from "../redact.ts";

/** The shop's keys, rights or address are refused: an admin must look. */
const CREDENTIALS = new Set([
  "err_auth",
  "invalid_signature",
  "err_signature",
  "public_key_not_found",
  "shop_blocked",
  "shop_not_active",
  "err_access",
  "err_blocked",
  "err_api_ip",
  "user_not_found",
]);
/** "Something went wrong": does not say that nothing happened. */
const UNCLEAR = new Set(["90", "err_cache"]);

/** The code stands in `err_code` or `code`, the sentence in `err_description` or `description`. */
export const errorCode = (body: JsonObject): string | undefined =>
  particular(body.err_code) ?? particular(body.code) ?? particular(body.err_erc);

/** An error object in our words. Codes decide; sentences are shown as they came. HTTP status codes mean nothing here. */
export function failureOf(body: JsonObject, intent: Intent, secrets: readonly string[]): ProviderFailure {
  const code = errorCode(body) ?? particular(body.status) ?? "error";
  // In a payment object `description` is the text we sent ourselves.
  const text = body.err_description ?? (body.payment_id === undefined ? body.description : undefined);
  const message = sentence(text, secrets);
  if (UNCLEAR.has(code)) return noUsableAnswer(intent, code, message);
  return {
    kind: "rejected",
    code,
    message,
    ...(CREDENTIALS.has(code) ? { credentials: true } : {}),
    // "Wrong payment status for this action": also what a second completion or refund hears.
    ...(intent === "command" && code === "payment_err_status" ? { alreadyDone: true } : {}),
  };
}
