import { eq } from "drizzle-orm";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { Database } from "#db/client";
import { writeAudit } from "#db/queries/audit";
import { signIns, users } from "#db/schema/people";
import { idempotencyKeys } from "#db/schema/records";
import { freshDatabase } from "#e2e/rig/database";
import { makeId, type UserId } from "#lib/domain/ids";
import { blocked, blocker } from "#lib/domain/refusal";
import { ok, refuse } from "#lib/domain/result";
import type { Role } from "#lib/domain/roles";

const ORIGIN = "http://localhost:3000";
const SECRET = "a secret for tests that nobody else uses";
const random = () => crypto.getRandomValues(new Uint8Array(16));

let db: Database;
let end: () => Promise<void>;
let handle: typeof import("./handle.ts").handle;
let resource: typeof import("./resource.ts").resource;
const people = new Map<Role, { id: UserId; cookie: string; token: string }>();

beforeAll(async () => {
  const database = await freshDatabase();
  for (const [name, value] of Object.entries({
    DATABASE_URL: database.appUrl,
    LOG_LEVEL: "silent",
    APP_URL: ORIGIN,
    AUTH_SECRET: SECRET,
    CRON_SECRET: "a cron secret for tests, long enough",
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  }))
    vi.stubEnv(name, value);
  const client = await import("#db/client");
  db = client.database();
  end = client.closeDatabase;
  ({ handle } = await import("./handle.ts"));
  ({ resource } = await import("./resource.ts"));
  const { createApiToken } = await import("#lib/auth/api-tokens");
  const { startSignIn } = await import("#lib/auth/sign-ins");
  for (const role of ["sales", "finance", "admin"] as const) {
    const id = makeId("usr", Date.now(), random());
    await db.insert(users).values({ id, email: `${role}@trader.example`, name: role, role, passwordHash: "none" });
    const sid = await startSignIn(db, id, { address: "203.0.113.5", userAgent: null }, new Date());
    const cookie = `holdpoint.session=${await encode({ token: { sid }, secret: SECRET, maxAge: 600 })}`;
    people.set(role, { id, cookie, token: await createApiToken(db, id, "test") });
  }
});
afterAll(() => end());

const PATIENTLY = { timeout: 20_000 };

const NOTES: unknown[] = [];
beforeEach(() => NOTES.splice(0));
let decide: () => Promise<unknown> = async () => undefined;

/** A route with every part a route can have; it remembers what reached it. */
const notes = () =>
  resource({
    GET: handle({
      permission: "order:read",
      summary: "Reads.",
      query: z.strictObject({ q: z.string().max(200).optional() }),
      answers: z.object({ q: z.string().nullable(), role: z.string() }),
      run: async ({ query, user }) => ok({ body: { q: query.q ?? null, role: user.role } }),
    }),
    POST: handle({
      permission: "payment:finalize",
      summary: "Writes.",
      params: z.strictObject({ orderId: z.string().startsWith("ord_") }),
      body: z.strictObject({ note: z.string().max(100, { error: "too_long" }) }),
      answers: z.object({ id: z.string(), note: z.string() }),
      statuses: [201],
      run: async ({ body, actor }) => {
        NOTES.push({ ...body, actor });
        const said = await decide();
        if (said) return said as never;
        return ok({ status: 201, body: { id: `n${NOTES.length}`, note: body.note } });
      },
    }),
  });

type Call = {
  as?: Role;
  by?: "cookie" | "token";
  headers?: Record<string, string | null>;
  body?: BodyInit;
  orderId?: string;
  path?: string;
};
async function call(
  method: string,
  { as, by = "cookie", headers = {}, body, orderId = "ord_1", path = "" }: Call = {},
) {
  const who = as && people.get(as);
  const all: Record<string, string | null> = {
    ...(who ? (by === "cookie" ? { cookie: who.cookie } : { authorization: `Bearer ${who.token}` }) : {}),
    ...(method !== "GET" && by === "cookie" ? { origin: ORIGIN, "sec-fetch-site": "same-origin" } : {}),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  };
  const kept = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null);
  const request = new Request(`${ORIGIN}/api/v1/notes${path}`, {
    method,
    headers: kept,
    ...(body === undefined ? {} : { body }),
  });
  const routes = notes() as Record<
    string,
    (request: Request, context: { params: Promise<object | undefined> }) => Promise<Response>
  >;
  const response = await routes[method]?.(request, {
    params: Promise.resolve(method === "POST" ? { orderId } : undefined),
  });
  if (!response) throw new Error(`no ${method}`);
  const text = await response.text();
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-type")).toMatch(/; charset=utf-8$/);
  expect(response.headers.get("x-request-id")).toBeTruthy();
  const json = JSON.parse(text) as { code?: string; errors?: { field: string; code: string }[]; requestId?: string };
  return {
    status: response.status,
    code: json.code,
    errors: json.errors?.map(({ field, code }) => `${field}: ${code}`),
    json,
    text,
    headers: response.headers,
  };
}
const note = (text: string) => JSON.stringify({ note: text });
const post = (change: Call = {}) => call("POST", { as: "finance", body: note("hello"), ...change });

describe("who may come in", () => {
  test("nobody without a sign-in or token, whatever they send", async () => {
    const nobodies: Record<string, string>[] = [
      {},
      { cookie: "holdpoint.session=x" },
      { authorization: "Bearer undefined" },
      { authorization: "Bearer " },
      { authorization: `Bearer hp_${"x".repeat(43)}` },
    ];
    for (const headers of nobodies) {
      expect(await call("GET", { headers })).toMatchObject({ status: 401, code: "signed_out" });
      expect(await call("POST", { headers, body: "{" })).toMatchObject({ status: 401 });
    }
  });
  test("a cookie or a token, each as the person behind it", async () => {
    for (const by of ["cookie", "token"] as const)
      expect((await call("GET", { as: "sales", by })).json).toEqual({ q: null, role: "sales" });
    await post({ by: "token" });
    expect(NOTES).toMatchObject([{ actor: { kind: "token", name: "finance", role: "finance" } }]);
  });
  test("only roles that may, and a role that may not is told who does", async () => {
    expect(await post({ as: "sales" })).toMatchObject({
      status: 403,
      code: "not_permitted",
      json: { title: "This is done by Finance." },
    });
    for (const as of ["finance", "admin"] as const) expect((await post({ as })).status).toBe(201);
    expect(NOTES).toHaveLength(2);
  });
  test("a cookie only from our own pages; a token from anywhere", async () => {
    const refused: Record<string, string | null>[] = [
      { origin: null },
      { origin: null, "sec-fetch-site": null },
      { origin: "null" },
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of refused) expect(await post({ headers })).toMatchObject({ status: 403, code: "wrong_origin" });
    expect((await post({ headers: { "sec-fetch-site": null } })).status).toBe(201);
    expect((await post({ by: "token", headers: { origin: "https://evil.example" } })).status).toBe(201);
    expect(
      (await call("GET", { as: "sales", headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" } }))
        .status,
    ).toBe(200);
    expect(NOTES).toHaveLength(2);
  });
  test("a useless token next to a good cookie is nobody: the cookie is not asked", async () => {
    expect((await post({ headers: { authorization: "Bearer x" } })).status).toBe(401);
  });
  test("until the user is switched off", async () => {
    const admins = eq(users.email, "admin@trader.example");
    await db.update(users).set({ active: false }).where(admins);
    for (const by of ["cookie", "token"] as const) expect((await call("GET", { as: "admin", by })).status).toBe(401);
    await db.update(users).set({ active: true }).where(admins);
    expect((await call("GET", { as: "admin" })).status).toBe(200);
  });
});

describe("what is let through", () => {
  test("malformed JSON is 400 and says where, never 500", async () => {
    for (const body of [
      "",
      "{",
      "{'note':1}",
      "null",
      "[]",
      '"x"',
      "NaN",
      '{"note":"x"}garbage',
      new Uint8Array([0xff, 0xfe]),
    ]) {
      const answer = await post({ body });
      expect(answer.status).toBe(400);
      expect(["malformed_json", "invalid"]).toContain(answer.code);
    }
    expect((await post({ body: '{"note":"x",}' })).json).toMatchObject({ detail: expect.stringContaining("12") });
    expect(NOTES).toEqual([]);
  });
  test("only JSON, of bounded size, with exactly the fields there are", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=utf-16",
      "application/jsonx",
      null,
    ])
      expect(
        (await post({ headers: { "content-type": type }, body: new Uint8Array(Buffer.from(note("x"))) })).status,
      ).toBe(415);
    expect((await post({ headers: { "content-type": "application/json; charset=UTF-8" } })).status).toBe(201);
    expect(await post({ body: note("x".repeat(1_000_000)) })).toMatchObject({ status: 413, code: "too_large" });
    expect(await post({ body: note("x".repeat(200_000)) })).toMatchObject({ status: 400, errors: ["note: too_long"] });
    expect((await post({ body: '{"note":"x","role":"admin","id":"ord_1"}' })).errors).toEqual([
      "role: unrecognized_keys",
      "id: unrecognized_keys",
    ]);
    expect((await post({ body: '{"note":"a\\u0000b"}' })).errors).toEqual(["note: forbidden_characters"]);
    expect((await post({ body: '{"note":"\\ud800"}' })).errors).toEqual(["note: forbidden_characters"]);
    expect((await post({ body: '{"note":["x"]}' })).errors).toEqual(["note: wrong_type"]);
  });
  test("queries are strict too", async () => {
    const read = (path: string) => call("GET", { as: "sales", path });
    expect((await read("?q=oak")).json).toMatchObject({ q: "oak" });
    expect((await read("?q=a&q=b")).errors).toEqual(["q: duplicate"]);
    expect((await read("?q=a&admin=1")).errors).toEqual(["admin: unrecognized_keys"]);
    expect((await read("?q=%00")).errors).toEqual(["q: forbidden_characters"]);
    expect((await read("?q=%ff%fe")).status).toBe(200);
    expect((await post({ path: "?orderId=ord_2" })).errors).toEqual(["orderId: unrecognized_keys"]);
  });
  test("an id that cannot exist is 404", async () => {
    for (const orderId of ["", "1", "pay_1", "../ord_1", "ORD_1"])
      expect(await post({ orderId })).toMatchObject({ status: 404, code: "not_found" });
  });
  test("other methods hear what the address takes", async () => {
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const answer = await call(method, { as: "admin" });
      expect(answer).toMatchObject({ status: 405, code: "method_not_allowed" });
      expect(answer.headers.get("allow")).toBe("GET, HEAD, POST");
    }
  });
  test("a refusal keeps its blocker, a fault keeps its details to itself", async () => {
    const no = blocker("NOTHING_HELD", "finalize", "finance", ["sync"]);
    decide = async () => refuse(blocked(no));
    expect(await post()).toMatchObject({ status: 409, code: "NOTHING_HELD", json: { blocker: no } });
    decide = async () => {
      throw new Error("insert into users: params: 4111111111111111");
    };
    const fault = await post({ headers: { "x-request-id": "support-12345" } });
    expect(fault).toMatchObject({ status: 500, code: "unexpected", json: { requestId: "support-12345" } });
    expect(fault.text).not.toContain("4111");
    decide = async () => undefined;
  });
  test("problems come in the person's language, the device's before it", async () => {
    await db.update(users).set({ language: "uk" }).where(eq(users.email, "sales@trader.example"));
    expect((await post({ as: "sales" })).json).toMatchObject({ title: "Це робить фінансовий відділ." });
    const cookie = `${people.get("sales")?.cookie}; hp_lang=en`;
    expect((await post({ as: "sales", headers: { cookie } })).json).toMatchObject({
      title: "This is done by Finance.",
    });
    expect((await call("GET", { headers: { "accept-language": "uk,en;q=0.5" } })).json).toMatchObject({
      title: "Ви вийшли із системи.",
    });
  });
});

describe("the same wish again", () => {
  const keyed = (key: string, change: Call = {}) =>
    post({ ...change, headers: { "idempotency-key": key, ...change.headers } });
  /** Runs from now on wait until they are told to go on. */
  const waitingRuns = () => {
    const waiting: (() => void)[] = [];
    decide = () => new Promise((go) => waiting.push(() => go(undefined)));
    return {
      begun: (count: number) => expect.poll(() => waiting.length, PATIENTLY).toBe(count),
      goOn: () => {
        decide = async () => undefined;
        for (const go of waiting) go();
      },
    };
  };
  /** So many at once; `answered` waits until so many of them have their answer. */
  const atOnce = (count: number, key: string) => {
    let done = 0;
    const answers = Promise.all(Array.from({ length: count }, () => keyed(key).finally(() => done++)));
    return { answers, answered: (some: number) => expect.poll(() => done, PATIENTLY).toBe(some) };
  };

  test("is answered byte for byte, and done once", async () => {
    const key = crypto.randomUUID();
    const first = await keyed(key);
    const again = await keyed(key);
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(first.headers.get("location")).toBe("/api/v1/notes/n1");
    expect(again.headers.get("location")).toBe("/api/v1/notes/n1");
    expect(NOTES).toHaveLength(1);
  });
  test("of twenty at the same moment one runs, the others hear that it is running", async () => {
    const runs = waitingRuns();
    const key = crypto.randomUUID();
    const twenty = atOnce(20, key);
    await twenty.answered(19);
    runs.goOn();
    const answers = await twenty.answers;
    expect(NOTES).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const running = answers.filter(({ status }) => status === 409);
    expect(running).toHaveLength(19);
    for (const answer of running) {
      expect(answer.code).toBe("in_progress");
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect((await keyed(key)).headers.get("idempotency-replayed")).toBe("true");
  });
  test("with other words is refused; another person's same key is another wish", async () => {
    const key = crypto.randomUUID();
    await keyed(key);
    expect(await keyed(key, { body: note("other") })).toMatchObject({ status: 409, code: "idempotency_mismatch" });
    expect((await keyed(key, { as: "admin" })).headers.get("idempotency-replayed")).toBeNull();
    expect(NOTES).toHaveLength(2);
  });
  test("after a fault may be tried again", async () => {
    const key = crypto.randomUUID();
    decide = async () => {
      throw new Error("the cable");
    };
    expect((await keyed(key)).status).toBe(500);
    decide = async () => undefined;
    expect((await keyed(key)).status).toBe(201);
    expect(NOTES).toHaveLength(2);
  });
  test("after a refusal gets the same refusal", async () => {
    const key = crypto.randomUUID();
    decide = async () => refuse(blocked(blocker("NOTHING_HELD", "finalize", "finance", ["sync"])));
    const first = await keyed(key);
    decide = async () => undefined;
    expect(await keyed(key)).toMatchObject({ status: 409, text: first.text });
    expect(NOTES).toHaveLength(1);
  });
  test("whose first run died with its process is inherited after ninety seconds by one", async () => {
    const key = crypto.randomUUID();
    const runs = waitingRuns();
    const lost = keyed(key);
    await runs.begun(1);
    await db
      .update(idempotencyKeys)
      .set({ lockedAt: new Date(Date.now() - 91_000) })
      .where(eq(idempotencyKeys.key, key));
    const five = atOnce(5, key);
    await five.answered(4);
    runs.goOn();
    const heirs = await five.answers;
    await lost;
    expect(NOTES).toHaveLength(2);
    expect(heirs.filter(({ status }) => status === 201)).toHaveLength(1);
    const kept = heirs.find(({ status }) => status === 201);
    expect((await keyed(key)).text).toBe(kept?.text);
  });
  test("whose first run died after it had written what it was asked for is never run again", async () => {
    const key = crypto.randomUUID();
    const runs = waitingRuns();
    const dead = keyed(key, { headers: { "x-request-id": "req-of-the-dead" } });
    await runs.begun(1);
    await db.transaction((tx) =>
      writeAudit(tx, {
        actor: { kind: "user", id: "usr_dead", name: "Dead", requestId: "req-of-the-dead" },
        action: "shipment.create",
        entity: "shipment",
        entityId: "shp_1",
      }),
    );
    await db
      .update(idempotencyKeys)
      .set({ lockedAt: new Date(Date.now() - 91_000) })
      .where(eq(idempotencyKeys.key, key));
    const heirs = await atOnce(5, key).answers;
    runs.goOn();
    await dead;
    expect(NOTES).toHaveLength(1);
    expect(heirs.map(({ status, code }) => [status, code])).toEqual(Array(5).fill([409, "begun_before"]));
  });
  test("that was not well-formed, or not permitted, takes no key", async () => {
    const key = crypto.randomUUID();
    await keyed(key, { body: "{" });
    await keyed(key, { as: "sales" });
    expect(await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, key))).toEqual([]);
    expect(await keyed("short")).toMatchObject({ status: 400, errors: ["Idempotency-Key: bad_idempotency_key"] });
  });
});

test("reading writes nothing but that somebody was seen", async () => {
  const counts = async () => [
    (await db.select().from(idempotencyKeys)).length,
    (await db.select().from(signIns)).length,
  ];
  const before = await counts();
  await call("GET", { as: "sales", headers: { "idempotency-key": crypto.randomUUID() } });
  expect(await counts()).toEqual(before);
});
