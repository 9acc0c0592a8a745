import "server-only";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { receiveMailReport } from "#lib/workflows/receive-mail-report";
import { world } from "#lib/workflows/world";
import { refusesBearer } from "./bearer.ts";
import { readBody } from "./body.ts";
import { refusalOf } from "./faults.ts";
import { type Failure, localeOf, problemResponse, standingHeaders } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

/** Reports carry the whole message back, the company's logo in it. */
const MAIL_MAX_BYTES = 1024 * 1024;

/**
 * Mail that came back, handed in by our own mail server as it is (RFC 822). 200 says that it need not be handed in again,
 * whatever was in it; what it was is told in `outcome`.
 */
export async function answerMailReport(request: Request): Promise<Response> {
  const { headers } = request;
  const requestId = requestIdOf(headers);
  const no = (failure: Failure) => problemResponse(failure, { requestId, locale: localeOf(headers, null) });
  try {
    const refused = refusesBearer(headers, env().mailWebhookSecret);
    if (refused) return no(refused);
    const outcome = await receiveMailReport(world(), await readBody(request, MAIL_MAX_BYTES));
    return Response.json({ outcome }, { headers: standingHeaders(requestId, "application/json; charset=utf-8") });
  } catch (fault) {
    const refusal = refusalOf(fault);
    log[refusal.kind === "unexpected" ? "error" : "warn"]("message.report_failed", { error: fault, requestId });
    return no(refusal);
  }
}
