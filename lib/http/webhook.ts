import "server-only";
import { log } from "#lib/log";
import { receiveWebhook } from "#lib/workflows/receive-webhook";
import { world } from "#lib/workflows/world";
import { readBody } from "./body.ts";
import { refusalOf } from "./faults.ts";
import { requestIdOf } from "./request-id.ts";

const BODY_MAX_BYTES = 64 * 1024;
const BODY_PATIENCE_MS = 10_000;
const HEADERS_MAX_BYTES = 4 * 1024;

/**
 * A provider's message. Exactly 200 says that it is kept; every refusal has the same empty shape, so that a stranger learns
 * nothing from trying. Cookies are neither read nor set: who sent it is proven by the signature over the raw bytes alone.
 */
export async function answerWebhook(request: Request, context: { params: Promise<object> }): Promise<Response> {
  const requestId = requestIdOf(request.headers);
  const { serviceId } = (await context.params) as { serviceId: string };
  const { status, retryAfter } = await judge(request, serviceId, requestId);
  const headers = new Headers({ "cache-control": "no-store", "x-request-id": requestId });
  if (retryAfter) headers.set("retry-after", retryAfter);
  if (status === 413) headers.set("connection", "close");
  return new Response(null, { status, headers });
}

async function judge(
  request: Request,
  serviceId: string,
  requestId: string,
): Promise<{ status: number; retryAfter?: string }> {
  try {
    const headers = headersOf(request.headers);
    if (!headers) {
      log.warn("webhook.refused", { serviceId, requestId, reason: "headers_too_large" });
      return { status: 400 };
    }
    const body = await readBody(request, BODY_MAX_BYTES, BODY_PATIENCE_MS);
    return await receiveWebhook(world(), serviceId, body, headers);
  } catch (fault) {
    const refusal = refusalOf(fault);
    const level = refusal.kind === "unexpected" ? "error" : "warn";
    log[level]("webhook.failed", { error: fault, serviceId, requestId, reason: refusal.kind });
    if (refusal.kind === "too_large") return { status: 413 };
    if (refusal.kind === "incomplete_body") return { status: 400 };
    // Not kept: anything but 2xx, and the provider sends it again.
    return refusal.kind === "unavailable" ? { status: 503, retryAfter: "5" } : { status: 500 };
  }
}

/** What a signature may be in. Null when it is more than any provider sends; a name that came twice arrives as one list. */
function headersOf(all: Headers): Record<string, string> | null {
  const kept: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of all) {
    size += name.length + value.length;
    if (name !== "cookie" && name !== "authorization") kept[name] = value;
  }
  return size > HEADERS_MAX_BYTES ? null : kept;
}
