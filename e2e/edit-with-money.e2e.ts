import { expect, type Page } from "@playwright/test";
import {
  app,
  attempts,
  bank,
  bankIsItself,
  done,
  newest,
  type Order,
  openOrder,
  orderRow,
  paidOrder,
  sql,
  test,
} from "#e2e/stories/staff";

test.afterEach(bankIsItself);

/** The form of a reopened order with so many of the first drill typed, and the question that saving brings. */
async function saveWith(page: Page, order: Order, quantity: string) {
  await done("sales", `/orders/${order.id}/reopen`);
  await page.goto(`/orders/${order.id}/edit`);
  await page.getByLabel("Quantity, line 1").fill(quantity);
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  const question = page.getByRole("dialog", { name: "Money is already on this order" });
  await expect(question).toBeVisible();
  return question;
}

test("an order that costs more: the numbers before saving, and a link for the difference", async ({ windowOf }) => {
  const order = await paidOrder("debit");
  const page = await windowOf("sales");
  const question = await saveWith(page, order, "3");
  await expect(question.getByRole("row", { name: /^Total/ })).toHaveText(/1\s499\.50.*2\s999\.00/s);
  await expect(question.getByRole("row", { name: /^Before shipping/ })).toHaveText(/449\.85.*899\.70/s);
  await expect(question.getByRole("row", { name: /^Already there/ })).toHaveText(/449\.85/);
  await expect(question.getByRole("row", { name: /^Missing/ })).toHaveText(/449\.85/);
  // Looking changes nothing, and nothing is lost by going back.
  expect(await orderRow(order)).toMatchObject({ status: "open", total_minor: "149950" });
  await question.getByRole("button", { name: "Go on editing" }).click();
  await expect(page.getByLabel("Quantity, line 1")).toHaveValue("3");
  await page
    .getByRole("button", { name: /^Release/ })
    .first()
    .click();
  await question.getByRole("button", { name: "Save and ask for ₴449.85" }).click();
  await expect(page).toHaveURL(new RegExp(`/orders/${order.id}$`));
  const gate = page.getByRole("region", { name: "Shipping and invoicing are blocked" });
  await expect(gate).toContainText("₴449.85 of ₴899.70 is covered, ₴449.85 is missing.");
  expect((await attempts(order)).map(({ state, amount_minor }) => [state, amount_minor])).toEqual([
    ["successful", "44985"],
    ["pending", "44985"],
  ]);
});

test("the same, and nothing more is asked for now: shipping stays blocked and says by how much the order rose", async ({
  windowOf,
}) => {
  const order = await paidOrder("debit");
  const page = await windowOf("sales");
  const question = await saveWith(page, order, "3");
  await question.getByRole("radio", { name: /^Ask for nothing more now/ }).check();
  await question.getByRole("button", { name: "Save without a link" }).click();
  await expect(
    page.getByText("The order rose by ₴449.85 after the link was paid. Required ₴899.70, covered ₴449.85."),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: "New link for ₴449.85" }).first()).toBeVisible();
  expect(await attempts(order)).toHaveLength(1);
});

test("an order that costs less, with the money held: only what is needed is taken, the rest goes back", async ({
  windowOf,
}) => {
  const order = await paidOrder("hold");
  const page = await windowOf("admin");
  const question = await saveWith(page, order, "0.5");
  await expect(question.getByRole("row", { name: /^Too much/ })).toHaveText(/112\.46/);
  await question.getByRole("radio", { name: /^Give back ₴112\.46/ }).check();
  await expect(
    question.getByText("monobank takes only ₴337.39 of the hold; the other ₴112.46 goes back. This can be done once."),
  ).toBeVisible();
  await question.getByRole("button", { name: "Save and give back ₴112.46" }).click();
  await expect(page).toHaveURL(new RegExp(`/orders/${order.id}$`));
  await expect.poll(async () => (await newest(order)).state).toBe("successful");
  expect(await newest(order)).toMatchObject({ captured_minor: "33739", held_minor: "44985" });
  const lines = await bank("monobank").linesOf((await newest(order)).id);
  expect(lines.filter(({ kind }) => kind === "captured").map(({ amountMinor }) => amountMinor)).toEqual(["33739"]);
});

test("an order that costs less, saved by sales: kept, or handed to Finance with the sum", async ({ windowOf }) => {
  const page = await windowOf("sales");
  const kept = await paidOrder("debit");
  const first = await saveWith(page, kept, "0.5");
  await first.getByRole("button", { name: "Save and keep ₴112.46" }).click();
  await expect(page).toHaveURL(new RegExp(`/orders/${kept.id}$`));
  expect(await orderRow(kept)).toMatchObject({ status: "released", secured_minor: "44985", required_minor: "33739" });

  const handed = await paidOrder("debit");
  const second = await saveWith(page, handed, "0.5");
  await second.getByRole("radio", { name: /^Ask Finance to give back ₴112\.46/ }).check();
  await second.getByRole("button", { name: "Save and ask Finance" }).click();
  await expect(page).toHaveURL(new RegExp(`/orders/${handed.id}$`));
  const [task] = await sql()`select id, cause, details from review_tasks where order_id = ${handed.id}`;
  expect(task).toMatchObject({ cause: "refund_proposed", details: { amount: { amount: 11_246, currency: "UAH" } } });

  const desk = await windowOf("finance");
  await desk.goto(`/review/${task?.id}`);
  await expect(desk.getByRole("heading", { name: "₴112.46 should go back to the customer." })).toBeVisible();
});

test("on a phone, in Ukrainian, the question fits and is answered by keyboard", async ({ windowOf }) => {
  const order = await paidOrder("debit");
  const page = await windowOf("sales", { locale: "uk-UA", viewport: { width: 360, height: 780 } });
  await done("sales", `/orders/${order.id}/reopen`);
  await page.context().addCookies([{ name: "hp_lang", value: "uk", url: app() }]);
  await page.goto(`/orders/${order.id}/edit`);
  await page.getByLabel("Кількість, рядок 1").first().fill("3");
  await page.getByRole("button", { name: "Зберегти", exact: true }).filter({ visible: true }).first().click();
  const question = page.getByRole("dialog");
  await expect(question.getByRole("radio").first()).toBeChecked();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await question.getByRole("radio").first().press("ArrowDown");
  await expect(question.getByRole("radio").nth(1)).toBeChecked();
});

test("what is typed is asked about on every way out: a link, the palette, Back", async ({ windowOf }) => {
  const order = await openOrder("debit");
  const page = await windowOf("sales");
  await page.goto("/orders");
  await page.goto(`/orders/${order.id}/edit`);
  await page.getByLabel("External reference").fill("CRM-77");
  const question = page.getByRole("alertdialog", { name: "Leave without saving?" });

  // Keys and ways out count again when the question has gone.
  const keepEditing = async () => {
    await question.getByRole("button", { name: "Keep editing" }).click();
    await expect(question).toBeHidden();
  };

  await page.getByRole("link", { name: "Customers" }).first().click();
  await keepEditing();

  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByRole("combobox").fill("transactions");
  await palette
    .getByRole("option", { name: /transactions/i })
    .first()
    .click();
  await keepEditing();
  await expect(page).toHaveURL(new RegExp(`/orders/${order.id}/edit$`));

  await page.evaluate(() => window.history.back());
  await expect(question).toBeVisible();
  await keepEditing();
  await expect(page.getByLabel("External reference")).toHaveValue("CRM-77");

  await page.evaluate(() => window.history.back());
  await question.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(/\/orders$/);
});
