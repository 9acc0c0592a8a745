import { expect, type Page, request, test } from "@playwright/test";
import { asItWas, atTheBank, headline, payButton, phone, released } from "#e2e/stories/payer";
import { app, as, attempts, bank, newest, type Order } from "#e2e/stories/staff";

/** Coming back from the bank, or not coming back: the page and the seller learn of the money all the same. */
test.afterEach(asItWas);

const orderSeen = async ({ id }: Order) => (await (await as("sales")).get(`/api/v1/orders/${id}`)).json();

test.describe("coming back from the bank", () => {
  const pressThere = async (page: Page, name: RegExp) => {
    await atTheBank(page);
    await page.getByRole("button", { name }).first().click();
  };

  for (const javaScriptEnabled of [true, false])
    for (const service of ["debit", "liqpay"] as const)
      test(`a payment at ${service} is on the page without any webhook, ${javaScriptEnabled ? "with" : "without"} script`, async ({
        browser,
      }) => {
        const order = await released(service);
        await Promise.all([bank("monobank").webhooks({ mode: "lost" }), bank("liqpay").webhooks({ mode: "lost" })]);
        const page = await phone(browser, { javaScriptEnabled });
        await page.goto(order.payPath);
        await payButton(page).click();
        await pressThere(page, /^Pay /);
        await page.waitForURL(`${app()}${order.payPath}?from=bank`);
        await expect(headline(page)).toHaveText(/Thank you\. ₴22.100\.00 is paid/);
        await expect(payButton(page)).toHaveCount(0);
        await expect(page).toHaveTitle(/is paid/);
        await page.context().close();
      });

  test("checking is shown until the bank has answered, then the page changes by itself and says so", async ({
    browser,
  }) => {
    const order = await released();
    await bank("monobank").webhooks({ mode: "lost" });
    const { id } = await newest(order);
    await bank("monobank").fault({ mode: "slow", operation: "status", ms: 60_000, reference: id });
    await bank("monobank").act(id, { action: "pay" });
    const page = await phone(browser);
    await page.goto(`${order.payPath}?from=bank`);
    await expect(headline(page)).toHaveText(/We are asking the bank/);
    await expect(payButton(page)).toHaveCount(0);
    await bank("monobank").noFaults();
    await expect(headline(page)).toHaveText(/Thank you/);
    await expect(page.locator("#said")).toHaveText(/Thank you/);
    await expect(page).toHaveTitle(/Thank you.*SO-/);
    await page.context().close();
  });

  test("a declined card tells why, and trying again is one press away", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(order.payPath);
    await payButton(page).click();
    await pressThere(page, /^Decline$/);
    await page.waitForURL(`${app()}${order.payPath}?from=bank`);
    await expect(headline(page)).toHaveText(/did not go through/);
    await expect(page.getByText("There is not enough money on the card.")).toBeVisible();
    await payButton(page).click();
    await atTheBank(page);
    expect(await attempts(order)).toHaveLength(2);
    await page.context().close();
  });

  test("the plain address after leaving the bank is a return too", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser, { javaScriptEnabled: false });
    await page.goto(order.payPath);
    await payButton(page).click();
    await atTheBank(page);
    await page.goto(order.payPath);
    await expect(headline(page)).toHaveText(/has not reported your payment yet/);
    await page.context().close();
  });

  test("an address that claims success changes nothing", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser);
    const before = (await newest(order)).state;
    for (const lie of ["from=bank&status=success&paid=1", "from=bank&state=successful&invoiceId=1", "paid=true"]) {
      await page.goto(`${order.payPath}?${lie}`);
      await expect(headline(page)).not.toHaveText(/Thank you/);
    }
    const anybody = await request.newContext({ baseURL: app() });
    const answer = await anybody.post(order.payPath, { form: { status: "success" }, maxRedirects: 0 });
    expect(answer.headers().location).toBe(`${order.payPath}?from=bank`);
    expect((await newest(order)).state).toBe(before);
    const { status, paymentAccepted } = await orderSeen(order);
    expect({ status, paymentAccepted }).toEqual({ status: "pending_prepayment", paymentAccepted: false });
    await Promise.all([anybody.dispose(), page.context().close()]);
  });

  test("“I have already paid” asks at once; a customer who closed the tab and the seller both learn of it", async ({
    browser,
  }) => {
    const order = await released();
    const page = await phone(browser);
    await page.goto(order.payPath);
    await bank("monobank").webhooks({ mode: "lost" });
    await payButton(page).click();
    await atTheBank(page);
    await bank("monobank").act((await newest(order)).id, { action: "pay" });
    await page.context().close();

    const later = await phone(browser, { javaScriptEnabled: false });
    await later.goto(order.payPath);
    await later.getByRole("button", { name: "I have already paid" }).click();
    await expect(headline(later)).toHaveText(/Thank you/);
    const { status, paymentAccepted } = await orderSeen(order);
    expect({ status, paymentAccepted }).toEqual({ status: "released", paymentAccepted: true });
    await later.context().close();
  });

  test("a closed tab and a webhook: nobody has to come back", async ({ browser }) => {
    const order = await released();
    const page = await phone(browser);
    await page.goto(order.payPath);
    await payButton(page).click();
    await atTheBank(page);
    await page.context().close();
    await bank("monobank").act((await newest(order)).id, { action: "pay" });
    await expect.poll(async () => (await orderSeen(order)).status).toBe("released");
  });
});
