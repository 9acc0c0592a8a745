import { expect } from "@playwright/test";
import { bankIsItself, releasedOrder, test } from "#e2e/stories/staff";

test.afterEach(bankIsItself);

test("a dialog that cannot be fetched costs a sentence, not the page, and opens by itself when the network is back", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  const heading = page.getByRole("heading", { name: order.number });
  await page.context().setOffline(true);
  await page.keyboard.press("Shift+L");
  const said = page.getByRole("alert").filter({ hasText: "could not be opened" });
  await expect(said).toBeVisible();
  await expect(heading).toBeVisible();
  await said.getByRole("button", { name: "Close" }).click();
  await expect(said).toBeHidden();
  await page.keyboard.press("Shift+L");
  await expect(said).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByRole("dialog", { name: `Send the link of ${order.number}` })).toBeVisible();
  await expect(said).toBeHidden();
});

test("without a network it is said that nothing was sent, not that nobody knows", async ({ windowOf }) => {
  const order = await releasedOrder("debit");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await page.context().setOffline(true);
  await page.keyboard.press("u");
  await expect(page.getByRole("alert").filter({ hasText: "You are offline, so nothing was sent" })).toBeVisible();
  await expect(page.getByText("We don’t know yet whether this went through")).toBeHidden();
});
