import { expect, type Page, test } from "@playwright/test";
import {
  asItWas,
  atTheBank,
  bankActs,
  expired,
  headline,
  payButton,
  phone,
  processesForLong,
  released,
  unreleased,
} from "#e2e/stories/payer";
import { app, attempts, bank, booked, done, newest, service, sql } from "#e2e/stories/staff";

/** The one button of the customer's page: where it leads, and what becomes of many presses. */
test.afterEach(asItWas);

/** Both presses come before the bank has answered the first, however fast it is. */
async function pressTwice(page: Page, operation: "create" | "remove"): Promise<void> {
  await bank("monobank").fault({ mode: "slow", operation, ms: 60_000 });
  await payButton(page).dblclick();
  await bank("monobank").noFaults();
  await atTheBank(page);
}

test.describe("pressing Pay", () => {
  for (const javaScriptEnabled of [true, false])
    test(`twice in a row on an expired link makes one attempt at the bank, ${javaScriptEnabled ? "with" : "without"} script`, async ({
      browser,
    }) => {
      const order = await expired(await released());
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(order.payPath);
      await pressTwice(page, "create");
      const rows = await attempts(order);
      expect(rows).toHaveLength(2);
      expect(rows[1]).toMatchObject({ attempt: 2, state: "pending", amount_minor: "2210000" });
      expect(await booked(order, "link_created")).toBe(1);
      await page.context().close();
    });

  test("a thousand times, fifty at once, makes one attempt; whoever presses more than fingers can is asked to wait", async () => {
    test.slow();
    const order = await expired(await released());
    const press = async (instance: number) => {
      const headers = { origin: app(), "sec-fetch-site": "same-origin" };
      const answer = await fetch(`${app(instance)}${order.payPath}/pay`, {
        method: "POST",
        headers,
        redirect: "manual",
      });
      await answer.arrayBuffer();
      return { status: answer.status, location: answer.headers.get("location") };
    };
    const presses: Awaited<ReturnType<typeof press>>[] = [];
    for (let wave = 0; wave < 20; wave++)
      presses.push(...(await Promise.all(Array.from({ length: 50 }, () => press(0)))));
    const { url } = await newest(order);
    expect(await attempts(order)).toHaveLength(2);
    expect(await booked(order, "link_created")).toBe(1);
    expect(presses.filter(({ status }) => status !== 303 && status !== 429)).toEqual([]);
    const led = presses.filter(({ status }) => status === 303);
    expect(led.length).toBeGreaterThanOrEqual(60);
    // To the bank; or back to the page, which waits by itself, where making the link took longer than a press waits.
    for (const { location } of led) expect([url, order.payPath]).toContain(location);
    // Elsewhere, where nobody has pressed too often, a press leads to the same link.
    expect(await press(1)).toEqual({ status: 303, location: url });
  });

  test("while the bank is processing is refused with a reason, and starts nothing", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(order.payPath);
    await processesForLong();
    await bankActs(order, { action: "pay", wait: false }, "processing");
    const answered = page.waitForResponse(`**${order.payPath}/pay*`);
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
    await page.goto(order.payPath);
    for (let tabs = 0; tabs < 6 && !(await payButton(page).evaluate((node) => node === document.activeElement)); tabs++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await atTheBank(page);
    await page.context().close();
  });

  for (const javaScriptEnabled of [true, false])
    test(`at another service ends the first link, ${javaScriptEnabled ? "with" : "without"} script`, async ({
      browser,
    }) => {
      const order = await released("debit", { otherServiceIds: [await service("liqpay")] });
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(order.payPath);
      await expect(page.getByRole("radio", { name: "monobank" })).toBeChecked();
      await page.getByRole("radio", { name: "LiqPay" }).check();
      await payButton(page).click();
      await atTheBank(page);
      expect(await attempts(order)).toMatchObject([
        { provider: "monobank", state: "cancelled" },
        { provider: "liqpay", state: "pending" },
      ]);
      await page.context().close();
    });

  for (const javaScriptEnabled of [true, false])
    test(`for the whole order in place of its prepayment, ${javaScriptEnabled ? "with" : "without"} script`, async ({
      browser,
    }) => {
      await sql()`update payment_services set customer_may_pay_whole = true where id = ${await service("debit")}`;
      const order = await released();
      const page = await phone(browser, { javaScriptEnabled });
      await page.goto(order.payPath);
      await expect(page.getByRole("radio", { name: /^Prepayment ₴22/ })).toBeChecked();
      await page.getByRole("radio", { name: /^The whole order ₴44/ }).check();
      await pressTwice(page, "remove");
      await expect(page).toHaveURL((await newest(order)).url);
      expect(await attempts(order)).toMatchObject([
        { amount_minor: "2210000", state: "cancelled" },
        { amount_minor: "4420000", state: "pending" },
      ]);
      await bankActs(order, { action: "pay" }, "successful");
      await page.goto(order.payPath);
      await expect(headline(page)).toHaveText(/Thank you\. ₴44.200\.00 is paid/);
      await page.context().close();
    });

  test("at another service after the first was just paid makes no second link and says paid", async ({ browser }) => {
    const order = await released("debit", { otherServiceIds: [await service("liqpay")] });
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(order.payPath);
    await bank("monobank").webhooks({ mode: "lost" });
    await bank("monobank").act((await newest(order)).id, { action: "pay" });
    await page.getByRole("radio", { name: "LiqPay" }).check();
    await payButton(page).click();
    await expect(headline(page)).toHaveText(/Thank you/);
    expect(await attempts(order)).toHaveLength(1);
    await page.context().close();
  });
});

test("a link that is being made is waited for, by itself, with and without script", async ({ browser }) => {
  for (const javaScriptEnabled of [true, false]) {
    const order = await unreleased();
    await bank("monobank").fault({ mode: "slow", operation: "create", ms: 60_000 });
    const releasing = done("sales", `/orders/${order.id}/release`);
    await expect.poll(async () => (await attempts(order)).length).toBe(1);
    const page = await phone(browser, { javaScriptEnabled });
    await page.goto(order.payPath);
    await expect(headline(page)).toHaveText(/We are preparing your payment/);
    await bank("monobank").noFaults();
    await expect(payButton(page)).toHaveText(/^Pay /);
    await releasing;
    await page.context().close();
  }
});
