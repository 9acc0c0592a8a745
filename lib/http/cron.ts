import "server-only";
import { database } from "#db/client";
import { timeNow } from "#db/clock";
import { forgetOld } from "#lib/auth/housekeeping";
import { env } from "#lib/env";
import { log } from "#lib/log";
import { managePaymentLinks } from "#lib/workflows/manage-payment-links";
import { world } from "#lib/workflows/world";
import { refusesBearer } from "./bearer.ts";
import { refusalOf } from "./faults.ts";
import { type Failure, localeOf, problemResponse, standingHeaders } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

/** A scheduler waits a minute for its answer. */
const DEADLINE_MS = 50_000;

/** Manage Payment Links, started by a scheduler: a GET because most schedulers know nothing else. */
export async function runManagePaymentLinks({ headers }: Request): Promise<Response> {
  const requestId = requestIdOf(headers);
  const no = (failure: Failure) => problemResponse(failure, { requestId, locale: localeOf(headers, null) });
  try {
    const refused = refusesBearer(headers, env().cronSecret);
    if (refused) return no(refused);
    const answer = await managePaymentLinks(world(), { startedBy: "schedule", deadlineMs: DEADLINE_MS });
    await forgetOld(database(), timeNow());
    return Response.json(answer, { headers: standingHeaders(requestId, "application/json; charset=utf-8") });
  } catch (fault) {
    const refusal = refusalOf(fault);
    log.error("job.failed", { error: fault, requestId, jobId: "manage-payment-links" });
    return no(refusal);
  }
}
