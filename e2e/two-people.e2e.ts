import { expect } from "@playwright/test";
import { app, as, attempts, bankIsItself, booked, fromUs, openOrder, orderRow, post, test } from "#e2e/stories/staff";

test.afterEach(bankIsItself);

test("two people press Release on the same order: one link, and both see it", async ({ windowOf }) => {
  const order = await openOrder("debit");
  const pages = [await windowOf("sales"), await windowOf("sales2", { locale: "en-GB" })];
  for (const page of pages) await page.goto(`/orders/${order.id}`);
  const [ihor, taras] = pages as [(typeof pages)[0], (typeof pages)[0]];
  // Neither press leaves before both have been made: the news of the first would take the second's button away.
  const { promise: both, resolve: letGo } = Promise.withResolvers<void>();
  let made = 0;
  for (const page of pages)
    await page.route("**/release", async (route) => {
      if (++made === pages.length) letGo();
      await both;
      await route.continue();
    });
  await Promise.all([
    ihor
      .getByRole("button", { name: /^Release/ })
      .first()
      .click(),
    // He works in Ukrainian.
    taras
      .getByRole("button", { name: /^(Release|Випустити)/ })
      .first()
      .click(),
  ]);
  await expect(ihor.getByRole("button", { name: "Copy link" }).first()).not.toHaveAttribute("aria-disabled", "true");
  const copy = taras.getByRole("button", { name: /^(Copy link|Копіювати посилання)/ }).first();
  await expect(copy).not.toHaveAttribute("aria-disabled", "true");
  expect(await attempts(order)).toHaveLength(1);
  expect(await booked(order, "link_created")).toBe(1);
});

test("ten pairs of people release over HTTP at two instances: ten links", async () => {
  for (let pair = 0; pair < 10; pair++) {
    const order = await openOrder("debit");
    const answers = await Promise.all([
      post("sales", `/orders/${order.id}/release`, {}, 0),
      post("sales2", `/orders/${order.id}/release`, {}, 1),
    ]);
    for (const answer of answers) expect(answer.status(), await answer.text()).toBeLessThan(300);
    await expect.poll(async () => (await attempts(order)).map(({ state }) => state)).toEqual(["pending"]);
    expect(await booked(order, "link_created")).toBe(1);
  }
});

test("the same press sent twice, as a browser that got no answer does, is done once and answered the same", async () => {
  const order = await openOrder("debit");
  const sales = await as("sales");
  const headers = { ...fromUs(), "idempotency-key": crypto.randomUUID() };
  const send = () => sales.post(`/api/v1/orders/${order.id}/release`, { data: {}, headers });
  const [first, second] = [await send(), await send()];
  expect(second.status()).toBe(first.status());
  expect(await second.text()).toBe(await first.text());
  expect(await attempts(order)).toHaveLength(1);
  const other = await sales.post(`/api/v1/orders/${order.id}/cancel`, { data: { reason: "x" }, headers });
  expect(other.status()).toBe(409);
});

test("two tabs edit one order: the second save shows both versions, and nothing is lost unseen", async ({
  windowOf,
}) => {
  const order = await openOrder("debit");
  const [first, second] = [await windowOf("sales"), await windowOf("sales")];
  for (const tab of [first, second]) await tab.goto(`/orders/${order.id}/edit`);
  await first.getByLabel("External reference").fill("CRM-1");
  await first.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(async () => (await orderRow(order)).external_reference).toBe("CRM-1");

  await second.getByLabel("External reference").fill("CRM-2");
  await second.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = second.getByRole("alert").filter({ hasText: "Somebody changed this order while you were editing." });
  await expect(conflict).toBeVisible();
  await expect(conflict.getByRole("row", { name: /External reference/ })).toContainText("CRM-2");
  await expect(conflict.getByRole("row", { name: /External reference/ })).toContainText("CRM-1");
  expect(await orderRow(order)).toMatchObject({ external_reference: "CRM-1" });

  await conflict.getByRole("button", { name: "Keep all of mine" }).click();
  await second.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(async () => (await orderRow(order)).external_reference).toBe("CRM-2");
});

test("a conflict is settled field by field: mine here, theirs there, and both are saved", async ({ windowOf }) => {
  const order = await openOrder("debit");
  const [first, second] = [await windowOf("sales"), await windowOf("sales2", { locale: "en-GB" })];
  await second.context().addCookies([{ name: "hp_lang", value: "en", url: app() }]);
  for (const tab of [first, second]) await tab.goto(`/orders/${order.id}/edit`);
  await first.getByLabel("External reference").fill("CRM-1");
  await first.getByLabel("Note", { exact: true }).fill("Call before ten");
  await first.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(async () => (await orderRow(order)).external_reference).toBe("CRM-1");

  await second.getByLabel("External reference").fill("CRM-2");
  await second.getByLabel("Percent of the total").fill("50");
  await second.getByRole("button", { name: "Save", exact: true }).click();
  const conflict = second.getByRole("alert").filter({ hasText: "Choose for each field whose stands." });
  const side = (field: RegExp, which: number) =>
    conflict.getByRole("row", { name: field }).getByRole("radio").nth(which);
  // What she changed is hers; what only he changed is his.
  await expect(side(/Note/, 1)).toBeChecked();
  await expect(side(/Prepayment/, 0)).toBeChecked();
  await expect(side(/External reference/, 0)).toBeChecked();
  await side(/External reference/, 1).check();
  await conflict.getByRole("button", { name: "Go on with the chosen" }).click();
  await second.getByRole("button", { name: "Save", exact: true }).click();
  await expect
    .poll(() => orderRow(order))
    .toMatchObject({ external_reference: "CRM-1", note: "Call before ten", prepayment_bp: 5000 });
});
