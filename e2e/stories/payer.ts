import { type Browser, devices, expect, type Page } from "@playwright/test";
import type { Act } from "#e2e/rig/bank";
import {
  app,
  bank,
  bankIsItself,
  done,
  newest,
  type Order,
  openOrder,
  releasedOrder,
  sql,
  uah,
} from "#e2e/stories/staff";

/** The customer's side: an order in each state of its page, and the phone that it is looked at with. */

const { defaultBrowserType: _browser, ...PIXEL } = devices["Pixel 7"];
export const PHONE = { ...PIXEL, viewport: { width: 360, height: 740 } };
export const LANGUAGES = ["en", "uk"] as const;

type Kind = Parameters<typeof openOrder>[0];
/** 44 200.00, half of it asked for beforehand; in English, so that `?lang` has something to change. */
const HALF_OF_44_200 = {
  prepayment: { kind: "percent", percent: "50" },
  lines: [
    { description: "Перфоратор SDS+ 800 Вт, кейс", quantity: "4", unit: "шт", unitPrice: uah(1_000_000) },
    { description: "Доставка до складу, Львів", quantity: "1", unitPrice: uah(420_000) },
  ],
};
export const unreleased = (kind: Kind = "debit", more: object = {}) => openOrder(kind, { ...HALF_OF_44_200, ...more });
export const released = (kind: Kind = "debit", more: object = {}) =>
  releasedOrder(kind, { ...HALF_OF_44_200, ...more });

/** The newest attempt has got there, by whatever way the news comes. */
export async function becomes(order: Pick<Order, "id">, state: string): Promise<void> {
  await expect.poll(async () => (await newest(order)).state, { intervals: [50, 100, 200] }).toBe(state);
}

/** The bank does something to an order's newest attempt at monobank, and we hear of it. */
export async function bankActs(order: Order, act: Act, until: string): Promise<Order> {
  await bank("monobank").act((await newest(order)).id, act);
  await becomes(order, until);
  return order;
}

/** The link's time passes at the bank, which tells nobody until it is asked. */
export async function expired(order: Order): Promise<Order> {
  const { id } = await newest(order);
  await bank("monobank").age(15_000, [id]);
  await done("sales", `/payments/${id}/sync`);
  await becomes(order, "expired");
  return order;
}

/** From now on the bank is at a payment until it is told to hurry, which {@link asItWas} does. */
export const processesForLong = () => bank("monobank").call("POST", "/switches", { processingMs: 3_600_000 });

/** Banks and settings as the stories find them. For `afterEach`. */
export async function asItWas(): Promise<void> {
  await bankIsItself();
  for (const provider of ["monobank", "liqpay"]) {
    await bank(provider).call("POST", "/switches", { processingMs: 300 });
    await bank(provider).hurry();
  }
  await sql()`update payment_services set customer_may_renew = true, customer_may_pay_whole = false`;
  await sql()`update company set iban = null`;
}

export async function phone(
  browser: Browser,
  options: { javaScriptEnabled?: boolean; width?: number } = {},
): Promise<Page> {
  const { javaScriptEnabled = true, width = 360 } = options;
  const viewport = { width, height: 740 };
  const context = await browser.newContext({ ...PHONE, viewport, javaScriptEnabled, baseURL: app() });
  return context.newPage();
}
export const payButton = (page: Page) => page.locator("form[data-pay] button");
export const headline = (page: Page) => page.getByRole("heading", { level: 1 });
export const atTheBank = (page: Page) => page.waitForURL((url) => !url.href.startsWith(app()));
export const wider = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
