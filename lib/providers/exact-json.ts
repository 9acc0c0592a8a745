/**
 * JSON without losing a digit. A number whose JavaScript form prints differently from its text (`210.0`, `1e2`, an id
 * above 2^53) becomes that text; so `String(value)` of any number-like value is exactly what the provider wrote.
 */
export type JsonObject = { readonly [key: string]: unknown };

type SourceReviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

// Without source access (Node 20 and older) `210.0` would silently become 210 and long ids would lose digits.
if (parseWithSource("1.0", (_key, _value, context) => context?.source) !== "1.0")
  throw new Error(
    "Payment providers need a runtime whose JSON.parse gives access to the source text (Node 22 or newer)",
  );

const keepDigits: SourceReviver = (_key, value, context) =>
  typeof value === "number" && context?.source !== undefined && String(value) !== context.source
    ? context.source
    : value;

/** The object in `text`; null for anything else: other JSON values, broken text, nesting too deep to walk. */
export function parseJsonObject(text: string): JsonObject | null {
  try {
    const value = parseWithSource(text, keepDigits);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The bytes as UTF-8 text, exactly; null where they are not UTF-8. A byte order mark is kept, so that it does not parse. */
export function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
