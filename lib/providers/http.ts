import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { ProviderFailure, ServiceAccount } from "../domain/provider.ts";
import { ok, type Result, refuse } from "../domain/result.ts";
import type { BaseUrl } from "./base-url.ts";
import { type JsonObject, parseJsonObject, utf8 } from "./exact-json.ts";
import { publicLookup } from "./public-address.ts";
import { type Pace, Traffic } from "./traffic.ts";

/**
 * A command may move money or make something; a question changes nothing. It decides what a lost answer means: for a
 * command "it may have happened, ask", for a question "ask again".
 */
export type Intent = "command" | "question";

export type HttpCall = {
  account: Pick<ServiceAccount, "id" | "provider">;
  intent: Intent;
  method: "GET" | "POST";
  base: BaseUrl;
  /** Path and query, from the slash. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** The one place where a redirect is an answer: LiqPay's short page address. It is handed back, never followed. */
  redirectIsAnswer?: boolean;
  pace: Pace;
};

export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

export type HttpLimits = { totalMs: number; connectMs: number; maxBytes: number };
export const LIMITS: HttpLimits = { totalMs: 15_000, connectMs: 3_000, maxBytes: 256 * 1024 };

export type HttpClient = (call: HttpCall) => Promise<Result<HttpAnswer, ProviderFailure>>;

/**
 * The only way out to a provider. One attempt, never repeated; a total deadline (not per byte); a new connection each
 * time, so that a connection the other side just closed cannot swallow a command; redirects are failures.
 *
 * Failures: never connected → `unavailable` (`unreachable`, `connect_timeout`); connected but no usable answer →
 * `outcome_unknown` for a command, `unavailable` for a question (`timeout`, `connection_lost`, `answer_too_large`,
 * `bad_answer`, `http_3xx`); 429 → `unavailable`, it was turned away unread.
 */
export function httpClient(limits: HttpLimits = LIMITS, traffic: Traffic = new Traffic()): HttpClient {
  return async (call) => {
    const key = `${call.account.provider}:${call.account.id}`;
    const started = performance.now();
    // An emulator has no rate limits to respect; the breaker stays.
    const turn = traffic.turn(key, call.base.overridden ? null : call.pace, started);
    if (!turn.go)
      return refuse({
        kind: "unavailable",
        code: turn.code,
        message: "",
        retryAfterSeconds: Math.max(1, Math.ceil(turn.retryMs / 1000)),
      });
    if (turn.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, turn.waitMs));
    const result = await exchange(call, { ...limits, totalMs: limits.totalMs - turn.waitMs });
    // A 500 in the provider's own words is a refusal by a provider that is well (monobank's CANCEL_NOT_AVAILABLE).
    const alive = result.ok && (result.value.status < 500 || parseJsonObject(result.value.text) !== null);
    traffic.report(key, alive, performance.now());
    if (!result.ok) return result;
    const { status, headers } = result.value;
    if (status === 429) return refuse(tooMany(headers));
    if (status >= 300 && status < 400 && !call.redirectIsAnswer)
      return refuse(noUsableAnswer(call.intent, `http_${status}`));
    return result;
  };
}

/** What a lost or unusable answer means. */
export const noUsableAnswer = (intent: Intent, code: string, message = ""): ProviderFailure => ({
  kind: intent === "command" ? "outcome_unknown" : "unavailable",
  code,
  message,
});

/** The JSON object in an answer, or why there is none: `http_502` where the status says enough, else `bad_answer`. */
export function jsonAnswer(answer: HttpAnswer, intent: Intent): Result<JsonObject, ProviderFailure> {
  const object = parseJsonObject(answer.text);
  if (object) return ok(object);
  return refuse(noUsableAnswer(intent, answer.status >= 400 ? `http_${answer.status}` : "bad_answer"));
}

function tooMany(headers: IncomingHttpHeaders): ProviderFailure {
  const after = headers["retry-after"]?.trim() ?? "";
  const seconds = /^\d{1,6}$/.test(after) ? Number(after) : Math.ceil((Date.parse(after) - Date.now()) / 1000);
  const wait = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 86_400) : 30;
  return { kind: "unavailable", code: "too_many_requests", message: "", retryAfterSeconds: wait };
}

function exchange(call: HttpCall, limits: HttpLimits): Promise<Result<HttpAnswer, ProviderFailure>> {
  return new Promise((resolve) => {
    const url = new URL(call.base.url + call.path);
    const secure = url.protocol === "https:";
    let connected = false;
    let done = false;

    const finish = (result: Result<HttpAnswer, ProviderFailure>) => {
      if (done) return;
      done = true;
      clearTimeout(total);
      clearTimeout(connecting);
      resolve(result);
      request.destroy();
    };
    const fail = (code: string) =>
      finish(
        refuse(
          connected ? noUsableAnswer(call.intent, code) : { kind: "unavailable", code: beforeBytes(code), message: "" },
        ),
      );

    const request = (secure ? tlsRequest : plainRequest)(url, {
      method: call.method,
      agent: false,
      maxHeaderSize: 16_384,
      // Only an override may point inside our own network, and overrides are refused in production.
      ...(call.base.overridden ? {} : { lookup: publicLookup }),
      headers: {
        accept: "application/json",
        "user-agent": "Holdpoint",
        ...call.headers,
        ...(call.body === undefined ? {} : { "content-length": Buffer.byteLength(call.body) }),
      },
    });
    const total = setTimeout(() => fail("timeout"), limits.totalMs);
    const connecting = setTimeout(() => fail("connect_timeout"), Math.min(limits.connectMs, limits.totalMs));
    request.on("socket", (socket) =>
      socket.once(secure ? "secureConnect" : "connect", () => {
        // From here on the request may have left, so a command's outcome is open until there is an answer.
        connected = true;
        clearTimeout(connecting);
      }),
    );
    request.on("error", (error: NodeJS.ErrnoException) =>
      fail(error.code?.startsWith("HPE_") ? "bad_answer" : "connection_lost"),
    );
    request.on("response", (response) => collect(response, limits.maxBytes, finish, fail));
    request.end(call.body);
  });
}

const beforeBytes = (code: string): string =>
  code === "timeout" || code === "connect_timeout" ? "connect_timeout" : "unreachable";

/** Reads the body up to the cap. We ask for no compression, so a compressed body is not an answer to us. */
function collect(
  response: IncomingMessage,
  maxBytes: number,
  finish: (result: Result<HttpAnswer, ProviderFailure>) => void,
  fail: (code: string) => void,
): void {
  const encoding = response.headers["content-encoding"];
  if (encoding && encoding !== "identity") fail("bad_answer");
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) fail("answer_too_large");
    else chunks.push(chunk);
  });
  response.on("error", () => fail("connection_lost"));
  response.on("close", () => fail("connection_lost"));
  response.on("end", () => {
    const text = response.complete ? utf8(Buffer.concat(chunks)) : null;
    if (text === null) fail(response.complete ? "bad_answer" : "connection_lost");
    else finish(ok({ status: response.statusCode ?? 0, headers: response.headers, text }));
  });
}
