import type { Problem } from "#lib/contracts/problem";
import { unsettledKeys } from "./unsettled-keys.ts";

/** Longer than the server gives a provider to answer, so that the server's own word arrives first. */
const READ_TIMEOUT_MS = 15_000;
const WRITE_TIMEOUT_MS = 45_000;
const FILE_TIMEOUT_MS = 120_000;

/**
 * Every way in which a request can end without success. `problem` is what the server said (RFC 9457); for a request that got
 * no answer it is made here, with status 0 and the code `no_answer`.
 */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.title}`);
    this.name = "ApiProblem";
    this.problem = problem;
  }

  /** Nobody knows whether it happened: the answer was lost, or the server fell over on the way. Never sent again by itself. */
  get isUnsettled(): boolean {
    return isUnsettled(this.problem);
  }

  get isSignedOut(): boolean {
    return this.problem.status === 401;
  }
}

/** The same of a problem. Without a network nothing was sent, and nothing is open. */
export const isUnsettled = ({ status, code }: Problem): boolean =>
  code !== "offline" && (status === 0 || status >= 500);

const ours = (code: string, title: string, status = 0, requestId = ""): Problem => ({
  type: `/problems/${code}`,
  title,
  status,
  code,
  requestId,
});

/** Anything that is caught where a request was made. Faults of our own code are not dressed up as answers. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  return ours("screen_fault", error instanceof Error ? error.message : String(error));
}

const looksLikeProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "status" in body && "requestId" in body;

async function answerOf<T>(response: Response): Promise<T> {
  const requestId = response.headers.get("x-request-id") ?? "";
  if (response.status === 204) return undefined as T;
  let body: unknown;
  try {
    body = await response.json();
  } catch (error) {
    // A body that stopped half-way is a lost answer; one that was never JSON came from something in between.
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiProblem(ours("bad_answer", "The answer is not JSON", response.ok ? 0 : response.status, requestId));
  }
  if (response.ok) return body as T;
  throw new ApiProblem(
    looksLikeProblem(body) ? body : ours("bad_answer", `HTTP ${response.status}`, response.status, requestId),
  );
}

async function call<T>(path: string, init: RequestInit, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  // Asked before it is sent: a network that goes away on the road leaves open what became of it.
  const offline = typeof navigator !== "undefined" && navigator.onLine === false;
  try {
    const response = await fetch(path, {
      ...init,
      credentials: "same-origin",
      // A redirect would be the sign-in page's HTML in place of an answer.
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    return await answerOf<T>(response);
  } catch (error) {
    if (error instanceof ApiProblem || signal?.aborted) throw error;
    throw new ApiProblem(ours(offline ? "offline" : "no_answer", "No answer"));
  }
}

export const getJson = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  call<T>(path, { headers: { accept: "application/json" }, cache: "no-store" }, READ_TIMEOUT_MS, signal);

/** The same for a page that looks for news by itself: it does not count as the person being there. */
export const watchJson = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  call<T>(
    path,
    { headers: { accept: "application/json", "x-by-itself": "1" }, cache: "no-store" },
    READ_TIMEOUT_MS,
    signal,
  );

export type Verb = "POST" | "PATCH" | "PUT" | "DELETE";

/**
 * Sends one wish of a person. The same wish sent again after a lost answer carries the same Idempotency-Key, so the server
 * does it once; a wish that was answered, or whose words differ, gets a new key. Never repeats by itself.
 */
export async function sendJson<T>(verb: Verb, path: string, body?: unknown): Promise<T> {
  const text = body === undefined ? null : JSON.stringify(body);
  const wish = `${verb} ${path} ${text ?? ""}`;
  const sentBefore = unsettledKeys.isOpen(wish);
  const key = unsettledKeys.keyOf(wish);
  const headers: Record<string, string> = { accept: "application/json", "idempotency-key": key };
  if (text !== null) headers["content-type"] = "application/json";
  try {
    const answer = await call<T>(path, { method: verb, headers, body: text }, WRITE_TIMEOUT_MS);
    unsettledKeys.settle(wish);
    return answer;
  } catch (error) {
    if (error instanceof ApiProblem && !error.isUnsettled && error.problem.code !== "in_progress") {
      // Nothing was sent this time; what became of the time before is as open as it was.
      if (error.problem.code === "offline" && sentBefore) throw new ApiProblem(ours("no_answer", "No answer"));
      unsettledKeys.settle(wish);
    }
    throw error;
  }
}

/** Sends a file as itself. Sent again after a lost answer it is taken in once more, and only the one that is named is ever shown. */
export const sendFile = <T>(path: string, file: File): Promise<T> =>
  call<T>(
    path,
    {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/octet-stream" },
      body: file,
    },
    FILE_TIMEOUT_MS,
  );
