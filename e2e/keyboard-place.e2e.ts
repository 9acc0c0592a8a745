import { expect, type Locator, type Page } from "@playwright/test";
import {
  attempts,
  bankIsItself,
  done,
  newest,
  orderRow,
  paidOrder,
  releasedOrder,
  test,
  uah,
} from "#e2e/stories/staff";

/**
 * Who works by keys goes on where they were: a dialog that closes, whatever it did, leaves the focus on the page and never at
 * the top of the document.
 */
test.afterEach(bankIsItself);

const dialogs = (page: Page) => page.locator('[role="dialog"], [role="alertdialog"]:not(.toast)');
const place = (page: Page) => page.locator("#main:focus, #main :focus");

/** Presses what is named, with the keyboard. */
async function enter(what: Locator): Promise<void> {
  await what.focus();
  await what.press("Enter");
}
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).filter({ visible: true });

async function fromMenu(page: Page, item: RegExp): Promise<void> {
  await enter(button(page, "More actions").first());
  await enter(page.getByRole("menuitem", { name: item }));
}

/** Opened and closed twice: by Escape, and by the button that does nothing. */
async function closedUndone(page: Page, open: () => Promise<void>, leave: RegExp): Promise<void> {
  const button = dialogs(page).getByRole("button", { name: leave }).last();
  for (const close of [() => page.keyboard.press("Escape"), () => enter(button)]) {
    await open();
    // The menu that it was chosen from goes away beside it.
    await expect(button).toBeVisible();
    await expect(dialogs(page)).toHaveCount(1);
    await expect(dialogs(page).and(page.locator(":focus, :has(:focus)"))).toHaveCount(1);
    await close();
    await expect(dialogs(page)).toHaveCount(0);
    await expect(place(page), `a place after ${leave}`).toHaveCount(1);
  }
}

test("a dialog of the order page that is closed undone, by Escape or by its button, gives the keyboard its place back", async ({
  windowOf,
}) => {
  const page = await windowOf("admin");
  const waiting = await releasedOrder("debit");
  await page.goto(`/orders/${waiting.id}`);
  await closedUndone(page, () => enter(button(page, /^Send link/).first()), /^Close/);
  for (const [item, leave] of [
    [/Record a transfer/, /^Leave it/],
    [/Ship without payment/, /^Leave it/],
    [/Replace the link/, /^Keep the link/],
    [/Cancel order/, /^Keep the order/],
  ] as const)
    await closedUndone(page, () => fromMenu(page, item), leave);
  await closedUndone(page, () => enter(button(page, /^Cancel invoice/)), /^Keep the link/);
  await closedUndone(page, () => enter(button(page, /^Reopen/).first()), /^Keep it released/);
});

test("so do the dialogs of money that is held, and one that was opened by its letter", async ({ windowOf }) => {
  const page = await windowOf("admin");
  const held = await paidOrder("hold");
  await page.goto(`/orders/${held.id}`);
  await closedUndone(page, () => enter(button(page, /^Ship/).first()), /^Not now/);
  await closedUndone(page, () => enter(button(page, /^Finalize/).first()), /^Keep the hold/);
  await closedUndone(page, () => enter(button(page, /^Release hold/)), /^Keep the hold/);
  // Opened by a letter, with nothing in focus before.
  await page.getByRole("heading", { level: 1 }).click();
  await closedUndone(page, () => page.keyboard.press("s"), /^Not now/);
});

test("a dialog that has done its work takes its button along; the keyboard goes on beside it", async ({ windowOf }) => {
  const page = await windowOf("admin");
  const order = await releasedOrder("debit");
  await page.goto(`/orders/${order.id}`);

  await fromMenu(page, /Ship without payment/);
  await dialogs(page).getByLabel("Why").fill("A customer of ten years");
  await enter(dialogs(page).getByRole("button", { name: "Ask for" }));
  await expect(page.getByRole("region", { name: "Shipping without payment" })).toBeVisible();
  await expect(place(page)).toHaveCount(1);

  await enter(button(page, /^Withdraw/));
  await enter(dialogs(page).getByRole("button", { name: "Take it back" }));
  await expect(page.getByRole("region", { name: "Shipping without payment" })).toBeHidden();
  await expect(place(page)).toHaveCount(1);

  await enter(button(page, /^Cancel invoice/));
  await enter(dialogs(page).getByRole("button", { name: "Cancel the link" }));
  await expect.poll(async () => (await newest(order)).state).toBe("cancelled");
  await expect(button(page, /^Delete invoice/)).not.toHaveAttribute("aria-disabled", "true");
  await expect(place(page)).toHaveCount(1);
  await enter(button(page, /^Delete invoice/));
  await enter(dialogs(page).getByRole("button").last());
  await expect.poll(async () => (await attempts(order))[0]?.deleted_at).not.toBeNull();
  await expect(button(page, /^Delete invoice/)).toBeHidden();
  await expect(place(page)).toHaveCount(1);

  await fromMenu(page, /Cancel order/);
  await dialogs(page).getByLabel("Why is it cancelled?").fill("Sold out");
  await enter(dialogs(page).getByRole("button", { name: "Cancel the order" }));
  await expect.poll(async () => (await orderRow(order)).status).toBe("cancelled");
  await expect(dialogs(page)).toHaveCount(0);
  await expect(page.getByText("Cancelled").first()).toBeVisible();
  await expect(place(page)).toHaveCount(1);
});

test("an approved row leaves the list, and the keyboard goes on at the next one", async ({ windowOf }) => {
  const endsAt = new Date(Date.now() + 86_400_000).toISOString();
  const [first, second] = [await releasedOrder("debit"), await releasedOrder("debit")];
  for (const { id } of [first, second])
    await done("sales", `/orders/${id}/waivers`, { cap: uah(44_985), reason: "Because", endsAt });
  const page = await windowOf("finance");
  await page.goto("/approvals");
  const rowOf = ({ number }: { number: string }) => page.getByRole("listitem").filter({ hasText: number });
  await expect(rowOf(second)).toBeVisible();
  // Which of the two stands above is the list's own affair.
  const numbers = await page.getByRole("listitem").allInnerTexts();
  const at = (order: { number: string }) => numbers.findIndex((text) => text.includes(order.number));
  const [upper, lower] = at(first) < at(second) ? [first, second] : [second, first];
  await enter(rowOf(upper).getByRole("button", { name: "Approve" }));
  await enter(dialogs(page).getByRole("button", { name: "Approve" }));
  await expect(rowOf(upper)).toBeHidden();
  await expect(rowOf(lower).getByRole("button", { name: "Approve" })).toBeFocused();
});
