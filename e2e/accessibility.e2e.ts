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
test.describe.configure({ timeout: 1_200_000 });
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
  "/transactions/offline": () => ["/transactions/offline"],
  "/transactions/[paymentId]": (house) => [`/transactions/${house.payment}`, `/transactions/${house.heldPayment}`],
  "/holds": () => ["/holds"],
  "/notices": () => ["/notices", "/notices?state=unread"],
  "/review": () => ["/review", "/review?state=closed"],
  "/review/[reviewId]": (house) => [`/review/${house.review}`],
  "/approvals": () => ["/approvals", "/approvals?view=live", "/approvals?view=over", "/approvals?view=offline"],
  "/customers": () => ["/customers"],
  "/items": () => ["/items"],
  "/settings": () => ["/settings"],
  "/settings/company": () => ["/settings/company"],
  "/settings/payment-services": () => ["/settings/payment-services"],
  "/settings/payment-services/new": () => ["/settings/payment-services/new"],
  "/settings/payment-services/[serviceId]": (house) => [`/settings/payment-services/${house.service}`],
  "/settings/notifications": () => ["/settings/notifications"],
  "/settings/messages": () => ["/settings/messages"],
  "/settings/manage-payment-links": () => ["/settings/manage-payment-links"],
  "/settings/audit": () => ["/settings/audit"],
  "/sign-in": () => ["/sign-in", "/sign-in?changed=1"],
  "/sign-in/forgot": () => ["/sign-in/forgot", "/sign-in/forgot?sent=1", "/sign-in/forgot?wait=600"],
  "/sign-in/new-password/[token]": () => ["/sign-in/new-password/x"],
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

/** In these colours; what changes its colour slowly is at its end at once. */
async function inColours(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(async () => {
    const changing = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
    do {
      for (const one of changing()) one.finish();
      await new Promise(requestAnimationFrame);
    } while (changing().length > 0);
  });
}

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 740 };

type Walk = { viewport: typeof DESK; language: "en" | "uk"; axe: boolean };
/** axe reads one language on each size: what the other changes is the length of words. */
const WALKS: Walk[] = [
  { viewport: DESK, language: "en", axe: true },
  { viewport: PHONE, language: "uk", axe: true },
  { viewport: DESK, language: "uk", axe: false },
  { viewport: PHONE, language: "en", axe: false },
];

test("axe finds nothing on any screen, light or dark, on a desk or a phone; none scrolls sideways in either language", async ({
  windowOf,
  baseURL,
}) => {
  const wrong: string[] = [];
  const walk = async ({ viewport, language, axe }: Walk) => {
    const open = async (who: "admin" | null) => {
      const page = await windowOf(who, { viewport, reducedMotion: "reduce", colorScheme: "light" });
      await page.context().addCookies([{ name: "hp_lang", value: language, url: baseURL ?? "" }]);
      return page;
    };
    const [staff, stranger] = [await open("admin"), await open(null)];
    for (const address of [...routes.flatMap((route) => SCREENS[route]?.(house) ?? []), ...BESIDES]) {
      const page = address.startsWith("/sign-in") ? stranger : staff;
      const told = (line: string) => wrong.push(`${viewport.width} px, ${language}, ${address}: ${line}`);
      await page.goto(address);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      const wider = await sideways(page);
      if (wider > 0) told(`${wider} px wider than the window`);
      if (!axe) continue;
      for (const line of await findings(page)) told(line);
      await inColours(page, "dark");
      for (const line of await findings(page, ["color-contrast"])) told(`dark, ${line}`);
      await inColours(page, "light");
    }
  };
  await Promise.all(WALKS.map(walk));
  expect(wrong).toEqual([]);
});

test("dialogs too: shipping, taking held money, a new customer, a new item", async ({ windowOf }) => {
  const wrong: string[] = [];
  const look = async (page: Page, name: string) => {
    await expect(page.getByRole("dialog")).toBeVisible();
    for (const colours of ["light", "dark"] as const) {
      await inColours(page, colours);
      for (const line of await findings(page)) wrong.push(`${name}, ${colours}: ${line}`);
    }
  };
  const walk = async (viewport: typeof DESK) => {
    const page = await windowOf("admin", { viewport, reducedMotion: "reduce" });
    await page.goto(`/orders/${house.held}`);
    await page.getByRole("button", { name: /^Ship/ }).filter({ visible: true }).first().click();
    await look(page, "shipping");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
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
  };
  await Promise.all([walk(DESK), walk(PHONE)]);
  expect(wrong).toEqual([]);
});
