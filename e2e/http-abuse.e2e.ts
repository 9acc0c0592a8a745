import { request as rawRequest } from "node:http";
import { type APIRequestContext, type APIResponse, expect, request, test } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";

/** Everything people and programs may send that no form of ours would: each is refused by name, and nothing breaks. */

type Who = "sales" | "finance" | "admin";
const PASSWORD = "holdpoint-demo";
const url = () => runningStack().apps[0]?.url ?? "";
const NO_ORDER = "ord_00000000000000000000000000";
const NO_PAYMENT = "pay_00000000000000000000000000";
const NO_SERVICE = "svc_00000000000000000000000000";

const fromUs = () => ({ origin: url(), "sec-fetch-site": "same-origin" });
const anybody = () => request.newContext({ baseURL: url() });

async function signedIn(who: Who): Promise<APIRequestContext> {
  const context = await anybody();
  const { csrfToken } = await (await context.get("/api/auth/csrf")).json();
  const form = { csrfToken, email: `${who}@holdpoint.test`, password: PASSWORD, json: "true" };
  const answer = await context.post("/api/auth/callback/credentials", { form });
  expect(answer.status()).toBe(200);
  return context;
}

const contexts = new Map<Who, APIRequestContext>();
test.beforeAll(async () => {
  for (const who of ["sales", "finance", "admin"] as const) contexts.set(who, await signedIn(who));
});
test.afterAll(async () => {
  for (const context of contexts.values()) await context.dispose();
});
function as(who: Who): APIRequestContext {
  const context = contexts.get(who);
  if (!context) throw new Error(`${who} is not signed in`);
  return context;
}

type Sent = { method?: string; data?: string | Buffer | object; headers?: Record<string, string> };
const send = (who: Who, path: string, { method = "POST", data = {}, headers = {} }: Sent = {}) =>
  as(who).fetch(path, {
    method,
    headers: { ...fromUs(), "content-type": "application/json", ...headers },
    ...(method === "GET" || method === "DELETE" ? {} : { data }),
  });

/** The status and what the problem says; every answer of the API keeps the standing headers. */
async function said(answer: APIResponse): Promise<{ status: number; code?: string; errors: string[] }> {
  const headers = answer.headers();
  expect(headers["cache-control"]).toContain("no-store");
  expect(headers["x-request-id"]).toBeTruthy();
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["x-powered-by"]).toBeUndefined();
  const body = await answer.json();
  if (answer.status() >= 400) {
    expect(headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(body).toMatchObject({ status: answer.status(), code: expect.any(String), requestId: expect.any(String) });
    expect(JSON.stringify(body)).not.toMatch(/node_modules|at .*\.ts|select |insert /i);
  }
  const errors = (body.errors ?? []).map(({ field, code }: { field: string; code: string }) => `${field}: ${code}`);
  return { status: answer.status(), code: body.code, errors };
}
const orders = async (data: Sent["data"], headers = {}) =>
  said(await send("sales", "/api/v1/orders", { data, headers }));

/** A request that goes on sending after it was refused; its answer counts, its broken pipe does not. */
function sendMuch(
  path: string,
  bytes: number,
  headers: Record<string, string> = {},
): Promise<{ status: number; sent: number }> {
  return new Promise((done, fail) => {
    let sent = 0;
    let status = 0;
    const outgoing = rawRequest(new URL(path, url()), { method: "POST", headers });
    outgoing.on("response", (answer) => {
      status = answer.statusCode ?? 0;
      answer.resume();
      answer.on("close", () => {
        outgoing.destroy();
        done({ status, sent });
      });
    });
    // Who is cut off in mid-sentence may lose the answer that was on its way: that is a refusal too, and said as 0.
    outgoing.on("error", (error: NodeJS.ErrnoException) =>
      status > 0 || ["EPIPE", "ECONNRESET"].includes(error.code ?? "") ? done({ status, sent }) : fail(error),
    );
    const chunk = Buffer.alloc(64 * 1024, 120);
    const more = () => {
      while (sent < bytes && status === 0 && !outgoing.destroyed) {
        sent += chunk.length;
        if (!outgoing.write(chunk)) {
          outgoing.once("drain", more);
          return;
        }
      }
      if (!outgoing.destroyed) outgoing.end();
    };
    more();
  });
}

const line = (change: object = {}) => ({
  description: "Oak board",
  quantity: "1",
  unitPrice: { amount: 100, currency: "UAH" },
  ...change,
});

test("malformed JSON is 400 and never 500", async () => {
  for (const data of ["", "{", "{'a':1}", "null", "NaN", "[1,]", '{"note":"x"}}', "\u0000"])
    expect((await orders(Buffer.from(data))).status).toBe(400);
  expect((await orders(Buffer.from([0x7b, 0xff, 0x7d]))).code).toBe("malformed_json");
  expect((await orders(Buffer.from("[".repeat(100_000) + "]".repeat(100_000)))).status).toBe(400);
});

test("wrong types and fields nobody has are named", async () => {
  expect((await orders({ lines: "all" })).errors).toEqual(["lines: wrong_type"]);
  expect((await orders({ note: { toString: "x" } })).errors).toEqual(["note: wrong_type"]);
  expect((await orders({ status: "released", id: NO_ORDER, totalMinor: 1 })).errors).toEqual([
    "status: unrecognized_keys",
    "id: unrecognized_keys",
    "totalMinor: unrecognized_keys",
  ]);
  expect((await orders(Buffer.from('{"__proto__":{"role":"admin"}}'))).status).toBe(400);
  expect((await orders({}, { "content-type": "text/plain" })).status).toBe(415);
});

test("a page of text, NUL and half a character are refused with their field", async () => {
  expect((await orders({ customer: { name: "x".repeat(1_000_000) } })).status).toBe(413);
  expect((await orders({ customer: { name: "x".repeat(100_000) } })).errors).toEqual(["customer.name: too_long"]);
  expect((await orders(Buffer.from('{"customer":{"name":"a\\u0000b"}}'))).errors).toEqual([
    "customer.name: forbidden_characters",
  ]);
  expect((await orders(Buffer.from('{"note":"\\ud800"}'))).errors).toEqual(["note: forbidden_characters"]);
  expect((await orders({ note: "a\u202eb" })).errors).toEqual(["note: forbidden_characters"]);
  expect((await orders({ lines: Array.from({ length: 501 }, () => line()) })).errors).toEqual(["lines: too_many"]);
});

test("amounts are whole minor units of a known currency", async () => {
  const priced = async (amount: string) =>
    (
      await orders(
        Buffer.from(`{"lines":[{"description":"x","quantity":"1","unitPrice":{"amount":${amount},"currency":"UAH"}}]}`),
      )
    ).errors;
  for (const wrong of ['"1e3"', '"NaN"', "100.005", "true", "[]"])
    expect(await priced(wrong)).toEqual(["lines.0.unitPrice.amount: not_whole_minor_units"]);
  expect(await priced("-1")).toEqual(["lines.0.unitPrice.amount: negative"]);
  expect(await priced("1e15")).toEqual(["lines.0.unitPrice.amount: too_large"]);
  expect(
    (
      await orders(
        Buffer.from('{"lines":[{"description":"x","quantity":"1","unitPrice":{"amount":NaN,"currency":"UAH"}}]}'),
      )
    ).code,
  ).toBe("malformed_json");
  expect((await orders({ lines: [line({ unitPrice: { amount: 1, currency: "XYZ" } })] })).errors).toEqual([
    "lines.0.unitPrice.currency: unknown_currency",
  ]);
  expect((await orders({ lines: [line({ quantity: "1e3" })] })).errors).toEqual(["lines.0.quantity: bad_quantity"]);
});

test("a percentage and an amount at once are no prepayment", async () => {
  const amount = { amount: 1, currency: "UAH" };
  expect((await orders({ prepayment: { kind: "percent", percent: "20", amount } })).errors).toEqual([
    "prepayment.amount: unrecognized_keys",
  ]);
  expect((await orders({ prepayment: { kind: "amount", amount, percent: "20" } })).errors).toEqual([
    "prepayment.percent: unrecognized_keys",
  ]);
});

test("ids that name nothing are 404 at every address that takes one", async () => {
  const gets = [
    `orders/${NO_ORDER}`,
    "orders/1",
    `orders/${NO_PAYMENT}`,
    `orders/${NO_ORDER}/timeline`,
    `orders/${NO_ORDER}/gate`,
    `payments/${NO_PAYMENT}`,
    `payments/${NO_PAYMENT}/timeline`,
    `payment-services/${NO_SERVICE}`,
    "customers/cus_x",
    "items/itm_x",
    "nowhere",
    "orders/a/b/c/d",
  ];
  for (const path of gets) expect((await said(await as("admin").get(`/api/v1/${path}`))).status, path).toBe(404);
  const posts = [
    `orders/${NO_ORDER}/release`,
    `orders/${NO_ORDER}/cancel`,
    `orders/${NO_ORDER}/shipments`,
    `orders/${NO_ORDER}/invoices`,
    `orders/${NO_ORDER}/payments`,
    `payments/${NO_PAYMENT}/sync`,
    `payments/${NO_PAYMENT}/finalize`,
    `payments/${NO_PAYMENT}/release-hold`,
    `payment-services/${NO_SERVICE}/test`,
  ];
  for (const path of posts) expect((await said(await send("admin", `/api/v1/${path}`))).status, path).toBe(404);
  const unknown = await orders({ customerId: "cus_00000000000000000000000000", lines: [line()] });
  expect([400, 404]).toContain(unknown.status);
});

test("other methods are 405 and hear which there are", async () => {
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const answer = await send("admin", "/api/v1/orders", { method });
    expect((await said(answer)).code).toBe("method_not_allowed");
    expect(answer.headers().allow).toBe("GET, HEAD, POST");
  }
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
    expect((await as("admin").fetch(`/api/webhooks/${NO_SERVICE}`, { method })).status(), method).toBe(405);
});

test("queries are as strict as bodies", async () => {
  const list = async (query: string) => said(await as("sales").get(`/api/v1/orders?${query}`));
  expect((await list("limit=1&limit=2")).errors).toEqual(["limit: duplicate"]);
  expect((await list("limit=501")).errors).toEqual(["limit: bad_limit"]);
  expect((await list("limit=-1")).errors).toEqual(["limit: bad_limit"]);
  expect((await list("sort=drop%20table")).errors).toEqual(["sort: not_allowed"]);
  expect((await list("cursor=abc")).errors).toEqual(["cursor: bad_cursor"]);
  expect((await list("q=%00")).errors).toEqual(["q: forbidden_characters"]);
  expect((await list("isAdmin=true")).errors).toEqual(["isAdmin: unrecognized_keys"]);
  for (const q of ["'; drop table users; --", "%' or 1=1", "\\", "%25%25", "😀"])
    expect((await list(`q=${encodeURIComponent(q)}`)).status).toBe(200);
});

test("a cookie counts only from our own pages", async () => {
  const post = (headers: Record<string, string>) =>
    as("sales").post("/api/v1/orders", {
      headers: { "content-type": "application/json", ...headers },
      data: { lines: [line()] },
    });
  const evil: Record<string, string>[] = [
    {},
    { origin: "null" },
    { origin: "https://evil.example" },
    { origin: `${url()}.evil.example` },
    { ...fromUs(), "sec-fetch-site": "cross-site" },
    { ...fromUs(), "sec-fetch-site": "same-site" },
    { referer: `${url()}/orders` },
  ];
  for (const headers of evil)
    expect(await said(await post(headers)), JSON.stringify(headers)).toMatchObject({
      status: 403,
      code: "wrong_origin",
    });
  expect((await post(fromUs())).status()).toBe(201);
});

test("a role does what is its own and nothing else, however it asks", async () => {
  const refused: [Who, string, string][] = [
    ["sales", "POST", `payments/${NO_PAYMENT}/finalize`],
    ["sales", "POST", `payments/${NO_PAYMENT}/release-hold`],
    ["sales", "DELETE", `payments/${NO_PAYMENT}`],
    ["sales", "POST", `orders/${NO_ORDER}/invoices`],
    ["sales", "POST", "payment-services"],
    ["sales", "PATCH", `payment-services/${NO_SERVICE}`],
    ["sales", "POST", `payment-services/${NO_SERVICE}/test`],
    ["sales", "POST", "items"],
    ["sales", "GET", "jobs/manage-payment-links"],
    ["sales", "POST", "jobs/manage-payment-links"],
    ["finance", "POST", "orders"],
    ["finance", "POST", `orders/${NO_ORDER}/release`],
    ["finance", "POST", `orders/${NO_ORDER}/reopen`],
    ["finance", "POST", `orders/${NO_ORDER}/shipments`],
    ["finance", "POST", `orders/${NO_ORDER}/payments`],
    ["finance", "POST", "payment-services"],
    ["finance", "POST", "jobs/manage-payment-links"],
  ];
  for (const [who, method, path] of refused)
    expect((await said(await send(who, `/api/v1/${path}`, { method }))).code, `${who} ${method} ${path}`).toBe(
      "not_permitted",
    );
  const tricks = {
    "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy",
    "x-user-role": "admin",
    "x-http-method-override": "GET",
  };
  for (const headers of [tricks, { "x-forwarded-host": "evil.example" }])
    expect((await send("sales", `/api/v1/payments/${NO_PAYMENT}/finalize`, { headers })).status()).toBe(403);
});

test("nobody comes in anywhere without a sign-in, by any spelling of the address", async () => {
  const stranger = await anybody();
  for (const path of [
    "orders",
    "orders/counts",
    `orders/${NO_ORDER}`,
    "payments",
    "payment-services",
    "customers",
    "items",
    "me",
    "jobs/manage-payment-links",
    "openapi.json",
  ]) {
    expect((await stranger.get(`/api/v1/${path}`)).status(), path).toBe(401);
    for (const spelled of [
      `/api/v1/${path}?_rsc=1`,
      `/api/v1/${path}.rsc`,
      `/api//v1/${path}`,
      `/api/v1/%2e/${path}`,
      `/en/api/v1/${path}`,
    ]) {
      const answer = await stranger.get(spelled, {
        headers: { "x-middleware-subrequest": "proxy", rsc: "1" },
        maxRedirects: 0,
      });
      expect([301, 307, 308, 401, 404], spelled).toContain(answer.status());
    }
  }
  for (const authorization of [
    "Bearer",
    "Bearer undefined",
    "Bearer null",
    `Bearer hp_${"A".repeat(43)}`,
    "Basic YWRtaW46YWRtaW4=",
  ])
    expect((await stranger.get("/api/v1/orders", { headers: { authorization } })).status()).toBe(401);
  await stranger.dispose();
});

test("a copied cookie dies with the sign-out, a planted one never lives", async () => {
  const context = await signedIn("sales");
  const { cookies } = await context.storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const copy = await anybody();
  expect((await copy.get("/api/v1/me", { headers: { cookie } })).status()).toBe(200);
  const { csrfToken } = await (await context.get("/api/auth/csrf")).json();
  expect((await context.post("/api/auth/signout", { form: { csrfToken, json: "true" } })).status()).toBe(200);
  expect((await copy.get("/api/v1/me", { headers: { cookie } })).status()).toBe(401);
  for (const planted of [
    "holdpoint.session=abc",
    "holdpoint.session=eyJhbGciOiJub25lIn0.eyJzaWQiOiJzaW5fMSJ9.",
    `holdpoint.session=${"a".repeat(3000)}`,
  ])
    expect((await copy.get("/api/v1/me", { headers: { cookie: planted } })).status()).toBe(401);
  await Promise.all([context.dispose(), copy.dispose()]);
});

test("guessing passwords ends with the tenth try, and no forged address starts it anew", async () => {
  const stranger = await anybody();
  const { csrfToken } = await (await stranger.get("/api/auth/csrf")).json();
  const email = `guessed-${crypto.randomUUID()}@holdpoint.test`;
  const guess = (password: string, address: string) =>
    stranger.post("/api/auth/callback/credentials", {
      headers: { "x-forwarded-for": address, "x-real-ip": address, forwarded: `for=${address}` },
      form: { csrfToken, email, password, json: "true" },
    });
  for (let tries = 1; tries <= 10; tries++) {
    const answer = await guess(`guess ${tries}`, `198.51.100.${tries}`);
    expect(answer.status()).toBe(401);
    expect((await answer.json()).error).toBe("CredentialsSignin");
  }
  const locked = await guess("guess 11", "198.51.100.250");
  expect(locked.status()).toBe(429);
  expect((await locked.json()).error).toMatch(/^TooManyTries:\d+$/);
  expect(Number(locked.headers()["retry-after"])).toBeGreaterThan(600);
  await stranger.dispose();
});

test("signing in leads back to a page of ours, whatever address it is given", async () => {
  const context = await anybody();
  for (const callbackUrl of [
    "//evil.example",
    "https://evil.example/x",
    "/\\evil.example",
    "javascript:alert(1)",
    `${url()}.evil.example`,
    "\u0000",
  ]) {
    const { csrfToken } = await (await context.get("/api/auth/csrf")).json();
    const form = { csrfToken, email: "finance@holdpoint.test", password: PASSWORD, json: "true", callbackUrl };
    const answer = await context.post("/api/auth/callback/credentials", { form });
    expect(answer.status(), callbackUrl).toBe(200);
    expect(new URL((await answer.json()).url).origin, callbackUrl).toBe(url());
  }
  await context.dispose();
});

test("the task's address opens for its secret only", async () => {
  const { cronSecret } = runningStack();
  const stranger = await anybody();
  const ask = (authorization: string | undefined, method = "GET") =>
    stranger.fetch("/api/cron/manage-payment-links", {
      method,
      // A run takes nothing new after fifty seconds.
      timeout: 90_000,
      headers: authorization === undefined ? {} : { authorization },
    });
  for (const wrong of [
    undefined,
    "Bearer undefined",
    "Bearer null",
    "Bearer ",
    "Bearer",
    cronSecret,
    `Basic ${cronSecret}`,
    `Bearer ${cronSecret}x`,
  ]) {
    const answer = await ask(wrong);
    expect((await said(answer)).status, String(wrong)).toBe(401);
  }
  expect((await stranger.get(`/api/cron/manage-payment-links?secret=${encodeURIComponent(cronSecret)}`)).status()).toBe(
    401,
  );
  for (const method of ["GET", "POST"]) {
    const answer = await ask(`Bearer ${cronSecret}`, method);
    expect(answer.status()).toBe(200);
    expect(Object.keys(await answer.json()).sort()).toEqual(["failed", "left", "looked", "moved"]);
  }
  await stranger.dispose();
});

test("forged webhooks are refused alike, and say nothing", async () => {
  const stranger = await anybody();
  const { rows } = await (await as("admin").get("/api/v1/payment-services")).json();
  const services = (rows as { id: string; provider: string }[]).filter(({ provider }) =>
    ["monobank", "liqpay"].includes(provider),
  );
  expect(services.length).toBeGreaterThan(0);
  const signatures: Record<string, string>[] = [
    {},
    { "x-sign": "" },
    { "x-sign": "AAAA" },
    { "x-sign": Buffer.alloc(70, 1).toString("base64") },
  ];
  const body = JSON.stringify({
    invoiceId: "p2_1",
    status: "success",
    amount: 100,
    ccy: 980,
    modifiedDate: new Date().toISOString(),
  });
  for (const { id } of services)
    for (const headers of signatures)
      for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain"]) {
        const answer = await stranger.post(`/api/webhooks/${id}`, {
          headers: { ...headers, "content-type": type },
          data: body,
        });
        expect([400, 401, 503]).toContain(answer.status());
        expect(await answer.text()).toBe("");
        expect(answer.headers()["set-cookie"]).toBeUndefined();
      }
  for (const id of [NO_SERVICE, "svc_x", "..", "1"])
    expect((await stranger.post(`/api/webhooks/${id}`, { data: body })).status()).toBe(404);
  const huge = { "x-sign": "a".repeat(5000) };
  expect((await stranger.post(`/api/webhooks/${NO_SERVICE}`, { headers: huge, data: body })).status()).toBe(400);
  await stranger.dispose();
});

test("fifty megabytes are refused at the door, declared or not", async () => {
  const bytes = 50 * 1024 * 1024;
  const path = `/api/webhooks/${NO_SERVICE}`;
  // Declared: refused by its length alone, before a byte of it is sent.
  const refused = await new Promise<number | undefined>((done, fail) => {
    const outgoing = rawRequest(new URL(path, url()), { method: "POST", headers: { "content-length": String(bytes) } });
    outgoing.on("response", (answer) => {
      done(answer.statusCode);
      outgoing.destroy();
    });
    outgoing.on("error", fail);
    outgoing.flushHeaders();
  });
  expect(refused).toBe(413);
  const ways: Record<string, string>[] = [{ "content-length": String(bytes) }, { "transfer-encoding": "chunked" }];
  for (const headers of ways) {
    const { status, sent } = await sendMuch(path, bytes, headers);
    expect([0, 413]).toContain(status);
    expect(sent).toBeLessThan(bytes);
  }
  expect((await as("sales").get("/api/health")).status()).toBe(200);
});
