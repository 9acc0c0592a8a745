import AxeBuilder from "@axe-core/playwright";
import { expect, request, test } from "@playwright/test";
import { asItWas, expired, LANGUAGES, PHONE, payButton, phone, released, wider } from "#e2e/stories/payer";
import { app, as, attempts, bank, done, newest, type Order, service, sql, uah } from "#e2e/stories/staff";

/** The customer's page as an answer of the server: what people and programs try with it, and what else it offers. */
test.afterEach(asItWas);

test.describe("the answer", () => {
  test("is kept by nobody, framed by nobody, indexed by nobody, and allows nothing it does not need", async () => {
    const order = await released();
    const anybody = await request.newContext({ baseURL: app() });
    for (const path of [order.payPath, `/pay/${"B".repeat(32)}`]) {
      const headers = (await anybody.get(path)).headers();
      expect(headers["cache-control"]).toContain("no-store");
      expect(headers["referrer-policy"]).toBe("no-referrer");
      expect(headers["x-frame-options"]).toBe("DENY");
      expect(headers["x-robots-tag"]).toContain("noindex");
      const policy = headers["content-security-policy"] ?? "";
      expect(policy.match(/default-src/g)).toHaveLength(1);
      for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
        expect(policy).toContain(rule);
      expect(policy).not.toContain("unsafe");
      expect(headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(headers["content-encoding"]).toBe("gzip");
    }
    const small = await anybody.get("/pay-page.js");
    expect((await small.body()).byteLength).toBeLessThan(5 * 1024);
    await anybody.dispose();
  });

  test("a press from another site is refused, whatever it says about itself", async () => {
    const order = await released();
    const anybody = await request.newContext({ baseURL: app() });
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { origin: app(), "sec-fetch-site": "same-site" },
    ] as Record<string, string>[])
      for (const action of ["pay", "check", "ask", "seen"]) {
        const answer = await anybody.post(`${order.payPath}/${action}`, { headers, maxRedirects: 0 });
        expect(answer.status(), `${action} ${JSON.stringify(headers)}`).toBe(403);
      }
    expect((await anybody.fetch(order.payPath, { method: "DELETE" })).status()).toBe(405);
    await anybody.dispose();
  });
});

/** Everything that could move when somebody looks. */
const snapshot = async (order: Order) =>
  JSON.stringify([
    await sql()`select * from sales_orders where id = ${order.id}`,
    await sql()`select * from payments where order_id = ${order.id} order by id`,
    await sql()`select * from provider_operations where order_id = ${order.id} order by id`,
    // That a mail has arrived meanwhile is nobody's look.
    await sql()`select * from order_timeline where order_id = ${order.id} and kind not like 'message.%' order by id`,
    await sql()`select * from order_opens where order_id = ${order.id}`,
  ]);

const PROGRAMS = [
  "TelegramBot (like TwitterBot)",
  "WhatsApp/2.23.20.0 A",
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 HeadlessChrome/120.0 Safari/537.36",
  "Barracuda Sentinel (EE)",
  "Microsoft Office Existence Discovery",
  "curl/8.5.0",
  "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
  "Viber/21.0.0.0",
  "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
  "Mozilla/5.0 (Windows NT 10.0) Proofpoint-URL-Defense",
  "Mimecast-URL-Scanner/1.0",
  "GoogleImageProxy",
];

test("programs that fetch every address change nothing, alive or dead", async () => {
  test.slow();
  for (const order of [await released(), await expired(await released())]) {
    // The schedule's own question about the link would be a change too.
    await sql()`update payments set next_sync_at = now() + interval '1 day' where order_id = ${order.id}`;
    const { id } = await newest(order);
    const before = await snapshot(order);
    const known = await bank("monobank").linesOf(id);
    for (const userAgent of PROGRAMS) {
      const program = await request.newContext({ baseURL: app(), userAgent, maxRedirects: 5 });
      const answers = await Promise.all(
        ["", "?from=bank", "?lang=uk", "/pay", "/check", "/ask", "/state", "/seen", "/qr", "/logo?of=seller"].flatMap(
          (path) => ["GET", "HEAD"].map((method) => program.fetch(`${order.payPath}${path}`, { method })),
        ),
      );
      for (const answer of answers) expect(answer.status()).toBeLessThan(500);
      await program.dispose();
    }
    // A mail program that shows a person's browser as its own and follows the plain address.
    const mail = await request.newContext({ baseURL: app(), userAgent: PHONE.userAgent });
    for (const method of ["GET", "HEAD"]) await mail.fetch(order.payPath, { method });
    await mail.dispose();
    expect(await snapshot(order)).toBe(before);
    expect(await bank("monobank").linesOf(id)).toEqual(known);
  }
});

test.describe("what else the page offers", () => {
  test("a transfer's details are copied by the script and readable without it", async ({ browser }) => {
    await sql()`update company set iban = 'UA213223130000026007233566001', legal_name = 'ТОВ «Дніпро Інструмент»'`;
    const order = await released();
    for (const javaScriptEnabled of [true, false]) {
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(`${order.payPath}?lang=uk`);
      await page.getByText("Інший спосіб: банківський переказ").click();
      await expect(page.getByText("UA21 3223 1300 0002 6007 2335 6600 1")).toBeVisible();
      await expect(page.getByText(/^Оплата за замовлення SO-\d+ від \d\d\.\d\d\.\d{4}$/)).toBeVisible();
      const copy = page.getByRole("button", { name: "Копіювати: IBAN" });
      if (javaScriptEnabled) {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        await copy.click();
        await expect(page.locator("#said")).toHaveText("Скопійовано");
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("UA213223130000026007233566001");
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id }) => id)).toEqual([]);
      } else await expect(copy).toHaveCount(0);
      expect(await wider(page)).toBeLessThanOrEqual(0);
      await page.context().close();
    }
  });

  test("a code for a phone stands on a desk's screen, and a phone never asks for it", async ({ browser }) => {
    const order = await released();
    for (const [width, shown] of [
      [1440, true],
      [360, false],
    ] as const) {
      const page = await phone(browser, { javaScriptEnabled: false, width });
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(order.payPath);
      await expect(page.getByRole("img", { name: "QR code of this page" })).toBeVisible({ visible: shown });
      if (shown) await expect.poll(() => asked).toContain(`${order.payPath}/qr`);
      else expect(asked).not.toContain(`${order.payPath}/qr`);
      await page.context().close();
    }
  });

  test("asking the seller for a link is told once, and the page says so from then on", async ({ browser }) => {
    await sql()`update payment_services set customer_may_renew = false where id = ${await service("debit")}`;
    const order = await expired(await released());
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(order.payPath);
    await page.getByRole("button", { name: "Ask for a new link" }).dblclick();
    await expect(page.getByText(/^You asked for a new link (today|yesterday)/)).toBeVisible();
    await expect(page.getByRole("button", { name: "Ask for a new link" })).toHaveCount(0);
    const told =
      await sql()`select source from order_timeline where order_id = ${order.id} and kind = 'page.link_asked'`;
    expect(told).toEqual([{ source: "customer" }]);
    expect(await attempts(order)).toHaveLength(1);
    await done("sales", `/orders/${order.id}/payments`);
    await page.reload();
    await expect(payButton(page)).toHaveText(/^Pay /);
    await page.context().close();
  });
});

test("names that are markup stay text in the page, in its picture and in what is shared", async ({ browser }) => {
  const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>&lang=uk`;
  const order = await released("debit", {
    customer: { name: EVIL, email: "o@romashka.example", language: "en" },
    lines: [{ description: EVIL, quantity: "1", unit: "<b>", unitPrice: uah(1_000_000) }],
  });
  const page = await phone(browser);
  const alerts: string[] = [];
  page.on("dialog", (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(order.payPath);
  await expect(page.getByText(EVIL, { exact: false })).toBeVisible();
  await expect(page.locator(".lines")).toContainText(/1\s<b>/);
  expect(await page.locator("main img[src='x'], main script").count()).toBe(0);
  expect(alerts).toEqual([]);
  await page.context().close();

  const { link, letters } = await (await (await as("sales")).get(`/api/v1/orders/${order.id}/shares`)).json();
  expect(link).toBe(`${app()}${order.payPath}`);
  for (const lang of LANGUAGES) expect(letters[lang].text.split("\n")).toEqual([expect.stringContaining("SO-"), link]);
  const picture = await (await fetch(`${app()}${order.payPath}/qr`)).text();
  expect(picture).toMatch(/^<svg [^>]*><path fill="#fff" d="[\w ]+"\/><path d="[Mhv\d .z-]+"\/><\/svg>$/);
});

test("a page of somebody else's cannot frame it", async ({ browser }) => {
  const order = await released();
  const page = await phone(browser);
  await page.route("https://evil.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: `<iframe src="${app()}${order.payPath}"></iframe>` }),
  );
  await page.goto("https://evil.example/");
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
  await page.context().close();
});

test("opened is what a person has on screen: not a fetch, not a program, not the seller's own look", async ({
  browser,
}) => {
  const order = await released();
  const opened = async () => (await (await (await as("sales")).get(`/api/v1/orders/${order.id}`)).json()).opened;

  const silent = await phone(browser, { javaScriptEnabled: false });
  await silent.goto(order.payPath);
  await silent.context().close();
  expect(await opened()).toBeNull();

  const seller = await browser.newContext({ storageState: await (await as("sales")).storageState(), baseURL: app() });
  const theirs = await seller.newPage();
  const looked = theirs.waitForResponse("**/seen");
  await theirs.goto(order.payPath);
  expect((await looked).status()).toBe(204);
  await seller.close();
  expect(await opened()).toBeNull();

  const program = await browser.newContext({
    userAgent: "Mozilla/5.0 HeadlessChrome/120.0 Safari/537.36",
    baseURL: app(),
  });
  const scanning = await program.newPage();
  const scanned = scanning.waitForResponse("**/seen");
  await scanning.goto(order.payPath);
  await scanned;
  await program.close();
  expect(await opened()).toEqual({ firstAt: null, lastAt: null, count: 0, previews: 1 });

  for (const times of [1, 2]) {
    const page = await phone(browser);
    const seen = page.waitForResponse("**/seen");
    await page.goto(order.payPath);
    await seen;
    expect(await opened()).toMatchObject({ count: times, previews: 1 });
    await page.context().close();
  }
  const told = await sql()`select kind from order_timeline where order_id = ${order.id} and kind = 'page.opened'`;
  expect(told).toHaveLength(1);
});
