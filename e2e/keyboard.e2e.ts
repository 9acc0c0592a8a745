import { expect, type Page } from "@playwright/test";
import { orderRow, paidOrder, test } from "#e2e/stories/staff";

/** Presses Tab until it stands on what is wanted; a person would give up sooner. */
async function tabTo(page: Page, wanted: () => Promise<boolean>, most = 60) {
  for (let times = 0; times < most; times++) {
    if (await wanted()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab never gets there.");
}

test("from the list to the last piece shipped without a mouse", async ({ windowOf }) => {
  const order = await paidOrder("debit");
  const page = await windowOf("sales");
  await page.goto("/orders");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  const link = page.getByRole("link", { name: new RegExp(order.number) }).first();
  await tabTo(page, () => link.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: order.number })).toBeVisible();

  // A part first: the dialog opens on the quantity, Enter sends it, and the focus comes back to where it was.
  const ship = page.getByRole("button", { name: /^Ship/ }).first();
  await expect(ship).not.toHaveAttribute("aria-disabled", "true");
  await tabTo(page, () => ship.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /^Ship SO-/ });
  const first = dialog.getByRole("textbox").first();
  await expect(first).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("0,5");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await orderRow(order)).shipped).toBe("partly");
  await expect(ship).toBeFocused();

  // Then the rest, by its letter. Escape first: a dialog that was opened by mistake changes nothing.
  await page.keyboard.press("s");
  await expect(first).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("s");
  await expect(first).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await orderRow(order)).shipped).toBe("fully");
  await expect(ship).toHaveAccessibleDescription(/nothing|everything|shipped/i);
});
