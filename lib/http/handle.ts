import "server-only";
import { z } from "zod";
import { type Database, database } from "#db/client";
import { timeNow } from "#db/clock";
import type { StoredAnswer } from "#db/queries/idempotency-keys";
import { bearerToken, userOfApiToken } from "#lib/auth/api-tokens";
import { sessionCookie } from "#lib/auth/cookies";
import { type CurrentUser, signInOfCookie, userOfSignIn } from "#lib/auth/sign-ins";
import { type FieldError, invalid, notFound } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { may, type Permission } from "#lib/domain/roles";
import { env } from "#lib/env";
import type { Locale } from "#lib/i18n/locale";
import { log } from "#lib/log";
import { type Actor, type World, world } from "#lib/workflows/world";
import { parseJson, readBody } from "./body.ts";
import { refusalOf } from "./faults.ts";
import { fieldErrors, forbiddenText, repeatedNames } from "./fields.ts";
import { fileHeaders, isSentFile, type SentFile } from "./file.ts";
import { isIdempotencyKey, once, wishOf } from "./idempotency.ts";
import { comesFromUs, isSafe } from "./origin.ts";
import { type Failure, localeOf, PROBLEM_TYPE, problemOf, problemResponse, standingHeaders } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

/** What a handler answers with: 200 unless it says otherwise. 201 is for things that live under the address posted to. */
export type Answer<Body = unknown> = { status?: 200 | 201 | 202; body: Body };

/** `self`: whoever is signed in, about themselves. There is no way to leave the question out. */
export type RoutePermission = Permission | "self";

type Shape = z.ZodType | undefined;
type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

export type Asked<P extends Shape, Q extends Shape, B extends Shape> = {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  user: CurrentUser;
  world: World;
  actor: Actor;
  headers: Headers;
  /** The body as it came: for routes that take a file. */
  bytes: Uint8Array;
};

export type RouteSpec<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends Shape = Shape,
  A extends z.ZodType = z.ZodType,
> = {
  permission: RoutePermission;
  /** One sentence for the API's description. */
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  /** Takes a file of at most so many bytes in place of JSON. */
  takesFile?: { maxBytes: number };
  /** The shape of a success; the compiler holds `run` to it. */
  answers: A;
  /** Its status or statuses; 200 unless said otherwise. */
  statuses?: (200 | 201 | 202)[];
  run: (asked: Asked<P, Q, B>) => Promise<Result<Answer<z.output<A>>, Failure>>;
};

/** Next gives no parameters at all where the address has none. */
type Context = { params: Promise<object | undefined> };
export type Handler = ((request: Request, context: Context) => Promise<Response>) & { route: RouteSpec };

type Caller = { user: CurrentUser; tokenId: string | null };

/**
 * The one front door of the API. In this order: where does the request come from, who sends it, may they, is it whole and
 * well-formed, was it sent before; then the workflow; then an answer that no cache keeps.
 */
export function handle<
  A extends z.ZodType,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(route: RouteSpec<P, Q, B, A>): Handler {
  const respond = async (request: Request, context: Context): Promise<Response> => {
    const requestId = requestIdOf(request.headers);
    let user: CurrentUser | null = null;
    const no = (failure: Failure) => problemResponse(failure, { requestId, locale: localeOf(request.headers, user) });
    try {
      const db = database();
      const caller = await callerOf(request, db);
      if (!caller.ok) return no(caller.error);
      ({ user } = caller.value);
      if (route.permission !== "self" && !may(user.role, route.permission)) {
        log.warn("authorization.denied", {
          userId: user.id,
          requestId,
          method: request.method,
          reason: route.permission,
        });
        return no({ kind: "not_permitted", permission: route.permission, role: user.role });
      }
      const input = await readInput(route, request, context);
      if (!input.ok) return no(input.error);
      const { params, query, body, bytes } = input.value;

      const run = async () => {
        const at = world();
        return route.run({
          params,
          query,
          body,
          user: caller.value.user,
          world: at,
          actor: actorOf(caller.value, requestId),
          headers: request.headers,
          bytes,
        });
      };
      const textOf = (result: Awaited<ReturnType<typeof run>>) =>
        answerText(result, { requestId, locale: localeOf(request.headers, user) });
      const key = isSafe(request.method) ? null : request.headers.get("idempotency-key");
      if (key === null) {
        const result = await run();
        if (result.ok && isSentFile(result.value.body)) return sendFile(result.value.body, requestId);
        return send(textOf(result), request, requestId);
      }
      if (!isIdempotencyKey(key)) return no(invalid({ field: "Idempotency-Key", code: "bad_idempotency_key" }));
      const wish = wishOf(user.id, key, request.method, new URL(request.url), bytes, requestId);
      const result = await once(db, wish, timeNow, async () => textOf(await run()));
      return result.ok ? send(result.value, request, requestId) : no(result.error);
    } catch (fault) {
      const refusal = refusalOf(fault);
      const fields = { error: fault, requestId, method: request.method, userId: user?.id };
      if (refusal.kind === "unexpected") log.error("request.failed", fields);
      else if (refusal.kind === "unavailable") log.warn("request.failed", fields);
      return no(refusal);
    }
  };
  // The description of the API reads shapes and permissions, never the run.
  return Object.assign(respond, { route: route as unknown as RouteSpec });
}

/** Who sends this: a program with a token, or a person's browser from a page of ours. */
async function callerOf(request: Request, db: Database): Promise<Result<Caller, Failure>> {
  const { headers, method } = request;
  const now = timeNow();
  const token = bearerToken(headers);
  if (token !== null) {
    const found = await userOfApiToken(db, token, now);
    return found ? ok(found) : refuse({ kind: "signed_out" });
  }
  const cookie = cookieOf(headers, sessionCookie());
  if (cookie === undefined) return refuse({ kind: "signed_out" });
  if (!isSafe(method) && !comesFromUs(headers, env().appUrl)) return refuse({ kind: "wrong_origin" });
  const id = await signInOfCookie(cookie);
  // A page that looks for news by itself is not the person at work.
  const byItself = isSafe(method) && headers.get("x-by-itself") === "1";
  const user = id && (await userOfSignIn(db, id, now, byItself));
  return user ? ok({ user, tokenId: null }) : refuse({ kind: "signed_out" });
}

/** A program acts as its person and is written down as the token it is. */
const actorOf = ({ user, tokenId }: Caller, requestId: string): Actor => ({
  kind: tokenId === null ? "user" : "token",
  id: tokenId ?? user.id,
  name: user.name,
  role: user.role,
  requestId,
  userId: user.id,
});

/** How a file travels: as itself. A form of another site cannot send this. */
export const FILE_BODY = "application/octet-stream";
/** Five megabytes over a telephone. */
const FILE_PATIENCE_MS = 120_000;

const nothing = z.strictObject({});
/** What a part of the address names, where it names nothing that can exist. */
const NAMED: Record<string, string> = {
  orderId: "order",
  paymentId: "payment",
  serviceId: "payment_service",
  customerId: "customer",
  itemId: "item",
  reviewId: "review",
  invoiceId: "invoice",
  shipmentId: "shipment",
  waiverId: "waiver",
  receiptId: "offline_receipt",
  attachmentId: "attachment",
};

type Input<P extends Shape, Q extends Shape, B extends Shape> = {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
  bytes: Uint8Array;
};

/** Address, query and body by their shapes; a shape that is not given admits nothing. */
async function readInput<P extends Shape, Q extends Shape, B extends Shape>(
  route: { params?: P; query?: Q; body?: B; takesFile?: { maxBytes: number } },
  request: Request,
  context: Context,
): Promise<Result<Input<P, Q, B>, Failure>> {
  const params = await (route.params ?? z.object({})).safeParseAsync((await context.params) ?? {});
  if (!params.success) return refuse(notFound(NAMED[String(params.error.issues[0]?.path[0])] ?? "record"));

  const search = new URL(request.url).searchParams;
  const repeated = repeatedNames(search);
  const asked = Object.fromEntries(search);
  const query = check(route.query ?? nothing, asked);
  const queryErrors = [...repeated, ...(query.ok ? [] : query.error)];
  if (queryErrors.length > 0 || !query.ok) return refuse(invalid(...queryErrors));

  const read = isSafe(request.method)
    ? ok({ value: {}, bytes: new Uint8Array() })
    : route.takesFile
      ? await readFileBody(request, route.takesFile.maxBytes)
      : await readJsonBody(route, request);
  if (!read.ok) return read;
  const body = check(route.body ?? nothing, read.value.value);
  if (!body.ok) return refuse(invalid(...body.error));

  // Each was parsed by the very shape its type is made of, or is undefined where there is none.
  return ok({
    params: params.data as Parsed<P>,
    query: query.value as Parsed<Q>,
    body: body.value as Parsed<B>,
    bytes: read.value.bytes,
  });
}

function check(shape: z.ZodType, input: unknown): Result<unknown, FieldError[]> {
  const forbidden = forbiddenText(input);
  if (forbidden.length > 0) return refuse(forbidden);
  const parsed = shape.safeParse(input);
  return parsed.success ? ok(parsed.data) : refuse(fieldErrors(parsed.error, input));
}

/** A command that takes no fields may come without a body; one that does may not: an empty form is not an intent. */
async function readJsonBody(
  route: { body?: Shape },
  request: Request,
): Promise<Result<{ value: unknown; bytes: Uint8Array }, Failure>> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type))
    return refuse({ kind: "wrong_content_type" });
  const bytes = await readBody(request);
  if (bytes.byteLength === 0 && !route.body) return ok({ value: {}, bytes });
  if (type === null) return refuse({ kind: "wrong_content_type" });
  const json = parseJson(bytes);
  return json.ok
    ? ok({ value: json.value, bytes })
    : refuse({ kind: "malformed_json", problem: json.problem, at: json.at });
}

/** Bytes, whatever they are called: what they are, the workflow finds out by looking. */
async function readFileBody(
  request: Request,
  maxBytes: number,
): Promise<Result<{ value: unknown; bytes: Uint8Array }, Failure>> {
  if (request.headers.get("content-type") !== FILE_BODY) return refuse({ kind: "wrong_content_type" });
  return ok({ value: {}, bytes: await readBody(request, maxBytes, FILE_PATIENCE_MS) });
}

function cookieOf(headers: Headers, name: string): string | undefined {
  const pair = (headers.get("cookie") ?? "").split(/;\s*/).find((text) => text.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}

type Reader = { requestId: string; locale: Locale };

/** A workflow's result as the bytes that are sent, and kept for repeats. */
function answerText(result: Result<Answer, Failure>, context: Reader): StoredAnswer {
  if (result.ok) {
    const { status = 200, body } = result.value;
    return { status, body: JSON.stringify(body), type: "application/json; charset=utf-8" };
  }
  const problem = problemOf(result.error, context);
  return { status: problem.status, body: JSON.stringify(problem), type: PROBLEM_TYPE };
}

function send(answer: StoredAnswer & { replayed?: boolean }, request: Request, requestId: string): Response {
  const headers = new Headers(standingHeaders(requestId, answer.type));
  if (answer.replayed) headers.set("idempotency-replayed", "true");
  // Created under the address it was posted to; found in the body, so that a repeat says it too.
  if (answer.status === 201) headers.set("location", `${new URL(request.url).pathname}/${JSON.parse(answer.body).id}`);
  return new Response(answer.body, { status: answer.status, headers });
}

const sendFile = (file: SentFile, requestId: string): Response =>
  new Response(file.bytes as BodyInit, { headers: { ...standingHeaders(requestId, file.type), ...fileHeaders(file) } });
