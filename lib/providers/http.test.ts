import type { RequestListener } from "node:http";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { account, IMPATIENT, type TinyServer, tinyServer } from "./fixtures.ts";
import { type HttpCall, httpClient, type Intent, LIMITS } from "./http.ts";
import { isPublicAddress } from "./public-address.ts";
import { Traffic } from "./traffic.ts";

const running: TinyServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
const serve = async (listener: RequestListener): Promise<TinyServer> => {
  const server = await tinyServer(listener);
  running.push(server);
  return server;
};

const call = (url: string, intent: Intent, more: Partial<HttpCall> = {}): HttpCall => ({
  account: account("monobank"),
  intent,
  method: intent === "command" ? "POST" : "GET",
  base: { url, overridden: true },
  path: "/x",
  body: intent === "command" ? "{}" : undefined,
  pace: { perSecond: 1000, burst: 1000 },
  ...more,
});
const impatient = httpClient({ ...IMPATIENT, maxBytes: 64 * 1024 });
/** For whatever comes at once: nothing of it hangs on how fast the machine is. */
const patient = httpClient({ ...LIMITS, maxBytes: 64 * 1024 });

/** Name → what the server does → the code it must get. A command then is "unknown", a question "ask again". */
const FAULTS: [string, RequestListener, string][] = [
  ["never answers", () => {}, "timeout"],
  ["one byte at a time", (_q, r) => drip(r), "timeout"],
  ["never stops", (_q, r) => flood(r), "answer_too_large"],
  ["a huge answer", (_q, r) => r.end("x".repeat(100_000)), "answer_too_large"],
  ["hangs up at once", (q) => q.socket.destroy(), "connection_lost"],
  ["half an answer", (_q, r) => half(r), "connection_lost"],
  ["not HTTP", (q) => q.socket.end("GARBAGE\r\n\r\n"), "bad_answer"],
  [
    "compressed though nobody asked",
    (_q, r) => r.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("{}")),
    "bad_answer",
  ],
  ["not UTF-8", (_q, r) => r.end(Buffer.from([0x7b, 0xff, 0x7d])), "bad_answer"],
  ...[301, 302, 303, 307, 308].map((status): [string, RequestListener, string] => [
    `redirect ${status}`,
    (_q, r) => r.writeHead(status, { location: "http://169.254.169.254/latest/meta-data/" }).end(),
    `http_${status}`,
  ]),
];

function drip(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { "content-length": 1000 });
  const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write("x")), 20);
}
function flood(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200);
  const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write("x".repeat(20_000))), 1);
}
function half(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { "content-length": 1000 });
  response.write('{"half":', () => response.destroy());
}

describe("an answer that is lost or cannot be used", () => {
  for (const [name, listener, code] of FAULTS) {
    test(`${name}: a command may have happened, a question may be asked again`, async () => {
      const server = await serve(listener);
      const client = code === "timeout" ? impatient : patient;
      expect(await client(call(server.url, "command"))).toEqual({
        ok: false,
        error: { kind: "outcome_unknown", code, message: "" },
      });
      expect(await client(call(server.url, "question"))).toEqual({
        ok: false,
        error: { kind: "unavailable", code, message: "" },
      });
      expect(server.requests, "nothing is repeated by itself").toBe(2);
    });
  }
});

describe("a request that never left", () => {
  test("nobody listens: a command certainly had no effect", async () => {
    const server = await tinyServer(() => {});
    await server.stop();
    const result = await patient(call(server.url, "command"));
    expect(result).toEqual({ ok: false, error: { kind: "unavailable", code: "unreachable", message: "" } });
  });

  test("a name that does not exist", async () => {
    const result = await patient(call("http://nowhere.invalid", "command"));
    expect(result).toMatchObject({ error: { kind: "unavailable" } });
  });

  test("something accepts but never speaks TLS: still nothing has left", async () => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const result = await impatient(call(`https://127.0.0.1:${port}`, "command"));
    expect(result).toEqual({ ok: false, error: { kind: "unavailable", code: "connect_timeout", message: "" } });
    server.close();
  });

  test("without an override no address inside a network is connected to", async () => {
    const server = await serve((_q, r) => r.end("{}"));
    const url = server.url.replace("127.0.0.1", "localhost");
    const result = await patient(call(url, "command", { base: { url, overridden: false } }));
    expect(result).toMatchObject({ error: { kind: "unavailable", code: "unreachable" } });
    expect(server.requests).toBe(0);
  });
});

test("429 is unread, so nothing happened; the wait is passed on", async () => {
  const server = await serve((_q, r) => r.writeHead(429, { "retry-after": "17" }).end("<html>"));
  expect(await patient(call(server.url, "command"))).toEqual({
    ok: false,
    error: { kind: "unavailable", code: "too_many_requests", message: "", retryAfterSeconds: 17 },
  });
});

test("a redirect is handed back, not followed, where it is the answer", async () => {
  const server = await serve((_q, r) => r.writeHead(302, { location: "/page" }).end());
  const result = await patient(call(server.url, "question", { redirectIsAnswer: true }));
  expect(result).toMatchObject({ ok: true, value: { status: 302, headers: { location: "/page" } } });
});

test("errors of the provider are answers: whoever asked reads them", async () => {
  const server = await serve((_q, r) => r.writeHead(400).end('{"errCode":"1001"}'));
  expect(await patient(call(server.url, "command"))).toMatchObject({ ok: true, value: { status: 400 } });
});

describe("the breaker", () => {
  test("after five failures in a row an account waits; then one request tries, and a good answer opens all", async () => {
    let well = false;
    const server = await serve((q, r) => (well ? r.end("{}") : q.socket.destroy()));
    const one = call(server.url, "question");
    for (let i = 0; i < 5; i++) await patient(one);
    expect(await patient(one)).toMatchObject({ error: { kind: "unavailable", code: "circuit_open" } });
    expect(server.requests).toBe(5);
    well = true;
    expect(await patient(call(server.url, "question")), "another account is not held up").toMatchObject({ ok: true });
  });

  test("it lets one probe through at a time", () => {
    const traffic = new Traffic();
    for (let i = 0; i < 5; i++) {
      traffic.turn("a", null, 0);
      traffic.report("a", false, 0);
    }
    expect(traffic.turn("a", null, 4_999)).toMatchObject({ go: false, code: "circuit_open" });
    expect(traffic.turn("a", null, 5_000)).toMatchObject({ go: true });
    expect(traffic.turn("a", null, 5_000)).toMatchObject({ go: false });
    traffic.report("a", true, 5_100);
    expect(traffic.turn("a", null, 5_100)).toMatchObject({ go: true });
  });

  test("a refusal with status 500 in the provider's words is not a failure of the provider", async () => {
    const server = await serve((_q, r) => r.writeHead(500).end('{"errCode":"CANCEL_NOT_AVAILABLE"}'));
    const one = call(server.url, "command");
    for (let i = 0; i < 7; i++) expect(await patient(one)).toMatchObject({ ok: true });
  });
});

test("the bucket spreads requests out, and turns away what would wait too long", () => {
  const traffic = new Traffic();
  const pace = { perSecond: 2, burst: 3 };
  const turns = Array.from({ length: 8 }, () => traffic.turn("a", pace, 0));
  expect(turns.map((turn) => (turn.go ? turn.waitMs : turn.code))).toEqual([
    0,
    0,
    0,
    500,
    1000,
    1500,
    2000,
    "too_many_requests",
  ]);
});

test("addresses inside networks are told from those on the internet", () => {
  for (const inside of [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "fe80::1",
    "fd00::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
  ])
    expect(isPublicAddress(inside), inside).toBe(false);
  for (const outside of ["1.1.1.1", "185.174.1.1", "172.32.0.1", "2606:4700::1111"])
    expect(isPublicAddress(outside), outside).toBe(true);
});
