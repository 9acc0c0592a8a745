import { expect } from "@playwright/test";
import {
  attempts,
  bank,
  bankIsItself,
  done,
  managePaymentLinks,
  type Order,
  orderRow,
  paidOrder,
  releasedOrder,
  sql,
  test,
} from "#e2e/stories/staff";

test.afterEach(bankIsItself);

/** A deposit held on a card, and a live link for the rest. */
async function heldWithLiveLink(): Promise<Order> {
  const order = await paidOrder("hold");
  await done("sales", `/orders/${order.id}/payments`, { forBalance: true });
  return order;
}
const booked = async (order: Order, attempt: number, kind: string) =>
  (await bank("monobank").linesOf((await attempts(order))[attempt - 1]?.id)).filter((line) => line.kind === kind)
    .length;

test("cancelling an order with a hold: each step with its amount before, and with the bank's word after", async ({
  windowOf,
}) => {
  const order = await heldWithLiveLink();
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /Cancel order/ }).click();
  const dialog = page.getByRole("dialog");
  const steps = dialog.getByRole("listitem");
  await expect(steps).toHaveText([
    "monobank cancels the link for ₴1 049.65: the customer can no longer pay by it.",
    "monobank lets go of the hold of ₴449.85: it goes back to the customer.",
  ]);
  // Without a reason nothing is sent.
  await dialog.getByRole("button", { name: "Cancel the order" }).click();
  await expect(dialog.getByText("Write why, in a few words.")).toBeVisible();
  expect(await orderRow(order)).toMatchObject({ cancel_requested_at: null });

  await dialog.getByLabel("Why is it cancelled?").fill("The customer changed their mind");
  await dialog.getByRole("button", { name: "Cancel the order" }).click();
  await expect(dialog.getByRole("heading", { name: `${order.number} is cancelled` })).toBeVisible();
  await expect(steps.filter({ hasText: "monobank confirmed it" })).toHaveCount(2);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("The order was cancelled: The customer changed their mind.")).toBeVisible();
  expect(await orderRow(order)).toMatchObject({ status: "cancelled", secured_minor: "0" });
  expect([await booked(order, 1, "released"), await booked(order, 2, "removed")]).toEqual([1, 1]);
});

test("the bank's answer is lost: the order waits and says for whom; the task finishes it in front of whoever looks", async ({
  windowOf,
}) => {
  const order = await paidOrder("hold");
  await bank("monobank").webhooks({ mode: "lost" });
  await bank("monobank").fault({ operation: "cancel", mode: "commit_then_drop", times: 1 });
  // Nor does it say how it ended, so that nobody is quicker than whoever looks.
  await bank("monobank").fault({ operation: "status", mode: "503", times: 1_000 });
  await done("sales", `/orders/${order.id}/cancel`, { reason: "Out of stock" });
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await expect(page.getByText("This order is being cancelled.")).toBeVisible();
  await expect(page.getByText(/monobank has still to confirm, then it is cancelled/)).toBeVisible();
  const ship = page.getByRole("button", { name: /^Ship/ }).first();
  await expect(ship).toHaveAttribute("aria-disabled", "true");

  await bank("monobank").noFaults();
  // A question that the bank has just refused puts the next one off: until the task has had its turn, the time for it comes again.
  const taskRuns = async () => {
    await sql()`update provider_operations set next_attempt_at = now(), locked_until = null where order_id = ${order.id} and state in ('planned', 'sent', 'unknown')`;
    await managePaymentLinks();
    return (await orderRow(order)).status;
  };
  await expect.poll(taskRuns).toBe("cancelled");
  await expect(page.getByText("This order is being cancelled.")).toBeHidden();
  await expect(page.getByText("Cancelled").first()).toBeVisible();
  expect(await booked(order, 1, "released")).toBe(1);
});

test("an order whose money was taken: cancelled at once, and Finance has the sum on the desk", async ({ windowOf }) => {
  const order = await paidOrder("debit");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /Cancel order/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem")).toHaveText([
    "₴449.85 is already taken. It is not sent back by itself: Finance gets a task with this sum.",
  ]);
  await dialog.getByLabel("Why is it cancelled?").fill("Sold out");
  await dialog.getByRole("button", { name: "Cancel the order" }).click();
  await expect(dialog.getByText("Finance has the task")).toBeVisible();
  const [task] = await sql()`select cause, closed_at from review_tasks where order_id = ${order.id}`;
  expect(task).toMatchObject({ cause: "refund_proposed", closed_at: null });
});

test("money of another order that was attached here is named before the press, and proposed to go back after it", async ({
  windowOf,
}) => {
  const payer = await releasedOrder("liqpay");
  const [late] = await attempts(payer);
  await done("sales", `/orders/${payer.id}/payments`, { replace: true });
  await bank("liqpay").act(late?.id, { action: "pay", link: late?.url });
  const task = async () =>
    (await sql()`select id from review_tasks where payment_id = ${late?.id} and cause = 'late_payment'`)[0];
  await expect.poll(task).toBeTruthy();
  const order = await releasedOrder("debit");
  const answer = { answer: "attach", note: "They meant this one", toOrderId: order.id };
  await done("finance", `/reviews/${(await task())?.id}/resolve`, answer);

  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /Cancel order/ }).click();
  const steps = page.getByRole("dialog").getByRole("listitem");
  const told = `₴449.85 of order ${payer.number} counts for this one. It is not sent back by itself: Finance gets a task with this sum.`;
  await expect(steps.last()).toHaveText(told);
  await page.getByLabel("Why is it cancelled?").fill("Sold out");
  await page.getByRole("button", { name: "Cancel the order" }).click();
  await expect(steps.last()).toHaveText(`${told}Finance has the task`);
  const proposed = sql()`select 1 from review_tasks where order_id = ${order.id} and cause = 'refund_proposed'`;
  expect(await proposed).toHaveLength(1);
});
