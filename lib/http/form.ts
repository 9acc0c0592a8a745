import "server-only";
import { env } from "#lib/env";
import { readBody } from "./body.ts";
import type { Failure } from "./problem.ts";

const FORM_MAX_BYTES = 8 * 1024;

/** The fields of a form that one of our own pages posts, with or without script. */
export async function readForm(request: Request): Promise<URLSearchParams | Failure> {
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== new URL(env().appUrl).origin) return { kind: "wrong_origin" };
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return { kind: "wrong_content_type" };
  const bytes = await readBody(request, FORM_MAX_BYTES);
  return new URLSearchParams(new TextDecoder().decode(bytes));
}
