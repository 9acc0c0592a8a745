import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customers } from "#db/schema/catalog";
import { salesOrders } from "#db/schema/orders";
import { company } from "#db/schema/people";
import { freshWorld, type TestWorld } from "#e2e/rig/world";
import { type CustomerId, makeId, type OrderId } from "#lib/domain/ids";

/** The routes themselves, without a server: what they answer, and what they refuse to whom. */

const TOKEN = "k".repeat(32);
const ORIGIN = "https://pay.trader.example";
let world: TestWorld;
type Route = (request: Request, context: { params: Promise<{ token: string }> }) => Promise<Response>;
let page: Record<"GET" | "HEAD" | "POST", Route>;
let pay: Record<"GET" | "POST", Route>;
let logo: Record<"GET", Route>;

beforeAll(async () => {
  world = await freshWorld({ APP_URL: ORIGIN });
  const random = crypto.getRandomValues(new Uint8Array(16));
  const customerId = makeId("cus", Date.now(), random) as CustomerId;
  const logoOf = `data:image/png;base64,${Buffer.from("a picture").toString("base64")}`;
  await world.db.insert(company).values({ name: "ТОВ «Дніпро Інструмент»", phone: "+380445550177", logo: logoOf });
  await world.db.insert(customers).values({ id: customerId, name: "ТОВ «Ромашка Буд»", email: "o@romashka.example" });
  await world.db.insert(salesOrders).values({
    id: makeId("ord", Date.now(), random) as OrderId,
    number: "SO-000001",
    customerId,
    orderDate: "2026-11-20",
    currency: "UAH",
    language: "uk",
    payToken: TOKEN,
  });
  page = (await import("../../app/pay/[token]/route.ts")) as never;
  pay = (await import("../../app/pay/[token]/pay/route.ts")) as never;
  logo = (await import("../../app/pay/[token]/logo/route.ts")) as never;
});
afterAll(async () => {
  await (await import("#db/client")).closeDatabase();
  await world.close();
});

type Asked = { token?: string; query?: string; method?: string; headers?: Record<string, string>; from?: string };
function ask(route: Route, { token = TOKEN, query = "", method = "GET", headers = {}, from = "203.0.113.1" }: Asked) {
  const request = new Request(`${ORIGIN}/pay/${token}${query}`, {
    method,
    headers: { "x-forwarded-for": from, ...headers },
    ...(method === "POST" ? { body: "service=svc_x" } : {}),
  });
  return route(request, { params: Promise.resolve({ token }) });
}
const langOf = async (answer: Response) => /<html lang="(\w+)">/.exec(await answer.text())?.[1];

describe("the language", () => {
  test("is the order's, unless the address or this browser says otherwise", async () => {
    expect(await langOf(await ask(page.GET, {}))).toBe("uk");
    expect(await langOf(await ask(page.GET, { query: "?lang=en" }))).toBe("en");
    expect(await langOf(await ask(page.GET, { query: "?lang=fr" }))).toBe("uk");
    expect(await langOf(await ask(page.GET, { headers: { cookie: "a=b; hp_pay=en.1" } }))).toBe("en");
    expect(await langOf(await ask(page.GET, { headers: { "accept-language": "en" } }))).toBe("uk");
  });
  test("of a page without an order is the browser's", async () => {
    const nobody = { token: "n".repeat(32), from: "203.0.113.9" };
    expect(await langOf(await ask(page.GET, { ...nobody, headers: { "accept-language": "uk" } }))).toBe("uk");
    expect(await langOf(await ask(page.GET, nobody))).toBe("en");
  });
});

describe("guessing addresses", () => {
  const guess = (n: number) => `${n}`.padStart(32, "g");

  test("is ended by the thirty-first, which says when to come back; nobody else is held up", async () => {
    const from = "198.51.100.7";
    for (let n = 0; n < 30; n++) expect((await ask(page.GET, { token: guess(n), from })).status).toBe(404);
    const over = await ask(page.GET, { token: guess(31), from });
    expect(over.status).toBe(429);
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(600);
    // Right or wrong makes no difference any more: the answer tells nothing.
    const right = await ask(page.GET, { from });
    expect(right.status).toBe(429);
    expect(await right.text()).not.toMatch(/SO-|Ромашка/);
    expect((await ask(pay.POST, { method: "POST", from, headers: { origin: ORIGIN } })).status).toBe(429);
    expect((await ask(page.GET, { from: "198.51.100.8" })).status).toBe(200);
  });

  test("counts a whole IPv6 network as one place, and all methods and shapes of address", async () => {
    const from = (n: number) => `2001:db8:1:2:${n.toString(16)}::1`;
    for (let n = 0; n < 10; n++) {
      await ask(page.GET, { token: guess(n), from: from(n) });
      await ask(page.HEAD, { token: "short", method: "HEAD", from: from(n) });
      await ask(pay.POST, { token: guess(n), method: "POST", from: from(n), headers: { origin: ORIGIN } });
    }
    expect((await ask(page.GET, { token: guess(99), from: from(99) })).status).toBe(429);
  });

  test("who is turned away gets the same words for right and wrong addresses, and neither is looked up", async () => {
    const from = "198.51.100.99";
    for (let n = 0; n < 31; n++) await ask(page.GET, { token: guess(n), from });
    const said = async (token: string) => {
      const answer = await ask(page.GET, { token, from });
      const { "retry-after": _wait, "x-request-id": _id, ...headers } = Object.fromEntries(answer.headers);
      return JSON.stringify([answer.status, headers, await answer.text()]);
    };
    // While nobody may read an order, a look at one would wait: what takes no look takes the same time.
    const owner = postgres(world.database.ownerUrl, { max: 1, onnotice: () => {} });
    try {
      await owner.begin(async (tx) => {
        await tx`lock table sales_orders in access exclusive mode`;
        const answers = new Set<string>();
        for (let round = 0; round < 20; round++) answers.add(await said(TOKEN)).add(await said(guess(round)));
        expect([...answers]).toEqual([expect.stringMatching(/^\[429,/)]);
      });
    } finally {
      await owner.end({ timeout: 2 });
    }
  });

  test("documents, the code and asking for a link count guesses too, and tell a stranger nothing", async () => {
    const routes = await Promise.all([
      import("../../app/pay/[token]/qr/route.ts"),
      import("../../app/pay/[token]/pro-forma.pdf/route.ts"),
      import("../../app/pay/[token]/ask/route.ts"),
    ]);
    const from = "198.51.100.120";
    for (let n = 0; n < 10; n++)
      for (const route of routes) {
        const answer = await ask((route as { GET: Route }).GET, { token: guess(n), from });
        expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      }
    expect((await ask(page.GET, { token: guess(99), from })).status).toBe(429);
  });

  test("a wrong address answers alike, whether it could exist or not", async () => {
    const [a, b] = await Promise.all([
      ask(page.GET, { token: "x".repeat(32), from: "192.0.2.1" }),
      ask(page.GET, { token: "../../etc/passwd", from: "192.0.2.1" }),
    ]);
    expect([a.status, b.status]).toEqual([404, 404]);
    expect(await a.text()).toBe(await b.text());
  });
});

describe("where a press comes from", () => {
  test.each([
    [{ origin: ORIGIN }, 409],
    [{ origin: ORIGIN, "sec-fetch-site": "same-origin" }, 409],
    // A form under `no-referrer`, in a browser of today and in one from before Sec-Fetch-Site.
    [{ origin: "null", "sec-fetch-site": "same-origin" }, 409],
    [{ origin: "null" }, 409],
    [{}, 403],
    [{ "sec-fetch-site": "none" }, 403],
    [{ origin: "https://evil.example" }, 403],
    [{ origin: "null", "sec-fetch-site": "cross-site" }, 403],
    [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }, 403],
  ] as [Record<string, string>, number][])("%j: %i", async (headers, status) => {
    expect((await ask(pay.POST, { method: "POST", headers })).status).toBe(status);
  });

  test("sixty in a minute are enough for anybody", async () => {
    const headers = { origin: ORIGIN };
    const press = async () => (await ask(pay.POST, { method: "POST", headers, from: "192.0.2.77" })).status;
    const statuses: number[] = [];
    for (let round = 0; round < 7; round++) statuses.push(...(await Promise.all(Array.from({ length: 10 }, press))));
    expect(statuses.filter((status) => status === 409)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
  });
});

test("a bank that comes back with a form is led to the page, and its form is not read", async () => {
  const answer = await ask(page.POST, { method: "POST", headers: { origin: "https://www.liqpay.ua" } });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe(`/pay/${TOKEN}?from=bank`);
});

test("HEAD says what GET would, without a word", async () => {
  const answer = await ask(page.HEAD, { method: "HEAD" });
  expect([answer.status, answer.headers.get("cache-control"), await answer.text()]).toEqual([
    200,
    "private, no-store",
    "",
  ]);
});

test("the code holds the page's own address and nothing of the order, and may be kept", async () => {
  const { GET } = (await import("../../app/pay/[token]/qr/route.ts")) as { GET: Route };
  const picture = await ask(GET, { query: "?lang=en&of=https://evil.example" });
  expect(picture.headers.get("content-type")).toBe("image/svg+xml");
  expect(picture.headers.get("content-security-policy")).toContain("sandbox");
  expect(picture.headers.get("cache-control")).toContain("immutable");
  const svg = await picture.text();
  const { create } = await import("qrcode");
  const { modules } = create(`${ORIGIN}/pay/${TOKEN}`, { errorCorrectionLevel: "M" });
  expect(svg.match(/M/g)?.length).toBe([...modules.data].filter(Boolean).length + 1);
});

test("asking for a link from elsewhere is refused, and on an order that is not released tells nobody", async () => {
  const { POST } = (await import("../../app/pay/[token]/ask/route.ts")) as { POST: Route };
  expect((await ask(POST, { method: "POST", headers: { origin: "https://evil.example" } })).status).toBe(403);
  // The order is not released: nobody is told, and the page is shown again.
  const asked = await ask(POST, { method: "POST", headers: { origin: ORIGIN }, from: "192.0.2.5" });
  expect([asked.status, asked.headers.get("location")]).toEqual([303, `/pay/${TOKEN}`]);
});

test("pictures are pictures", async () => {
  const picture = await ask(logo.GET, { query: "?of=seller" });
  expect(picture.headers.get("content-type")).toBe("image/png");
  expect(Buffer.from(await picture.arrayBuffer()).toString()).toBe("a picture");
  expect((await ask(logo.GET, { query: "?of=svc_none" })).status).toBe(404);
  expect((await ask(logo.GET, {})).status).toBe(404);
});
