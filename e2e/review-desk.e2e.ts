import { expect, type Page } from "@playwright/test";
import { quiet } from "#e2e/rig/oracles";
import { runningStack } from "#e2e/rig/running-stack";
import {
  app,
  attempts,
  bank,
  bankIsItself,
  done,
  managePaymentLinks,
  newest,
  type Order,
  orderRow,
  paidOrder,
  pay,
  releasedOrder,
  service,
  sql,
  test,
} from "#e2e/stories/staff";

/**
 * Every trouble of the demo, each solved by Finance at the review desk without leaving it: late, twice, too little, a lapsed
 * hold after shipping, a refund made at the bank, money that nobody here asked for.
 */
test.afterEach(bankIsItself);

const WHOLE = { trackingNumber: null, note: null };

/** Two links, the older replaced; both are known by their place. */
async function twoLinks(more: object = {}): Promise<Order> {
  const order = await releasedOrder("liqpay", more);
  await done("sales", `/orders/${order.id}/payments`, { replace: true });
  return order;
}
async function payAttempt(order: Order, place: number): Promise<void> {
  const { id, url } = (await attempts(order))[place] ?? {};
  await bank("liqpay").act(id, { action: "pay", link: url });
}
const taskOf = ({ id }: Order, cause: string) =>
  expect
    .poll(
      async () =>
        (await sql()`select 1 from review_tasks where order_id = ${id} and cause = ${cause} and closed_at is null`)
          .length,
      {
        message: `a task: ${cause}`,
      },
    )
    .toBe(1);
const stillOpen = async ({ id }: Order): Promise<string[]> =>
  (await sql()`select cause from review_tasks where order_id = ${id} and closed_at is null`).map(({ cause }) => cause);

/** Money at our own account on an invoice that another program made; an hour later nobody has claimed it. */
async function strangersMoney(amount: number): Promise<void> {
  const debit = await service("debit");
  const reference = `crm-${crypto.randomUUID().slice(0, 8)}`;
  const response = await fetch(`${runningStack().emulators.monobank?.url}/api/merchant/invoice/create`, {
    method: "POST",
    headers: { "x-token": "test-monobank-token", "content-type": "application/json" },
    body: JSON.stringify({
      amount,
      ccy: 980,
      merchantPaymInfo: { reference, destination: "Оплата" },
      redirectUrl: app(),
      webHookUrl: `${app()}/api/webhooks/${debit}`,
    }),
  });
  const { invoiceId } = (await response.json()) as { invoiceId: string };
  await bank("monobank").act(invoiceId, { action: "pay" });
  // Several webhooks tell of it; an hour later all of them have come.
  await quiet(bank("monobank"));
  const told = () => sql()`select state from webhook_inbox where reference = ${reference}`;
  await expect.poll(async () => new Set((await told()).map(({ state }) => state))).toEqual(new Set(["unmatched"]));
  await sql().begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update webhook_inbox set received_at = received_at - interval '61 minutes' where reference = ${reference}`;
  });
  const reported = () =>
    sql()`select 1 from review_tasks t join webhook_inbox w on w.id = t.inbox_id where w.reference = ${reference}`;
  await managePaymentLinks();
  // The run, or the pulse of an instance that was quicker.
  await expect.poll(async () => (await reported()).length, { message: "a task: a report without a payment" }).toBe(1);
}

const list = (page: Page) => page.locator(".review-list");
const taskPage = (page: Page) => page.getByRole("article");

/** Chooses a task in the list beside the open one, as a person does. */
async function choose(page: Page, cause: string, about: string): Promise<void> {
  const row = list(page).getByRole("listitem").filter({ hasText: cause }).filter({ hasText: about }).first();
  const link = row.getByRole("link");
  const address = await link.getAttribute("href");
  await link.click();
  // The task may stand there already, opened by the list itself; an answer begun before the way to it has ended is lost.
  await page.waitForURL(`**${address}*`);
  await expect(taskPage(page).getByText(cause).first()).toBeVisible();
  await expect(taskPage(page).getByText(about).first()).toBeVisible();
}

/** Presses an answer, says why, confirms. */
async function answer(page: Page, button: RegExp, note: string, order?: string): Promise<void> {
  await taskPage(page).getByRole("button", { name: button }).click();
  const dialog = page.getByRole("dialog");
  if (order) {
    await dialog.getByRole("searchbox").fill(order);
    await dialog.getByRole("radio", { name: new RegExp(order) }).check();
  }
  await dialog.getByLabel("Note: why").fill(note);
  await dialog.getByRole("button").last().click();
  await expect(dialog).toBeHidden();
}

test("Finance solves a late, a double and a short payment at the desk, one after the other", async ({ windowOf }) => {
  const late = await twoLinks();
  await payAttempt(late, 0);
  await taskOf(late, "late_payment");
  const twice = await twoLinks({ prepayment: { kind: "percent", percent: "100" } });
  await payAttempt(twice, 1);
  await expect.poll(async () => (await newest(twice)).state).toBe("successful");
  await payAttempt(twice, 0);
  await taskOf(twice, "duplicate_payment");
  const short = await releasedOrder("debit");
  await pay(short, { action: "pay", amountMinor: 20_000 });
  await taskOf(short, "amount_mismatch");

  const finance = await windowOf("finance");
  await finance.goto("/review");
  await choose(finance, "Late payment", late.number);
  await finance.getByRole("button", { name: "Take it" }).click();
  await expect(list(finance).getByRole("link", { name: /^Mine/ })).toContainText(/[1-9]/);
  await answer(finance, /^Accept/, "Paid from an old chat");
  await expect(taskPage(finance).getByText("Accepted for this order")).toBeVisible();
  await expect.poll(async () => (await orderRow(late)).accepted).toBe(true);

  await choose(finance, "Paid twice", twice.number);
  await answer(finance, /^Refund/, "Paid twice");
  // It goes back at the bank, and then both questions about this money close by themselves.
  await expect(taskPage(finance).getByText("The money went back", { exact: true })).toBeVisible();
  await expect.poll(() => stillOpen(twice)).toEqual([]);

  await choose(finance, "Amount differs", short.number);
  await answer(finance, /^Accept/, "They pay the rest later");
  await expect(taskPage(finance).getByText("Accepted for this order")).toBeVisible();
  expect(await orderRow(short)).toMatchObject({ needs_review: false, secured_minor: "20000", accepted: false });

  // What was decided stays readable, with who and why.
  const closed = list(finance).getByRole("link", { name: "Done" });
  await closed.click();
  await expect(closed).toHaveAttribute("aria-current", "page");
  await choose(finance, "Late payment", late.number);
  await expect(
    taskPage(finance)
      .getByText(/Paid from an old chat/)
      .first(),
  ).toBeVisible();
  await expect(taskPage(finance).getByRole("listitem").filter({ hasText: "accepted it for this order" })).toBeVisible();
});

test("Finance solves a lapsed hold after shipping, a refund made at the bank, and money nobody asked for", async ({
  windowOf,
}) => {
  const lapsed = await paidOrder("hold");
  await done("sales", `/orders/${lapsed.id}/shipments`, WHOLE);
  await pay(lapsed, { action: "lapse_hold" });
  await done("sales", `/payments/${(await newest(lapsed)).id}/sync`);
  await taskOf(lapsed, "cover_lost_after_shipping");
  const refunded = await paidOrder("debit");
  await pay(refunded, { action: "refund_at_bank", amountMinor: 10_000 });
  await done("sales", `/payments/${(await newest(refunded)).id}/sync`);
  await taskOf(refunded, "external_refund");
  const waiting = await releasedOrder("debit");
  await strangersMoney(44_985);

  const finance = await windowOf("finance");
  await finance.goto("/review");
  await choose(finance, "Money gone after shipping", lapsed.number);
  await answer(finance, /^Make a link for ₴449\.85/, "They pay again");
  await expect.poll(async () => (await newest(lapsed)).state).toBe("pending");
  await pay(lapsed);
  // Paid again, the task is done without anybody.
  await expect.poll(() => stillOpen(lapsed)).toEqual([]);

  await choose(finance, "Refunded outside Holdpoint", refunded.number);
  await expect(taskPage(finance).getByRole("row", { name: /Refunded/ })).toContainText("differs");
  await answer(finance, /^Dismiss/, "The bank was asked by phone");
  await expect(taskPage(finance).getByText("Dismissed", { exact: true })).toBeVisible();

  await choose(finance, "Report without a payment", "₴449.85");
  await answer(finance, /^Choose order/, "The CRM's link", waiting.number);
  await expect(taskPage(finance).getByText("Attached to another order")).toBeVisible();
  await taskOf(waiting, "duplicate_payment");
  await choose(finance, "Paid twice", waiting.number);
  await answer(finance, /^Accept/, "The only payment there is");
  await expect.poll(async () => (await orderRow(waiting)).accepted).toBe(true);
  for (const order of [lapsed, refunded, waiting]) expect(await stillOpen(order)).toEqual([]);
});
