import { globSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import {
  bankIsItself,
  done,
  newest,
  openOrder,
  paidOrder,
  pay,
  releasedOrder,
  service,
  sql,
  test,
} from "#e2e/stories/staff";

/**
 * Every screen of the staff on a desk (looked at in English) and on a phone (in Ukrainian), in both themes: axe finds nothing;
 * and in both languages nothing makes the page wider than the window. The customer's page has its own story.
 */
test.describe.configure({ timeout: 240_000 });
test.afterAll(bankIsItself);

type House = Record<
  "open" | "waiting" | "held" | "shipped" | "declined" | "payment" | "heldPayment" | "service" | "review",
  string
>;

/** For each page file the addresses that show it. A new page needs a row here. */
const SCREENS: Record<string, (house: House) => string[]> = {
  "/": () => [],
  "/orders": () => ["/orders", "/orders?view=todo", "/orders?q=nobody-has-this"],
  "/orders/new": () => ["/orders/new"],
  "/orders/[orderId]": (house) =>
    [house.open, house.waiting, house.held, house.shipped, house.declined].map((id) => `/orders/${id}`),
  "/orders/[orderId]/edit": (house) => [`/orders/${house.open}/edit`],
  "/transactions": () => ["/transactions"],
  "/transactions/monobank": () => ["/transactions/monobank"],
  "/transactions/liqpay": () => ["/transactions/liqpay"],
  "/transactions/[paymentId]": (house) => [`/transactions/${house.payment}`, `/transactions/${house.heldPayment}`],
  "/review": () => ["/review", "/review?state=closed"],
  "/review/[reviewId]": (house) => [`/review/${house.review}`],
  "/customers": () => ["/customers"],
  "/items": () => ["/items"],
  "/settings": () => ["/settings"],
  "/settings/payment-services": () => ["/settings/payment-services"],
  "/settings/payment-services/new": () => ["/settings/payment-services/new"],
  "/settings/payment-services/[serviceId]": (house) => [`/settings/payment-services/${house.service}`],
  "/settings/manage-payment-links": () => ["/settings/manage-payment-links"],
  "/sign-in": () => ["/sign-in"],
};
/** Addresses of what is not there. */
const BESIDES = ["/orders/ord_00000000000000000000000000", "/transactions/pay_00000000000000000000000000"];

const routes = globSync("app/**/page.tsx").map(
  (file) =>
    file
      .replaceAll("\\", "/")
      .replace(/^app/, "")
      .replace(/\/page\.tsx$/, "")
      .replace(/\/\([^)]+\)/g, "") || "/",
);

let house: House;
test.beforeAll(async () => {
  const [open, waiting, held, shipped, declined, late] = await Promise.all([
    openOrder("debit"),
    releasedOrder("debit"),
    paidOrder("hold"),
    paidOrder("debit"),
    releasedOrder("liqpay"),
    releasedOrder("liqpay"),
  ]);
  await pay(declined, { action: "decline" });
  // Money on a link that was taken back is a task for the review desk.
  await done("sales", `/payments/${(await newest(late)).id}/cancel`);
  await pay(late);
  const review = async () => (await sql()`select id from review_tasks where order_id = ${late.id} limit 1`)[0]?.id;
  await expect.poll(review, { message: "a review task" }).toBeTruthy();
  await done("sales", `/orders/${shipped.id}/shipments`);
  house = {
    open: open.id,
    waiting: waiting.id,
    held: held.id,
    shipped: shipped.id,
    declined: declined.id,
    payment: (await newest(waiting)).id,
    heldPayment: (await newest(held)).id,
    service: await service("debit"),
    review: await review(),
  };
});

test("every page file has an address in this story", () => {
  expect(routes.filter((route) => !(route in SCREENS) && !route.startsWith("/pay"))).toEqual([]);
});

/** What axe finds, one line each: the rule and where. */
async function findings(page: Page, rules?: string[]): Promise<string[]> {
  // Without legacy mode each look opens a window of its own; there are no frames of strangers here.
  // The fortieth row of a list is built like the third.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).exclude("tbody tr:nth-child(n + 4)");
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

for (const [place, viewport, looked] of [
  ["on a desk of 1280 px", DESK, "en"],
  ["on a phone of 360 px", PHONE, "uk"],
] as const)
  test(`${place}: axe finds nothing on any screen, light or dark, and in neither language does one scroll sideways`, async ({
    windowOf,
    baseURL,
  }) => {
    const wrong: string[] = [];
    const walk = async (language: "en" | "uk") => {
      const open = async (who: "admin" | null) => {
        const page = await windowOf(who, { viewport, reducedMotion: "reduce", colorScheme: "light" });
        await page.context().addCookies([{ name: "hp_lang", value: language, url: baseURL ?? "" }]);
        return page;
      };
      const [staff, stranger] = [await open("admin"), await open(null)];
      const addresses = [...routes.flatMap((route) => SCREENS[route]?.(house) ?? []), ...BESIDES];
      for (const address of addresses) {
        const page = address === "/sign-in" ? stranger : staff;
        const told = (line: string) => wrong.push(`${language} ${address}: ${line}`);
        await page.goto(address);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        const wider = await sideways(page);
        if (wider > 0) told(`${wider} px wider than the window`);
        // One language on each size: what the other changes is the length of words.
        if (language !== looked) continue;
        for (const line of await findings(page)) told(line);
        await page.emulateMedia({ colorScheme: "dark" });
        for (const line of await findings(page, ["color-contrast"])) told(`dark, ${line}`);
        await page.emulateMedia({ colorScheme: "light" });
      }
    };
    await Promise.all([walk("en"), walk("uk")]);
    expect(wrong).toEqual([]);
  });

test("dialogs too: shipping, taking held money, a new customer, a new item", async ({ windowOf }) => {
  const wrong: string[] = [];
  const look = async (page: Page, name: string) => {
    await expect(page.getByRole("dialog")).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const line of await findings(page)) wrong.push(`${name}, ${colorScheme}: ${line}`);
    }
  };
  for (const viewport of [DESK, PHONE]) {
    const page = await windowOf("admin", { viewport, reducedMotion: "reduce" });
    await page.goto(`/orders/${house.held}`);
    await page.getByRole("button", { name: /^Ship/ }).filter({ visible: true }).first().click();
    await look(page, "shipping");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Finalize amount/ }).click();
    await look(page, "finalizing");
    await page.goto("/customers");
    await page
      .getByRole("button", { name: /customer/i })
      .first()
      .click();
    await look(page, "a new customer");
    await page.goto("/items");
    await page.getByRole("button", { name: /item/i }).first().click();
    await look(page, "a new item");
  }
  expect(wrong).toEqual([]);
});
