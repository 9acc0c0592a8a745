import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiProblem, asProblem, getJson, sendJson } from "./http.ts";

type Answer = () => Promise<Response>;
const sent: { path: string; key: string | null }[] = [];

function server(...answers: Answer[]) {
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    sent.push({ path, key: new Headers(init.headers).get("idempotency-key") });
    const answer = answers.shift();
    if (!answer) throw new Error("asked once too often");
    return answer();
  });
}
const json =
  (status: number, body: unknown): Answer =>
  async () =>
    Response.json(body, { status, headers: { "x-request-id": "req_1" } });
const lost: Answer = () => Promise.reject(new TypeError("network"));
const problem = (status: number, code: string) =>
  json(status, { type: `/problems/${code}`, title: code, status, code, requestId: "8f2c" });
const caught = (promise: Promise<unknown>) => promise.then(() => null, asProblem);

beforeEach(() => {
  sent.length = 0;
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("the key of a wish", () => {
  test("stays the same when it is sent again after a lost answer, so it is done once", async () => {
    server(lost, json(200, { done: true }));
    expect(await caught(sendJson("POST", "/x", { a: 1 }))).toMatchObject({ status: 0, code: "no_answer" });
    expect(await sendJson("POST", "/x", { a: 1 })).toEqual({ done: true });
    expect(sent[1]?.key).toBe(sent[0]?.key);
  });

  test("is new once the server has answered, yes or no", async () => {
    server(json(200, {}), problem(409, "blocked"), json(200, {}));
    await sendJson("POST", "/x", {});
    await caught(sendJson("POST", "/x", {}));
    await sendJson("POST", "/x", {});
    expect(new Set(sent.map(({ key }) => key)).size).toBe(3);
  });

  test("is new for other words at the same address", async () => {
    server(lost, lost);
    await caught(sendJson("POST", "/x", { quantity: "1" }));
    await caught(sendJson("POST", "/x", { quantity: "2" }));
    expect(sent[0]?.key).not.toBe(sent[1]?.key);
  });

  test("is kept while the twin is still running and when the server fell over", async () => {
    server(problem(500, "unexpected"), problem(409, "in_progress"), json(200, {}));
    await caught(sendJson("POST", "/x", {}));
    await caught(sendJson("POST", "/x", {}));
    await sendJson("POST", "/x", {});
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });
});

describe("answers that are no success", () => {
  test("bring the server's own words", async () => {
    server(problem(422, "invalid"));
    expect(await caught(getJson("/x"))).toMatchObject({ status: 422, code: "invalid", requestId: "8f2c" });
  });

  test("that never were JSON came from something in between; the reference is kept", async () => {
    server(async () => new Response("<html>", { status: 502, headers: { "x-request-id": "req_9" } }));
    expect(await caught(getJson("/x"))).toMatchObject({ status: 502, code: "bad_answer", requestId: "req_9" });
  });

  test("a success without a readable body is a lost answer, not a success", async () => {
    server(async () => new Response("{", { status: 200 }));
    const error = await sendJson("POST", "/x").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiProblem);
    expect((error as ApiProblem).isUnsettled).toBe(true);
  });

  test("nothing to say is an answer", async () => {
    server(async () => new Response(null, { status: 204 }));
    expect(await sendJson("DELETE", "/x")).toBeUndefined();
  });
});

describe("without a network", () => {
  const offline = () => vi.stubGlobal("navigator", { onLine: false });

  test("nothing was sent, and nothing is left open", async () => {
    offline();
    server(lost);
    const error = await sendJson("POST", "/x").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { code: "offline" }, isUnsettled: false });
  });

  test("one that goes away on the road leaves open what became of the wish", async () => {
    vi.stubGlobal("navigator", { onLine: true });
    server(() => {
      offline();
      return lost();
    });
    const error = await sendJson("POST", "/x").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { code: "no_answer" }, isUnsettled: true });
  });

  test("a wish whose first answer was lost stays open, with its key", async () => {
    server(lost, lost, json(200, {}));
    await caught(sendJson("POST", "/x"));
    offline();
    expect(await caught(sendJson("POST", "/x"))).toMatchObject({ code: "no_answer" });
    await sendJson("POST", "/x");
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });
});
