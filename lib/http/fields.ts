import type { z } from "zod";
import type { FieldError } from "#lib/domain/refusal";

const MOST_ERRORS = 50;
const DEEPEST = 32;

type Path = readonly PropertyKey[];
const named = (path: Path) => path.map(String).join(".").slice(0, 200);

/**
 * What no text of ours may hold, whatever its field's schema says: NUL, which PostgreSQL refuses, and half surrogate pairs,
 * which it stores as something else. Also keys that mean something to JavaScript, and nesting no form of ours has.
 */
export function forbiddenText(value: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const waiting: { value: unknown; path: string[] }[] = [{ value, path: [] }];
  // A stack of our own: a body of nothing but brackets would exhaust the language's.
  for (let next = waiting.pop(); next && errors.length < MOST_ERRORS; next = waiting.pop()) {
    const { value: here, path } = next;
    if (typeof here === "string") {
      if (unfit(here)) errors.push({ field: named(path), code: "forbidden_characters" });
    } else if (typeof here === "object" && here !== null) {
      if (path.length >= DEEPEST) {
        errors.push({ field: named(path), code: "too_deep" });
        break;
      }
      for (const [key, inner] of Object.entries(here)) {
        if (key === "__proto__" || unfit(key)) errors.push({ field: named(path), code: "bad_key" });
        else waiting.push({ value: inner, path: [...path, key] });
      }
    }
  }
  return errors;
}
const unfit = (text: string) => text.includes("\0") || !text.isWellFormed();

/** Names that occur twice in a query: which one was meant? */
export function repeatedNames(query: URLSearchParams): FieldError[] {
  const names = [...query.keys()];
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => ({ field: named([name]), code: "duplicate" }));
}

function at(input: unknown, path: Path): unknown {
  let here = input;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}

/** Zod's issues as fields with codes of ours. A schema that names its own code (`error: "bad_percent"`) is taken at its word. */
export function fieldErrors(error: z.ZodError, input: unknown): FieldError[] {
  const all = error.issues.flatMap((issue) => errorsOf(issue, input));
  // One thing at a time: the first that is wrong with a field.
  return all
    .filter(({ field }, index) => all.findIndex((other) => other.field === field) === index)
    .slice(0, MOST_ERRORS);
}

function errorsOf(issue: z.core.$ZodIssue, input: unknown): FieldError[] {
  const field = named(issue.path);
  const value = at(input, issue.path);
  const say = (code: string, params?: FieldError["params"]): FieldError[] => [
    { field, code, ...(params ? { params } : {}) },
  ];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ field: named([...issue.path, key]), code: "unrecognized_keys" }));
  if (value === undefined || value === null) return say("required");
  const bounds = boundsOf(issue);
  if (/^[a-z]+(_[a-z]+)*$/.test(issue.message)) return say(issue.message, bounds);
  switch (issue.code) {
    case "too_big":
      return say({ string: "too_long", array: "too_many" }[issue.origin as string] ?? "too_large", bounds);
    case "too_small":
      return say({ string: "too_short", array: "too_few" }[issue.origin as string] ?? "too_small", bounds);
    case "invalid_type":
      return say("wrong_type", { expected: issue.expected });
    case "invalid_value":
      return issue.values.length <= 12 ? say("not_allowed", { allowed: issue.values.join(", ") }) : say("invalid");
    case "invalid_union":
      return say("discriminator" in issue ? "not_allowed_kind" : "wrong_type");
    case "invalid_key":
      return say("bad_key");
    default:
      return say("invalid");
  }
}

function boundsOf(issue: z.core.$ZodIssue): FieldError["params"] {
  if (issue.code === "too_big") return { max: Number(issue.maximum) };
  if (issue.code === "too_small") return { min: Number(issue.minimum) };
  // A rule of our own brings its numbers along.
  if (issue.code === "custom") return issue.params as FieldError["params"];
  return undefined;
}
