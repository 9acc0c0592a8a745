import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createOrderInput } from "#lib/contracts/orders";
import { problemShape } from "#lib/contracts/problem";
import { BLOCKER_CODES, blocked, blocker, type FieldError, invalid } from "#lib/domain/refusal";
import en from "../i18n/messages/en.json" with { type: "json" };
import uk from "../i18n/messages/uk.json" with { type: "json" };
import { refusesBearer } from "./bearer.ts";
import { BodyIncomplete, BodyTooLarge, parseJson, readBody } from "./body.ts";
import { refusalOf } from "./faults.ts";
import { fieldErrors, forbiddenText, repeatedNames } from "./fields.ts";
import { isIdempotencyKey } from "./idempotency.ts";
import { comesFromUs, isSafe } from "./origin.ts";
import { type Failure, problemOf, problemResponse, statusOf } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";

const english = { requestId: "req_1", locale: "en" } as const;

describe("a problem", () => {
  const EVERY: Exclude<Failure, { kind: "blocked" }>[] = [
    { kind: "invalid", errors: [{ field: "note", code: "too_long", params: { max: 2000 } }] },
    { kind: "malformed_json", problem: "syntax", at: 12 },
    { kind: "malformed_json", problem: "encoding", at: null },
    { kind: "incomplete_body" },
    { kind: "signed_out" },
    { kind: "wrong_origin" },
    { kind: "not_permitted", permission: "payment:finalize", role: "sales" },
    { kind: "not_found", what: "order" },
    { kind: "no_such_address" },
    { kind: "method_not_allowed", allow: ["GET", "HEAD"] },
    { kind: "version_conflict", currentVersion: 4, yourVersion: 2 },
    { kind: "idempotency_mismatch" },
    { kind: "in_progress" },
    { kind: "begun_before" },
    { kind: "too_large", maxBytes: 262_144 },
    { kind: "wrong_content_type" },
    { kind: "too_many_tries", retryAfterSeconds: 90 },
    { kind: "unexpected" },
    { kind: "unavailable", retryAfterSeconds: 2 },
    { kind: "not_configured" },
  ];

  test("has the one shape, its status and whole sentences in both languages, whatever the failure", () => {
    for (const failure of EVERY)
      for (const locale of ["en", "uk"] as const) {
        const problem = problemShape.parse(problemOf(failure, { requestId: "req_1", locale }));
        expect(problem).toMatchObject({ code: failure.kind, status: statusOf(failure), requestId: "req_1" });
        for (const text of [problem.title, problem.detail ?? ""]) {
          expect(text).toMatch(/[.]$/);
          expect(text).not.toMatch(/[{}]|problems\.|undefined/);
        }
      }
  });

  test("of a blocker carries the blocker, for every code, and says it in words", () => {
    for (const code of BLOCKER_CODES) {
      const no = blocker(code, "ship", "sales", ["wait"], { missing: { amount: 149950, currency: "UAH" } });
      const problem = problemShape.parse(problemOf(blocked(no), english));
      expect(problem).toMatchObject({ code, status: code === "NOT_PERMITTED" ? 403 : 409, blocker: no });
      expect(problem.title).not.toContain("blockers.");
    }
  });

  test("names the role that may", () => {
    const title = (permission: string) =>
      problemOf({ kind: "not_permitted", permission, role: "sales" }, english).title;
    expect(title("payment:finalize")).toBe("This is done by Finance.");
    expect(title("service:write")).toBe("This is done by an admin.");
  });

  test("of a field has a sentence with its numbers; an unknown code is still a sentence", () => {
    const messages = (...errors: FieldError[]) =>
      problemOf(invalid(...errors), english).errors?.map(({ message }) => message);
    expect(messages({ field: "note", code: "too_long", params: { max: 2000 } })).toEqual([
      "This is too long: at most 2000.",
    ]);
    expect(messages({ field: "x", code: "never_heard_of" })).toEqual(["This value is not accepted."]);
    expect(messages({ field: "x", code: "toString" })).toEqual(["This value is not accepted."]);
    // Minor units beside their currency are money to a reader.
    const sums = { currency: "UAH", totalMinor: 224_925, requiredMinor: 67_478, coveredMinor: 44_985 };
    const numbers = { ...sums, missingMinor: 22_493, surplusMinor: 0 };
    expect(messages({ field: "money", code: "money_choice_needed", params: numbers })?.[0]).toMatch(
      /^₴2.249\.25 in all, ₴674\.78 before shipping, ₴449\.85 is already there\. Missing: ₴224\.93, too much: ₴0\.00\./,
    );
    const fields = [en.problems.field, uk.problems.field] as Record<string, string>[];
    for (const code of Object.keys(en.problems.field)) for (const texts of fields) expect(texts[code]).toMatch(/[.]$/);
  });

  test("of a field has a sentence for every code that a contract or a workflow gives", () => {
    const given = (folder: string, pattern: RegExp) =>
      readdirSync(new URL(`../${folder}/`, import.meta.url))
        .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
        .flatMap((file) => [
          ...readFileSync(new URL(`../${folder}/${file}`, import.meta.url), "utf8").matchAll(pattern),
        ])
        .map(([, code]) => code);
    const codes = [
      ...given("contracts", /error: "([a-z_]+)"/g),
      ...given("workflows", /field: [^,}]+, code: "([a-z_]+)"/g),
      ...given("auth", /field: [^,}]+, code: "([a-z_]+)"/g),
    ];
    expect(codes.length).toBeGreaterThan(20);
    expect([...new Set(codes)].filter((code) => !Object.hasOwn(en.problems.field, String(code)))).toEqual([]);
  });

  test("is told to HTTP as well", () => {
    const headers = (failure: Failure) => problemResponse(failure, english).headers;
    expect(headers({ kind: "unavailable", retryAfterSeconds: 2 }).get("retry-after")).toBe("2");
    expect(headers({ kind: "in_progress" }).get("retry-after")).toBe("1");
    expect(headers({ kind: "method_not_allowed", allow: ["GET", "HEAD"] }).get("allow")).toBe("GET, HEAD");
    expect(headers({ kind: "signed_out" }).get("www-authenticate")).toContain("Bearer");
    for (const failure of EVERY) {
      expect(headers(failure).get("cache-control")).toBe("no-store");
      expect(headers(failure).get("content-type")).toBe("application/problem+json; charset=utf-8");
      expect(headers(failure).get("x-request-id")).toBe("req_1");
    }
  });

  test("of a fault says nothing of the fault", () => {
    const fault = new Error("insert failed: params: 4111 1111 1111 1111");
    expect(JSON.stringify(problemOf(refusalOf(fault), english))).not.toContain("4111");
    expect(refusalOf(fault)).toEqual({ kind: "unexpected" });
    const outage = Object.assign(new Error("x"), { name: "DatabaseUnavailable", retryAfterSeconds: 2 });
    expect(refusalOf(new Error("Failed query", { cause: outage }))).toEqual({
      kind: "unavailable",
      retryAfterSeconds: 2,
    });
    expect(refusalOf(new BodyTooLarge(10))).toEqual({ kind: "too_large", maxBytes: 10 });
    expect(refusalOf("text")).toEqual({ kind: "unexpected" });
  });
});

describe("where an unsafe request comes from", () => {
  const OURS = "https://holdpoint.example";
  const heard = (headers: Record<string, string>) => comesFromUs(new Headers(headers), OURS);
  test.each([
    [{ origin: OURS }, true],
    [{ origin: OURS, "sec-fetch-site": "same-origin" }, true],
    [{}, false],
    [{ "sec-fetch-site": "same-origin" }, false],
    [{ "sec-fetch-site": "none" }, false],
    [{ origin: "null" }, false],
    [{ origin: OURS, "sec-fetch-site": "cross-site" }, false],
    [{ origin: OURS, "sec-fetch-site": "same-site" }, false],
    [{ origin: OURS, "sec-fetch-site": "none" }, false],
    [{ origin: "https://evil.example" }, false],
    [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }, false],
    [{ origin: "http://holdpoint.example" }, false],
    [{ origin: "https://holdpoint.example:8443" }, false],
    [{ origin: "https://holdpoint.example.evil.example" }, false],
    [{ origin: `${OURS}/` }, false],
    [{ referer: `${OURS}/orders` }, false],
  ])("%j is ours: %s", (headers, ours) => expect(heard(headers)).toBe(ours));

  test("only methods that promise to change nothing are safe", () => {
    expect(["GET", "HEAD", "OPTIONS"].every(isSafe)).toBe(true);
    expect(["POST", "PUT", "PATCH", "DELETE", "get", "PROPFIND"].some(isSafe)).toBe(false);
  });
});

describe("the cron secret", () => {
  const SECRET = "a long secret that only the scheduler has";
  const ask = (authorization: string | null, secret: string | undefined = SECRET) =>
    refusesBearer(new Headers(authorization === null ? {} : { authorization }), secret)?.kind ?? "in";
  test("lets in its bearer and nobody else", () => {
    expect(ask(`Bearer ${SECRET}`)).toBe("in");
    for (const wrong of [
      null,
      "",
      "Bearer",
      "Bearer ",
      "Bearer undefined",
      "Bearer null",
      SECRET,
      `Basic ${SECRET}`,
      `Bearer ${SECRET}x`,
      `Bearer ${SECRET.slice(1)}`,
    ])
      expect(ask(wrong)).toBe("signed_out");
  });
  test("that is not there lets in nobody, also not those who say so", () => {
    for (const said of [null, "Bearer undefined", "Bearer ", "Bearer null", `Bearer ${SECRET}`]) {
      expect(refusesBearer(new Headers(said === null ? {} : { authorization: said }), undefined)?.kind).toBe(
        "not_configured",
      );
      expect(refusesBearer(new Headers(said === null ? {} : { authorization: said }), "")?.kind).toBe("not_configured");
    }
  });
});

describe("a body", () => {
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    new Request("http://localhost/", { method: "POST", body, headers, duplex: "half" } as RequestInit);
  const stream = (chunks: (Uint8Array | Error)[], everyMs = 0) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (everyMs) await new Promise((wake) => setTimeout(wake, everyMs));
        const next = chunks.shift();
        if (next === undefined) controller.close();
        else if (next instanceof Error) controller.error(next);
        else controller.enqueue(next);
      },
    });
  const kilobyte = () => new Uint8Array(1024);

  test("is read whole", async () => {
    expect(new TextDecoder().decode(await readBody(post("привіт")))).toBe("привіт");
    expect(await readBody(new Request("http://localhost/", { method: "POST" }))).toEqual(new Uint8Array());
  });
  test("that declares too much is not read at all", async () => {
    const body = stream([kilobyte()]);
    for (const declared of ["2049", "50000000", "1e9", "-", "NaN"])
      await expect(readBody(post(stream([]), { "content-length": declared }), 2048)).rejects.toBeInstanceOf(
        BodyTooLarge,
      );
    await expect(readBody(post(body, { "content-length": "99999" }), 2048)).rejects.toBeInstanceOf(BodyTooLarge);
  });
  test("that sends more than it may is dropped there, whatever it declared", async () => {
    const chunks = Array.from({ length: 1000 }, kilobyte);
    await expect(readBody(post(stream(chunks)), 2048)).rejects.toBeInstanceOf(BodyTooLarge);
    expect(chunks.length).toBeGreaterThan(900);
    await expect(
      readBody(post(stream([kilobyte(), kilobyte(), kilobyte()]), { "content-length": "10" }), 2048),
    ).rejects.toBeInstanceOf(BodyTooLarge);
  });
  test("that trickles or breaks off is given up", async () => {
    await expect(readBody(post(stream(Array.from({ length: 100 }, kilobyte), 30)), 1e6, 100)).rejects.toBeInstanceOf(
      BodyIncomplete,
    );
    await expect(readBody(post(stream([kilobyte(), new Error("aborted")])))).rejects.toBeInstanceOf(BodyIncomplete);
  });
  test("that is not JSON says where", () => {
    const parse = (text: string) => parseJson(new TextEncoder().encode(text));
    expect(parse('{"a":1}')).toEqual({ ok: true, value: { a: 1 } });
    expect(parse('{"a":1,}')).toMatchObject({ ok: false, problem: "syntax", at: 7 });
    for (const text of ["", "{", "{'a':1}", "NaN", "undefined", "{a:1}", "[1,]", "\u0000", '{"a":01}'])
      expect(parse(text)).toMatchObject({ ok: false, problem: "syntax" });
    expect(parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({ ok: false, problem: "encoding" });
    expect(parseJson(new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]))).toMatchObject({ ok: false, problem: "encoding" });
  });
});

describe("fields", () => {
  const errorsOf = (input: unknown, shape: z.ZodType = createOrderInput) => {
    const parsed = shape.safeParse(input);
    if (parsed.success) return [];
    return fieldErrors(parsed.error, input).map(({ field, code }) => `${field}: ${code}`);
  };
  const line = (change: object) => ({
    lines: [{ description: "Oak board", quantity: "1", unitPrice: { amount: 100, currency: "UAH" }, ...change }],
  });
  const priced = (amount: unknown) => errorsOf(line({ unitPrice: { amount, currency: "UAH" } }));

  test("amounts are whole minor units or refused by name", () => {
    expect(priced(100)).toEqual([]);
    expect(priced(1e3)).toEqual([]);
    for (const wrong of ["1e3", "100", 100.005, Number.NaN, true, [], {}, "NaN", 1e300])
      expect(priced(wrong)).toEqual(["lines.0.unitPrice.amount: not_whole_minor_units"]);
    expect(priced(-1)).toEqual(["lines.0.unitPrice.amount: negative"]);
    expect(priced(100_000_000_001)).toEqual(["lines.0.unitPrice.amount: too_large"]);
    expect(priced(null)).toEqual(["lines.0.unitPrice.amount: required"]);
    expect(errorsOf(line({ unitPrice: { amount: 1, currency: "XXX" } }))).toEqual([
      "lines.0.unitPrice.currency: unknown_currency",
    ]);
  });
  test("every other mistake has its field and its code", () => {
    expect(errorsOf(line({ description: " " }))).toEqual(["lines.0.description: required"]);
    expect(errorsOf(line({ quantity: "0" }))).toEqual(["lines.0.quantity: bad_quantity"]);
    expect(errorsOf(line({ discountPercent: "101" }))).toEqual(["lines.0.discountPercent: bad_percent"]);
    expect(errorsOf({ customerId: "cus_1" })).toEqual(["customerId: unknown_id"]);
    expect(errorsOf({ status: "released", id: "ord_1", createdAt: "x" })).toEqual([
      "status: unrecognized_keys",
      "id: unrecognized_keys",
      "createdAt: unrecognized_keys",
    ]);
    expect(
      errorsOf({ prepayment: { kind: "percent", percent: "20", amount: { amount: 1, currency: "UAH" } } }),
    ).toEqual(["prepayment.amount: unrecognized_keys"]);
    expect(errorsOf({ prepayment: { kind: "both" } })).toEqual(["prepayment.kind: not_allowed_kind"]);
    expect(errorsOf({ language: "de" })).toEqual(["language: not_allowed"]);
    expect(errorsOf({ note: "a".repeat(2001) })).toEqual(["note: too_long"]);
    expect(errorsOf({ note: "a\u202eb" })).toEqual(["note: forbidden_characters"]);
    expect(errorsOf({ lines: Array.from({ length: 501 }, () => line({}).lines[0]) })).toEqual(["lines: too_many"]);
    expect(errorsOf([])).toEqual([": wrong_type"]);
    expect(
      errorsOf({ limit: "0" }, z.strictObject({ limit: z.coerce.number().min(1, { error: "bad_limit" }) })),
    ).toEqual(["limit: bad_limit"]);
    expect(errorsOf({ a: Array.from({ length: 400 }, () => 1) }, z.object({ a: z.array(z.string()) }))).toHaveLength(
      50,
    );
  });
  test("no text anywhere holds NUL or half a character, and no name means something to JavaScript", () => {
    const found = (json: string) => forbiddenText(JSON.parse(json)).map(({ field, code }) => `${field}: ${code}`);
    expect(found('{"customer":{"name":"a\\u0000b"}}')).toEqual(["customer.name: forbidden_characters"]);
    expect(found('{"lines":[{"description":"\\ud800"}]}')).toEqual(["lines.0.description: forbidden_characters"]);
    expect(found('{"a":{"__proto__":{"role":"admin"}}}')).toEqual(["a: bad_key"]);
    expect(found('{"a\\u0000":1}')).toEqual([": bad_key"]);
    expect(found('{"a":"😀","b":[1,null,true]}')).toEqual([]);
    expect(found("[".repeat(100_000) + "]".repeat(100_000))).toEqual([`${Array(32).fill("0").join(".")}: too_deep`]);
  });
  test("a name twice in a query is refused", () => {
    expect(repeatedNames(new URLSearchParams("id=1&q=x&id=2"))).toEqual([{ field: "id", code: "duplicate" }]);
    expect(repeatedNames(new URLSearchParams("id=1&q=x"))).toEqual([]);
  });
});

test("a caller's request id is taken over only when it is plain", () => {
  const of = (id: string) => requestIdOf(new Headers({ "x-request-id": id }));
  expect(of("trace-0123456789")).toBe("trace-0123456789");
  for (const odd of [
    "",
    "short",
    "a b c d e f",
    "<script>alert(1)</script>",
    "x".repeat(65),
    "ключ-ключ".replace(/./g, "ï"),
  ])
    expect(of(odd)).toMatch(/^req_[0-9a-f]{24}$/);
});

test("an idempotency key is 8 to 128 plain characters", () => {
  for (const good of ["12345678", crypto.randomUUID(), "x".repeat(128)]) expect(isIdempotencyKey(good)).toBe(true);
  for (const bad of ["", "1234567", "x".repeat(129), "with space", "é".repeat(10)])
    expect(isIdempotencyKey(bad)).toBe(false);
});
