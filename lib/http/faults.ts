import "server-only";
import { BodyIncomplete, BodyTooLarge } from "./body.ts";
import type { HttpRefusal } from "./problem.ts";

/** What is said about something that was thrown: never what it says itself. */
export function refusalOf(fault: unknown): HttpRefusal {
  if (fault instanceof BodyTooLarge) return { kind: "too_large", maxBytes: fault.maxBytes };
  if (fault instanceof BodyIncomplete) return { kind: "incomplete_body" };
  if (fault instanceof Error && fault.name === "EnvironmentInvalid") return { kind: "not_configured" };
  for (let next = fault; next instanceof Error; next = next.cause)
    // By name: the bundler may give the class to two bundles.
    if (next.name === "DatabaseUnavailable")
      return {
        kind: "unavailable",
        retryAfterSeconds: "retryAfterSeconds" in next ? Number(next.retryAfterSeconds) : 2,
      };
  return { kind: "unexpected" };
}
