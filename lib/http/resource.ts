import "server-only";
import type { Handler } from "./handle.ts";
import { localeOf, problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Method = (typeof METHODS)[number];
export type Verb = "GET" | "POST" | "PATCH" | "DELETE";
/** Loose where Next calls it, so that handlers with and without parameters fit. */
type RouteHandler = (request: Request, context: { params: Promise<object> }) => Promise<Response>;

/** What one address takes. Every other method hears 405 and what it could have used (Next would send an empty page). */
export function resource<H extends RouteHandler = Handler>(handlers: Partial<Record<Verb, H>>) {
  const taken = METHODS.filter((method) => method in handlers);
  const allow = taken.includes("GET") ? ["GET", "HEAD", ...taken.slice(1)] : [...taken];
  const refuse: RouteHandler = async ({ headers }) =>
    problemResponse(
      { kind: "method_not_allowed", allow },
      { requestId: requestIdOf(headers), locale: localeOf(headers, null) },
    );
  return Object.fromEntries(
    METHODS.map((method) => [method, (handlers as Record<string, RouteHandler>)[method] ?? refuse]),
  ) as Record<Method, RouteHandler & { route?: Handler["route"] }>;
}
