import { expect, type Page } from "@playwright/test";
import { app, as, orderRow, test, type Who } from "#e2e/stories/staff";

/**
 * The job itself, as a new user does it, in windows of their own: sales, the customer, finance. Nobody reloads a page.
 */

/** Enters an order with a customer made on the spot, an item and a line of free text, asks 30 %, and releases it. */
async function enterAndRelease(page: Page, service: RegExp): Promise<string> {
  await page.goto("/orders");
  await page
    .getByRole("link", { name: /New order|Create the first order/ })
    .first()
    .click();
  await page.getByRole("combobox", { name: "Customer" }).fill("ФОП Гнатюк Оксана");
  await page.getByRole("option", { name: "Create “ФОП Гнатюк Оксана”" }).click();
  await page.getByLabel("E-mail").fill("oksana@hnatiuk.example");
  await page.getByLabel("Description, line 1").fill("Перфоратор SDS+ 800 Вт");
  await page.getByLabel("Quantity, line 1").fill("2");
  await page.getByLabel("Price, ₴, line 1").fill("749,75");
  await page.getByRole("button", { name: /Payment service$/ }).click();
  await page.getByRole("option", { name: service }).click();
  await page.getByRole("radio", { name: "Percent" }).click();
  await page.getByLabel("Percent of the total").fill("30");
  await page.getByRole("button", { name: /^Release/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^SO-\d+$/ })).toBeVisible();
  await expect(page).toHaveURL(/\/orders\/ord_\w+$/);
  return page.url().split("/").at(-1) ?? "";
}

/** Copies the link the way sales does, and opens it in the customer's browser, up to the bank's page. */
async function customerAtTheBank(windowOf: WindowOf, seller: Page, orderId: string): Promise<Page> {
  await seller.getByRole("button", { name: "Copy link" }).first().click();
  const { payPath } = await (await (await as("sales")).get(`/api/v1/orders/${orderId}`)).json();
  const link = `${app()}${payPath}`;
  await expect.poll(() => seller.evaluate(() => navigator.clipboard.readText())).toBe(link);
  const customer = await windowOf(null, { locale: "uk-UA" });
  await customer.goto(link);
  await customer.getByRole("button", { name: /^Сплатити 449,85/ }).click();
  await expect(customer.getByText("Емулятор банку — гроші не справжні")).toBeVisible();
  return customer;
}

type WindowOf = (who: Who | null, options?: object) => Promise<Page>;
const seller = (windowOf: WindowOf) => windowOf("sales", { permissions: ["clipboard-read", "clipboard-write"] });

async function shipEverything(page: Page) {
  await page.getByRole("button", { name: /^Ship/ }).first().click();
  const dialog = page.getByRole("dialog", { name: /^Ship SO-/ });
  await dialog.getByRole("button", { name: "Ship everything" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^Shipped/).first()).toBeVisible();
}

async function invoiceEverything(page: Page) {
  await page
    .getByRole("button", { name: /^Invoice/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog", { name: /^Invoice SO-/ });
  await dialog.getByRole("button", { name: "Invoice everything" }).click();
  await expect(dialog).toBeHidden();
}

for (const [provider, service] of [
  ["monobank", /^monobank · debit/],
  ["LiqPay", /^LiqPay/],
] as const)
  test(`an order with 30 % prepayment at ${provider}: released, paid, opened by itself, shipped, invoiced`, async ({
    windowOf,
  }) => {
    const sales = await seller(windowOf);
    const orderId = await enterAndRelease(sales, service);
    await expect(sales.getByRole("heading", { name: "Shipping and invoicing are blocked" })).toBeVisible();
    const customer = await customerAtTheBank(windowOf, sales, orderId);
    await customer.getByRole("button", { name: /^Сплатити 449,85/ }).click();
    // In front of whoever looks at it, by itself.
    await expect(sales.getByRole("heading", { name: "Shipping is open" })).toBeVisible();
    await expect(customer.getByRole("heading", { name: /Дякуємо\. 449,85/ })).toBeVisible();
    await shipEverything(sales);

    const finance = await windowOf("finance");
    await finance.goto(`/orders/${orderId}`);
    await invoiceEverything(finance);
    await expect(finance.getByRole("heading", { name: "Everything is shipped and invoiced." })).toBeVisible();
    await expect(finance.getByText("Completed").first()).toBeVisible();
    expect(await orderRow({ id: orderId })).toMatchObject({
      status: "released",
      shipped: "fully",
      invoiced: "fully",
      required_minor: "44985",
      secured_minor: "44985",
    });
  });

test("the same with withholding: held money opens the gate, finance takes it, the invoice follows", async ({
  windowOf,
}) => {
  const sales = await seller(windowOf);
  const orderId = await enterAndRelease(sales, /^monobank · withholding/);
  const customer = await customerAtTheBank(windowOf, sales, orderId);
  await customer.getByRole("button", { name: /^Сплатити 449,85/ }).click();
  await expect(sales.getByRole("heading", { name: "Shipping is open" })).toBeVisible();
  await expect(sales.getByText("Withholding").first()).toBeVisible();
  await shipEverything(sales);

  const finance = await windowOf("finance");
  await finance.goto(`/orders/${orderId}`);
  await finance.getByRole("button", { name: /^Finalize amount/ }).click();
  const dialog = finance.getByRole("dialog", { name: "Finalize held money" });
  // The button says what is typed, before the field is left.
  await dialog.getByRole("textbox", { name: /^Amount to take/ }).fill("100");
  await expect(dialog.getByRole("button", { name: "Finalize ₴100.00" })).toBeVisible();
  await dialog.getByRole("button", { name: /^Whole/ }).click();
  await dialog.getByRole("button", { name: /^Finalize ₴449\.85/ }).click();
  await expect(dialog).toBeHidden();
  await expect(finance.getByText("Successful").first()).toBeVisible();
  await invoiceEverything(finance);
  await expect(finance.getByRole("heading", { name: "Everything is shipped and invoiced." })).toBeVisible();
});
