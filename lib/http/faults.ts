import "server-only";
import { invalid } from "#lib/domain/refusal";
import { BodyIncomplete, BodyTooLarge } from "./body.ts";
import type { Failure } from "./problem.ts";

/** What is said about something that was thrown: never what it says itself. */
export function refusalOf(fault: unknown): Failure {
  if (fault instanceof BodyTooLarge) return { kind: "too_large", maxBytes: fault.maxBytes };
  if (fault instanceof BodyIncomplete) return { kind: "incomplete_body" };
  // By name: the bundler may give the same class to two bundles.
  const name = fault instanceof Error ? fault.name : null;
  if (name === "EnvironmentInvalid") return { kind: "not_configured" };
  if (name === "TooManyDocuments") return { kind: "busy", retryAfterSeconds: 5 };
  if (name === "BadCursor") return invalid({ field: "cursor", code: "bad_cursor" });
  for (let next = fault; next instanceof Error; next = next.cause)
    if (next.name === "DatabaseUnavailable")
      return {
        kind: "unavailable",
        retryAfterSeconds: "retryAfterSeconds" in next ? Number(next.retryAfterSeconds) : 2,
      };
  return { kind: "unexpected" };
}
