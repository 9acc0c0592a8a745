import AxeBuilder from "@axe-core/playwright";
import { type APIRequestContext, type Browser, devices, expect, type Page, request, test } from "@playwright/test";
import postgres from "postgres";
import { Bank } from "#e2e/rig/bank";
import { runningStack } from "#e2e/rig/running-stack";

/** The customer's side, on a phone: each state with and without script in both languages, and what people and programs try. */

const { defaultBrowserType: _browser, ...PIXEL } = devices["Pixel 7"];
const PHONE = { ...PIXEL, viewport: { width: 360, height: 740 } };
const LANGUAGES = ["en", "uk"] as const;

let owner: postgres.Sql;
let monobank: Bank;
let liqpay: Bank;
let sales: APIRequestContext;
let finance: APIRequestContext;
let services: { debit: string; hold: string; liqpay: string };

test.beforeAll(async () => {
  const stack = runningStack();
  owner = postgres(stack.ownerUrl, { max: 2, onnotice: () => {} });
  monobank = new Bank(stack.emulators.monobank?.controlUrl ?? "");
  liqpay = new Bank(stack.emulators.liqpay?.controlUrl ?? "");
  [sales, finance] = await Promise.all([signedIn("sales"), signedIn("finance")]);
  const { rows } = await (await sales.get("/api/v1/payment-services")).json();
  const named = (name: string) => rows.find((row: { name: string }) => row.name === name).id;
  services = { debit: named("monobank"), hold: named("monobank · withholding"), liqpay: named("LiqPay") };
});
test.afterEach(async () => {
  await Promise.all(
    [monobank, liqpay].flatMap((bank) => [
      bank.noFaults(),
      bank.realTime(),
      bank.webhooks({ mode: "normal" }),
      bank.call("POST", "/switches", { processingMs: 300 }),
    ]),
  );
  await owner`update payment_services set customer_may_renew = true, customer_may_pay_whole = false`;
  await owner`update company set iban = null`;
});
test.afterAll(async () => {
  await Promise.all([owner.end({ timeout: 2 }), sales.dispose(), finance.dispose()]);
});

const app = () => runningStack().apps[0]?.url ?? "";
const fromUs = () => ({ origin: app(), "sec-fetch-site": "same-origin", "content-type": "application/json" });

async function signedIn(who: "sales" | "finance"): Promise<APIRequestContext> {
  const context = await request.newContext({ baseURL: app() });
  const { csrfToken } = await (await context.get("/api/auth/csrf")).json();
  const form = { csrfToken, email: `${who}@holdpoint.test`, password: "holdpoint-demo", json: "true" };
  expect((await context.post("/api/auth/callback/credentials", { form })).status()).toBe(200);
  return context;
}

async function send(who: APIRequestContext, path: string, data: object = {}) {
  const answer = await who.post(`/api/v1${path}`, { data, headers: fromUs() });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return answer.json();
}

type Order = { id: string; token: string };
type Row = Record<string, string | boolean | Date | null>;

/** An open order over 44 200.00 with half of it asked for beforehand; in English, so that `?lang` has something to change. */
async function openOrder(serviceId: string | null = services.debit, more: object = {}): Promise<Order> {
  const order = await send(sales, "/orders", {
    customer: { name: "ТОВ «Ромашка Буд»", email: "o.hnatiuk@romashka.example", language: "en" },
    language: "en",
    paymentServiceId: serviceId,
    prepayment: serviceId ? { kind: "percent", percent: "50" } : { kind: "none" },
    lines: [
      { description: "Перфоратор SDS+ 800 Вт, кейс", quantity: "4", unit: "шт", unitPrice: uah(1_000_000) },
      { description: "Доставка до складу, Львів", quantity: "1", unitPrice: uah(420_000) },
    ],
    ...more,
  });
  return { id: order.id, token: order.payPath.split("/")[2] };
}
const uah = (amount: number) => ({ amount, currency: "UAH" });

async function released(serviceId = services.debit, more: object = {}): Promise<Order> {
  const order = await openOrder(serviceId, more);
  await send(sales, `/orders/${order.id}/release`);
  return order;
}

const attempts = (order: Order) => owner<Row[]>`select * from payments where order_id = ${order.id} order by attempt`;
const newest = async (order: Order) => (await attempts(order)).at(-1) as Record<string, string>;
const linksMade = async (bank: Bank, reference: string) =>
  (await bank.linesOf(reference)).filter(({ kind }) => kind === "link_created").length;

async function eventually(look: () => Promise<unknown>, wanted: unknown): Promise<void> {
  await expect.poll(look, { timeout: 10_000, intervals: [50, 100, 200] }).toEqual(wanted);
}
const stateOf = async (order: Order) => (await newest(order)).state;

async function expired(order: Order): Promise<Order> {
  await monobank.advance(15_000);
  await send(sales, `/payments/${(await newest(order)).id}/sync`);
  await monobank.realTime();
  await eventually(() => stateOf(order), "expired");
  return order;
}
async function bankActs(order: Order, act: Parameters<Bank["act"]>[1], until: string): Promise<Order> {
  await monobank.act((await newest(order)).id as string, act);
  await eventually(() => stateOf(order), until);
  return order;
}

/** How an order gets into each state, what its headline says, and whether there is a Pay button, or one that asks the seller. */
type Story = { make: () => Promise<Order>; query?: string; en: RegExp; uk: RegExp; pays?: RegExp; asks?: RegExp };
const STORIES: Record<string, Story> = {
  ready: { make: () => released(), en: /Prepayment, pay now ₴22.100\.00/, uk: /22.100,00.₴/, pays: /^Pay |^Сплатити / },
  replaced: {
    make: async () => {
      const order = await released();
      await send(sales, `/payments/${(await newest(order)).id}/cancel`);
      await send(sales, `/orders/${order.id}/payments`);
      return order;
    },
    en: /replaces an earlier request/,
    uk: /замінює попередній/,
    pays: /^Pay |^Сплатити /,
  },
  "not reported yet": {
    make: () => released(),
    query: "from=bank",
    en: /bank has not reported/,
    uk: /Банк іще не повідомив/,
    pays: /^Pay |^Сплатити /,
  },
  processing: {
    make: async () => {
      await monobank.call("POST", "/switches", { processingMs: 20_000 });
      return bankActs(await released(), { action: "pay", wait: false }, "processing");
    },
    en: /bank is processing/,
    uk: /Банк обробляє/,
  },
  paid: {
    make: async () => bankActs(await released(), { action: "pay" }, "successful"),
    en: /Thank you\. ₴22.100\.00 is paid/,
    uk: /Дякуємо\. 22.100,00.₴ сплачено/,
  },
  held: {
    make: async () => bankActs(await released(services.hold), { action: "pay" }, "withholding"),
    en: /reserved, not yet taken/,
    uk: /зарезервовано, ще не списано/,
  },
  "partly paid": {
    make: async () => {
      const order = await bankActs(await released(services.hold), { action: "pay" }, "withholding");
      await send(finance, `/payments/${(await newest(order)).id}/finalize`, { amount: uah(1_000_000) });
      await eventually(() => stateOf(order), "successful");
      return order;
    },
    en: /₴10.000\.00\. ₴12.100\.00 is still missing/,
    uk: /Бракує ще 12.100,00.₴/,
    pays: /^Pay ₴12|^Сплатити 12/,
  },
  failed: {
    make: async () => bankActs(await released(), { action: "decline", code: "59" }, "failed"),
    en: /did not go through/,
    uk: /Оплата не пройшла/,
    pays: /^Try again|^Спробувати ще раз/,
  },
  "not prepared": {
    make: async () => {
      await monobank.fault({ mode: "error", operation: "create", times: 1 });
      const order = await openOrder();
      await sales.post(`/api/v1/orders/${order.id}/release`, { data: {}, headers: fromUs() });
      await eventually(() => stateOf(order), "failed");
      return order;
    },
    en: /could not be prepared/,
    uk: /Не вдалося підготувати/,
    pays: /^Pay |^Сплатити /,
  },
  expired: {
    make: async () => expired(await released()),
    en: /This request ended/,
    uk: /Строк цього запиту минув/,
    pays: /new link|нове посилання/,
  },
  "expired, and only the seller may renew": {
    make: async () => {
      await owner`update payment_services set customer_may_renew = false where id = ${services.debit}`;
      return expired(await released());
    },
    en: /This request ended/,
    uk: /Строк цього запиту минув/,
    asks: /Ask for a new link|Попросити нове посилання/,
  },
  "link cancelled": {
    make: async () => {
      const order = await released();
      await send(sales, `/payments/${(await newest(order)).id}/cancel`);
      return order;
    },
    en: /seller cancelled this request/,
    uk: /Продавець скасував/,
    asks: /Ask for a new link|Попросити нове посилання/,
  },
  "being cancelled": {
    make: async () => {
      const order = await bankActs(await released(services.hold), { action: "pay" }, "withholding");
      // The bank's answer to letting go of the hold does not come, however often it is asked for.
      await monobank.fault({ mode: "drop_before_commit", operation: "cancel", times: 30 });
      await send(sales, `/orders/${order.id}/cancel`);
      return order;
    },
    en: /is cancelling this order/,
    uk: /Продавець скасовує/,
  },
  cancelled: {
    make: async () => {
      const order = await openOrder();
      await send(sales, `/orders/${order.id}/cancel`);
      return order;
    },
    en: /This order is cancelled/,
    uk: /Це замовлення скасовано/,
  },
  "nothing to pay": {
    make: async () => {
      const order = await openOrder(null);
      await send(sales, `/orders/${order.id}/release`);
      return order;
    },
    en: /nothing to pay online/,
    uk: /не треба платити онлайн/,
  },
  refunded: {
    make: async () => {
      const order = await bankActs(await released(), { action: "pay" }, "successful");
      return bankActs(order, { action: "refund_at_bank" }, "refunded");
    },
    en: /₴22.100\.00 was returned to you/,
    uk: /22.100,00.₴ повернено вам/,
  },
  "in review": {
    make: async () => bankActs(await released(), { action: "pay", amountMinor: 2_300_000 }, "successful"),
    en: /It is being checked/,
    uk: /Оплату перевіряють/,
  },
  "not released": { make: () => openOrder(), en: /still preparing this order/, uk: /іще готує це замовлення/ },
};

async function phone(browser: Browser, options: { javaScriptEnabled?: boolean; width?: number } = {}): Promise<Page> {
  const { javaScriptEnabled = true, width = 360 } = options;
  const context = await browser.newContext({
    ...PHONE,
    viewport: { width, height: 740 },
    javaScriptEnabled,
    baseURL: app(),
  });
  return context.newPage();
}
const payButton = (page: Page) => page.locator("form[data-pay] button");

test.describe("every state, on a phone", () => {
  for (const [name, story] of Object.entries(STORIES))
    test(`${name}: with and without script, in both languages`, async ({ browser }) => {
      const order = await story.make();
      for (const javaScriptEnabled of [true, false]) {
        const page = await phone(browser, { javaScriptEnabled });
        const broken: string[] = [];
        page.on("console", (line) => line.type() === "error" && broken.push(line.text()));
        for (const lang of LANGUAGES) {
          const answer = await page.goto(`/pay/${order.token}?lang=${lang}${story.query ? `&${story.query}` : ""}`);
          expect(answer?.status()).toBe(200);
          await expect(page.locator("html")).toHaveAttribute("lang", lang);
          await expect(page.getByRole("heading", { level: 1 })).toHaveText(story[lang]);
          if (story.pays) await expect(payButton(page)).toHaveText(story.pays);
          else await expect(payButton(page)).toHaveCount(0);
          const askSeller = page.locator("form[action*='/ask'] button");
          if (story.asks) await expect(askSeller).toHaveText(story.asks);
          else await expect(askSeller).toHaveCount(0);
          if (javaScriptEnabled) {
            const { violations } = await new AxeBuilder({ page }).analyze();
            expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
            expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
          }
        }
        expect(broken).toEqual([]);
        await page.context().close();
      }
    });

  test("nothing runs out of a screen of 320 px, nor out of half of one at twice the size", async ({ browser }) => {
    const page = await phone(browser, { width: 320 });
    for (const order of [
      await released(),
      await bankActs(await released(services.hold), { action: "pay" }, "withholding"),
    ])
      for (const lang of LANGUAGES) {
        await page.goto(`/pay/${order.token}?lang=${lang}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }
    await page.context().close();
  });

  test("an address that is nobody's: 404, and not a word about anybody", async ({ browser }) => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await phone(browser, { javaScriptEnabled });
      const answer = await page.goto(`/pay/${"A".repeat(32)}`);
      expect(answer?.status()).toBe(404);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is no such order.");
      expect(await page.content()).not.toMatch(/SO-\d|Ромашка|Дніпро/);
      await page.context().close();
    }
  });

  test("the language of the order comes first, a switch stays chosen", async ({ browser }) => {
    const order = await released(services.debit, { language: "uk" });
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(`/pay/${order.token}`);
    await expect(page.locator("html")).toHaveAttribute("lang", "uk");
    await page.getByRole("link", { name: "English" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    // Back from the bank, whose return address knows nothing of it.
    await payButton(page).click();
    await page.goto(`/pay/${order.token}?from=bank`);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.context().close();
  });
});

test.describe("the answer", () => {
  test("is kept by nobody, framed by nobody, indexed by nobody, and allows nothing it does not need", async () => {
    const order = await released();
    const anybody = await request.newContext({ baseURL: app() });
    for (const path of [`/pay/${order.token}`, `/pay/${"B".repeat(32)}`]) {
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
        const answer = await anybody.post(`/pay/${order.token}/${action}`, { headers, maxRedirects: 0 });
        expect(answer.status(), `${action} ${JSON.stringify(headers)}`).toBe(403);
      }
    expect((await anybody.fetch(`/pay/${order.token}`, { method: "DELETE" })).status()).toBe(405);
    await anybody.dispose();
  });
});

/** Everything that could move when somebody looks. */
const snapshot = async (order: Order) =>
  JSON.stringify([
    await owner`select * from sales_orders where id = ${order.id}`,
    await owner`select * from payments where order_id = ${order.id} order by id`,
    await owner`select * from provider_operations where order_id = ${order.id} order by id`,
    // That a mail has arrived meanwhile is nobody's look.
    await owner`select * from order_timeline where order_id = ${order.id} and kind not like 'message.%' order by id`,
    await owner`select * from order_opens where order_id = ${order.id}`,
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
    const before = await snapshot(order);
    const ledger = (await monobank.ledger()).length;
    for (const userAgent of PROGRAMS) {
      const program = await request.newContext({ baseURL: app(), userAgent, maxRedirects: 5 });
      const answers = await Promise.all(
        ["", "?from=bank", "?lang=uk", "/pay", "/check", "/ask", "/state", "/seen", "/qr", "/logo?of=seller"].flatMap(
          (path) => ["GET", "HEAD"].map((method) => program.fetch(`/pay/${order.token}${path}`, { method })),
        ),
      );
      for (const answer of answers) expect(answer.status()).toBeLessThan(500);
      await program.dispose();
    }
    // A mail program that shows a person's browser as its own and follows the plain address.
    const mail = await request.newContext({ baseURL: app(), userAgent: PHONE.userAgent });
    for (const method of ["GET", "HEAD"]) await mail.fetch(`/pay/${order.token}`, { method });
    await mail.dispose();
    expect(await snapshot(order)).toBe(before);
    expect(await monobank.ledger()).toHaveLength(ledger);
  }
});

test.describe("pressing Pay", () => {
  for (const javaScriptEnabled of [true, false])
    test(`twice in a row on an expired link makes one attempt at the bank, ${javaScriptEnabled ? "with" : "without"} script`, async ({
      browser,
    }) => {
      const order = await expired(await released());
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(`/pay/${order.token}`);
      await payButton(page).dblclick();
      await page.waitForURL((url) => !url.href.startsWith(app()));
      const rows = await attempts(order);
      expect(rows).toHaveLength(2);
      expect(rows[1]).toMatchObject({ attempt: 2, state: "pending", amount_minor: "2210000" });
      expect(await linksMade(monobank, rows[1]?.id as string)).toBe(1);
      await page.context().close();
    });

  test("a thousand times, fifty at once, makes one attempt; whoever presses more than fingers can is asked to wait", async () => {
    test.slow();
    const order = await expired(await released());
    const press = async (instance: number) => {
      const url = runningStack().apps[instance]?.url;
      const headers = { origin: app(), "sec-fetch-site": "same-origin" };
      const answer = await fetch(`${url}/pay/${order.token}/pay`, { method: "POST", headers, redirect: "manual" });
      await answer.arrayBuffer();
      return { status: answer.status, location: answer.headers.get("location") };
    };
    const presses: Awaited<ReturnType<typeof press>>[] = [];
    for (let wave = 0; wave < 20; wave++)
      presses.push(...(await Promise.all(Array.from({ length: 50 }, () => press(0)))));
    const { id, url } = await newest(order);
    expect(await attempts(order)).toHaveLength(2);
    expect(await linksMade(monobank, id as string)).toBe(1);
    expect(presses.filter(({ status }) => status !== 303 && status !== 429)).toEqual([]);
    const led = presses.filter(({ status }) => status === 303);
    expect(led.length).toBeGreaterThanOrEqual(60);
    // To the bank; or back to the page, which waits by itself, where making the link took longer than a press waits.
    for (const { location } of led) expect([url, `/pay/${order.token}`]).toContain(location);
    // Elsewhere, where nobody has pressed too often, a press leads to the same link.
    expect(await press(1)).toEqual({ status: 303, location: url });
  });

  test("while the bank is processing is refused with a reason, and starts nothing", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(`/pay/${order.token}`);
    await monobank.call("POST", "/switches", { processingMs: 20_000 });
    await bankActs(order, { action: "pay", wait: false }, "processing");
    const answered = page.waitForResponse(`**/pay/${order.token}/pay*`);
    await payButton(page).click();
    expect((await answered).status()).toBe(409);
    await expect(page.getByRole("alert")).toHaveText(
      "Nothing new was started: the bank is still processing your payment.",
    );
    await expect(payButton(page)).toHaveCount(0);
    expect(await attempts(order)).toHaveLength(1);
    await page.context().close();
  });

  test("by keyboard alone leads to the bank", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser);
    await page.goto(`/pay/${order.token}`);
    for (let tabs = 0; tabs < 6 && !(await payButton(page).evaluate((node) => node === document.activeElement)); tabs++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.href.startsWith(app()));
    await page.context().close();
  });

  for (const javaScriptEnabled of [true, false])
    test(`at another service ends the first link, ${javaScriptEnabled ? "with" : "without"} script`, async ({
      browser,
    }) => {
      const order = await released();
      await owner`insert into order_services (order_id, service_id, position)
        values (${order.id}, ${services.debit}, 0), (${order.id}, ${services.liqpay}, 1)`;
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(`/pay/${order.token}`);
      await expect(page.getByRole("radio", { name: "monobank" })).toBeChecked();
      await page.getByRole("radio", { name: "LiqPay" }).check();
      await payButton(page).click();
      await page.waitForURL((url) => !url.href.startsWith(app()));
      expect(await attempts(order)).toMatchObject([
        { provider: "monobank", state: "cancelled" },
        { provider: "liqpay", state: "pending" },
      ]);
      await page.context().close();
    });

  test("at another service after the first was just paid makes no second link and says paid", async ({ browser }) => {
    const order = await released();
    await owner`insert into order_services (order_id, service_id, position)
      values (${order.id}, ${services.debit}, 0), (${order.id}, ${services.liqpay}, 1)`;
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(`/pay/${order.token}`);
    await monobank.webhooks({ mode: "lost" });
    await monobank.act((await newest(order)).id as string, { action: "pay" });
    await page.getByRole("radio", { name: "LiqPay" }).check();
    await payButton(page).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Thank you/);
    expect(await attempts(order)).toHaveLength(1);
    await page.context().close();
  });
});

test.describe("coming back from the bank", () => {
  const atTheBank = async (page: Page, name: RegExp) => {
    await page.waitForURL((url) => !url.href.startsWith(app()));
    await page.getByRole("button", { name }).first().click();
  };

  for (const javaScriptEnabled of [true, false])
    for (const service of ["debit", "liqpay"] as const)
      test(`a payment at ${service} is on the page without any webhook, ${javaScriptEnabled ? "with" : "without"} script`, async ({
        browser,
      }) => {
        test.slow();
        const order = await released(services[service]);
        await Promise.all([monobank.webhooks({ mode: "lost" }), liqpay.webhooks({ mode: "lost" })]);
        const page = await phone(browser, { javaScriptEnabled });
        await page.goto(`/pay/${order.token}`);
        await payButton(page).click();
        await atTheBank(page, /^Pay /);
        await page.waitForURL(`${app()}/pay/${order.token}?from=bank`);
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Thank you\. ₴22.100\.00 is paid/, {
          timeout: 20_000,
        });
        await expect(payButton(page)).toHaveCount(0);
        await expect(page).toHaveTitle(/is paid/);
        await page.context().close();
      });

  test("checking is shown until the bank has answered, then the page changes by itself and says so", async ({
    browser,
  }) => {
    const order = await released();
    await monobank.webhooks({ mode: "lost" });
    await monobank.act((await newest(order)).id as string, { action: "pay" });
    await monobank.fault({ mode: "slow", operation: "status", ms: 3_000, times: 1 });
    const page = await phone(browser);
    await page.goto(`/pay/${order.token}?from=bank`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/We are asking the bank/);
    await expect(payButton(page)).toHaveCount(0);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Thank you/, { timeout: 15_000 });
    await expect(page.locator("#said")).toHaveText(/Thank you/);
    await expect(page).toHaveTitle(/Thank you.*SO-/);
    await page.context().close();
  });

  test("a declined card tells why, and trying again is one press away", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(`/pay/${order.token}`);
    await payButton(page).click();
    await atTheBank(page, /^Decline$/);
    await page.waitForURL(`${app()}/pay/${order.token}?from=bank`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/did not go through/, { timeout: 20_000 });
    await expect(page.getByText("There is not enough money on the card.")).toBeVisible();
    await payButton(page).click();
    await page.waitForURL((url) => !url.href.startsWith(app()));
    expect(await attempts(order)).toHaveLength(2);
    await page.context().close();
  });

  test("the plain address after leaving the bank is a return too", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(`/pay/${order.token}`);
    await payButton(page).click();
    await page.waitForURL((url) => !url.href.startsWith(app()));
    await page.goto(`/pay/${order.token}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/has not reported your payment yet/);
    await page.context().close();
  });

  test("an address that claims success changes nothing", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser);
    const before = (await newest(order)).state;
    for (const lie of ["from=bank&status=success&paid=1", "from=bank&state=successful&invoiceId=1", "paid=true"]) {
      await page.goto(`/pay/${order.token}?${lie}`);
      await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(/Thank you/);
    }
    const anybody = await request.newContext({ baseURL: app() });
    const answer = await anybody.post(`/pay/${order.token}`, { form: { status: "success" }, maxRedirects: 0 });
    expect(answer.headers().location).toBe(`/pay/${order.token}?from=bank`);
    expect((await newest(order)).state).toBe(before);
    const { status, paymentAccepted } = await (await sales.get(`/api/v1/orders/${order.id}`)).json();
    expect({ status, paymentAccepted }).toEqual({ status: "pending_prepayment", paymentAccepted: false });
    await Promise.all([anybody.dispose(), page.context().close()]);
  });

  test("“I have already paid” asks at once; a customer who closed the tab and the seller both learn of it", async ({
    browser,
  }) => {
    const order = await released();
    const page = await phone(browser);
    await page.goto(`/pay/${order.token}`);
    await monobank.webhooks({ mode: "lost" });
    await payButton(page).click();
    await page.waitForURL((url) => !url.href.startsWith(app()));
    await monobank.act((await newest(order)).id as string, { action: "pay" });
    await page.context().close();

    const later = await phone(browser, { javaScriptEnabled: false });
    await later.goto(`/pay/${order.token}`);
    await later.getByRole("button", { name: "I have already paid" }).click();
    await expect(later.getByRole("heading", { level: 1 })).toHaveText(/Thank you/);
    const { status, paymentAccepted } = await (await sales.get(`/api/v1/orders/${order.id}`)).json();
    expect({ status, paymentAccepted }).toEqual({ status: "released", paymentAccepted: true });
    await later.context().close();
  });

  test("a closed tab and a webhook: nobody has to come back", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser);
    await page.goto(`/pay/${order.token}`);
    await payButton(page).click();
    await page.waitForURL((url) => !url.href.startsWith(app()));
    await page.context().close();
    await monobank.act((await newest(order)).id as string, { action: "pay" });
    await eventually(async () => (await (await sales.get(`/api/v1/orders/${order.id}`)).json()).status, "released");
  });
});

test.describe("what else the page offers", () => {
  test("a transfer's details are copied by the script and readable without it", async ({ browser }) => {
    await owner`update company set iban = 'UA213223130000026007233566001', legal_name = 'ТОВ «Дніпро Інструмент»'`;
    const order = await released();
    for (const javaScriptEnabled of [true, false]) {
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(`/pay/${order.token}?lang=uk`);
      await page.getByText("Інший спосіб: банківський переказ").click();
      await expect(page.getByText("UA21 3223 1300 0002 6007 2335 6600 1")).toBeVisible();
      await expect(page.getByText(/^Оплата за замовлення SO-\d+ від \d\d\.\d\d\.\d{4}$/)).toBeVisible();
      const copy = page.getByRole("button", { name: "Копіювати: IBAN" });
      if (javaScriptEnabled) {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        await copy.click();
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("UA213223130000026007233566001");
        await expect(page.locator("#said")).toHaveText("Скопійовано");
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id }) => id)).toEqual([]);
      } else await expect(copy).toHaveCount(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
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
      await page.goto(`/pay/${order.token}`);
      await expect(page.getByRole("img", { name: "QR code of this page" })).toBeVisible({ visible: shown });
      expect(asked.includes(`/pay/${order.token}/qr`)).toBe(shown);
      await page.context().close();
    }
  });

  for (const javaScriptEnabled of [true, false])
    test(`the whole order in place of its prepayment, ${javaScriptEnabled ? "with" : "without"} script`, async ({
      browser,
    }) => {
      await owner`update payment_services set customer_may_pay_whole = true where id = ${services.debit}`;
      const order = await released();
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(`/pay/${order.token}`);
      await expect(page.getByRole("radio", { name: /^Prepayment ₴22/ })).toBeChecked();
      await page.getByRole("radio", { name: /^The whole order ₴44/ }).check();
      await payButton(page).dblclick();
      await page.waitForURL((url) => !url.href.startsWith(app()));
      expect(await attempts(order)).toMatchObject([
        { amount_minor: "2210000", state: "cancelled" },
        { amount_minor: "4420000", state: "pending" },
      ]);
      await bankActs(order, { action: "pay" }, "successful");
      await page.goto(`/pay/${order.token}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Thank you\. ₴44.200\.00 is paid/);
      await page.context().close();
    });

  test("asking the seller for a link is told once, and the page says so from then on", async ({ browser }) => {
    await owner`update payment_services set customer_may_renew = false where id = ${services.debit}`;
    const order = await expired(await released());
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(`/pay/${order.token}`);
    await page.getByRole("button", { name: "Ask for a new link" }).dblclick();
    await expect(page.getByText(/^You asked for a new link today/)).toBeVisible();
    await expect(page.getByRole("button", { name: "Ask for a new link" })).toHaveCount(0);
    const told =
      await owner`select source from order_timeline where order_id = ${order.id} and kind = 'page.link_asked'`;
    expect(told).toEqual([{ source: "customer" }]);
    expect(await attempts(order)).toHaveLength(1);
    await send(sales, `/orders/${order.id}/payments`);
    await page.reload();
    await expect(payButton(page)).toHaveText(/^Pay /);
    await page.context().close();
  });
});

test("names that are markup stay text in the page, in its picture and in what is shared", async ({ browser }) => {
  const EVIL = `"><img src=x onerror=alert(1)><script>alert(2)</script>&lang=uk`;
  const order = await released(services.debit, {
    customer: { name: EVIL, email: "o@romashka.example", language: "en" },
    lines: [{ description: EVIL, quantity: "1", unit: "<b>", unitPrice: uah(1_000_000) }],
  });
  const page = await phone(browser);
  const alerts: string[] = [];
  page.on("dialog", (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`/pay/${order.token}`);
  await expect(page.getByText(EVIL, { exact: false })).toBeVisible();
  await expect(page.locator(".lines")).toContainText(/1\s<b>/);
  expect(await page.locator("main img[src='x'], main script").count()).toBe(0);
  expect(alerts).toEqual([]);
  await page.context().close();

  const { link, letters } = await (await sales.get(`/api/v1/orders/${order.id}/shares`)).json();
  expect(link).toBe(`${app()}/pay/${order.token}`);
  for (const lang of LANGUAGES) expect(letters[lang].text.split("\n")).toEqual([expect.stringContaining("SO-"), link]);
  const picture = await (await fetch(`${app()}/pay/${order.token}/qr`)).text();
  expect(picture).toMatch(/^<svg [^>]*><path fill="#fff" d="[\w ]+"\/><path d="[Mhv\d .z-]+"\/><\/svg>$/);
});

test("a page of somebody else's cannot frame it", async ({ browser }) => {
  const order = await released();
  const page = await phone(browser);
  await page.route("https://evil.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: `<iframe src="${app()}/pay/${order.token}"></iframe>` }),
  );
  await page.goto("https://evil.example/");
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
  await page.context().close();
});

test("a link that is being made is waited for, by itself, with and without script", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    await monobank.fault({ mode: "slow", operation: "create", ms: 4_000, times: 1 });
    const order = await openOrder();
    const releasing = send(sales, `/orders/${order.id}/release`);
    await eventually(async () => (await attempts(order)).length, 1);
    const page = await phone(browser, { javaScriptEnabled });
    await page.goto(`/pay/${order.token}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/We are preparing your payment/);
    await expect(payButton(page)).toHaveText(/^Pay /, { timeout: 15_000 });
    await releasing;
    await page.context().close();
  }
});

test("opened is what a person has on screen: not a fetch, not a program, not the seller's own look", async ({
  browser,
}) => {
  const order = await released();
  const opened = async () => (await (await sales.get(`/api/v1/orders/${order.id}`)).json()).opened;

  const silent = await phone(browser, { javaScriptEnabled: false });
  await silent.goto(`/pay/${order.token}`);
  await silent.context().close();
  expect(await opened()).toBeNull();

  const seller = await browser.newContext({ storageState: await sales.storageState(), baseURL: app() });
  const theirs = await seller.newPage();
  const looked = theirs.waitForResponse("**/seen");
  await theirs.goto(`/pay/${order.token}`);
  expect((await looked).status()).toBe(204);
  await seller.close();
  expect(await opened()).toBeNull();

  const program = await browser.newContext({
    userAgent: "Mozilla/5.0 HeadlessChrome/120.0 Safari/537.36",
    baseURL: app(),
  });
  const scanning = await program.newPage();
  const scanned = scanning.waitForResponse("**/seen");
  await scanning.goto(`/pay/${order.token}`);
  await scanned;
  await program.close();
  expect(await opened()).toEqual({ firstAt: null, lastAt: null, count: 0, previews: 1 });

  for (const times of [1, 2]) {
    const page = await phone(browser);
    const seen = page.waitForResponse("**/seen");
    await page.goto(`/pay/${order.token}`);
    await seen;
    expect(await opened()).toMatchObject({ count: times, previews: 1 });
    await page.context().close();
  }
  const told = await owner`select kind from order_timeline where order_id = ${order.id} and kind = 'page.opened'`;
  expect(told).toHaveLength(1);
});
