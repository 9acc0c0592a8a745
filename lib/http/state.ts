import "server-only";
import { sql } from "drizzle-orm";
import { database } from "#db/client";
import { log } from "#lib/log";
import "./arrival.ts";
import { refusalOf } from "./faults.ts";
import { isLeaving } from "./leave.ts";
import { localeOf, problemResponse, standingHeaders } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

const say = (requestId: string, body: unknown) =>
  Response.json(body, { headers: standingHeaders(requestId, "application/json; charset=utf-8") });

/** The process is alive. Says nothing about what it needs: a restart heals no database. */
export async function answerHealth({ headers }: Request): Promise<Response> {
  return say(requestIdOf(headers), { status: "alive" });
}

/** Requests may come: the process stays, the database answers, and its tables are there. */
export async function answerReady({ headers }: Request): Promise<Response> {
  const requestId = requestIdOf(headers);
  const no = (failure: Parameters<typeof problemResponse>[0]) =>
    problemResponse(failure, { requestId, locale: localeOf(headers, null) });
  if (isLeaving()) return no({ kind: "unavailable", retryAfterSeconds: 5 });
  try {
    const [row] = await database().execute<{ migrated: boolean }>(
      sql`select to_regclass('public.sales_orders') is not null and to_regclass('public.rate_limits') is not null as migrated`,
    );
    return row?.migrated ? say(requestId, { status: "ready" }) : no({ kind: "not_configured" });
  } catch (fault) {
    const refusal = refusalOf(fault);
    log.warn("server.not_ready", { error: fault, requestId });
    return no(refusal);
  }
}
