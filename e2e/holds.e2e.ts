import { expect } from "@playwright/test";
import {
  as,
  bank,
  bankIsItself,
  booked,
  done,
  fromUs,
  newest,
  type Order,
  orderRow,
  paidOrder,
  post,
  sql,
  test,
} from "#e2e/stories/staff";

test.afterEach(bankIsItself);

/** Money on the cards of three customers; of one of them the bank will say no. */
async function threeHolds(): Promise<[Order, Order, Order]> {
  const orders = await Promise.all([paidOrder("hold"), paidOrder("hold"), paidOrder("hold")]);
  return orders as [Order, Order, Order];
}
const refuse = async (order: Order) =>
  bank("monobank").fault({
    operation: "finalize",
    reference: (await newest(order)).id,
    times: 1,
    mode: "error",
    httpStatus: 400,
    errCode: "err_wrong",
    errText: "Not today",
  });
const unread = async () => (await (await (await as("finance")).get("/api/v1/notices/unread")).json()).unread as number;

/** What a person was told of the end of an order's hold. */
const warningOf = async ({ number }: Order, who: "finance" | "sales") => {
  const { rows } = await (await (await as(who)).get("/api/v1/notices?limit=50")).json();
  return (rows as { id: string; kind: string; orderNumber: string; readAt: string | null }[]).find(
    ({ kind, orderNumber }) => kind === "hold_expiring" && orderNumber === number,
  );
};

test("finance takes three holds at once: two are taken, the bank's no stands beside the third, and that one is taken later", async ({
  windowOf,
}) => {
  const [first, second, third] = await threeHolds();
  await refuse(second);
  const page = await windowOf("finance");
  await page.goto("/holds");
  const row = ({ number }: Order) => page.getByRole("row", { name: new RegExp(number) });
  for (const order of [first, second, third]) {
    await expect(row(order)).toContainText("₴449.85");
    await expect(row(order)).toContainText(/in\s\d+\sd/);
  }
  // By keys: onto a row, mark it, and the next ones by their boxes.
  await row(first).getByRole("link").focus();
  const before = await row(second).boundingBox();
  await page.keyboard.press("x");
  await expect(row(first).getByRole("checkbox")).toBeChecked();
  expect(await row(second).boundingBox(), "nothing moves under the pointer").toEqual(before);
  for (const order of [second, third]) await row(order).getByRole("checkbox").check();
  const bar = page.getByRole("toolbar", { name: "Selected holds" });
  await expect(bar).toContainText("3 selected");
  await page.keyboard.press("F9");
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("Finalize 3 holds, ₴1 349.55 in all?");
  await question.getByRole("button", { name: "Finalize ₴1 349.55" }).click();

  const report = page.getByRole("region", { name: /2 taken\. 1 not taken\./ });
  await expect(report).toBeVisible();
  await expect(report).toBeFocused();
  const line = ({ number }: Order) => report.getByRole("listitem").filter({ hasText: number });
  await expect(line(first)).toContainText("Taken.");
  await expect(line(second)).toContainText(/Not taken\..*Not today/);
  await expect(line(third)).toContainText("Taken.");
  await expect(row(first)).toHaveCount(0);
  await expect(row(third)).toHaveCount(0);
  await expect(row(second)).toContainText("The bank said: Not today");
  for (const order of [first, third]) {
    expect(await booked(order, "captured")).toBe(1);
    expect(await orderRow(order)).toMatchObject({ accepted: true, held_minor: "0" });
  }
  expect(await newest(second)).toMatchObject({ state: "withholding" });

  await report.getByRole("button", { name: "Close" }).click();
  await row(second).getByRole("checkbox").check();
  await page.keyboard.press("F9");
  await expect(question).toContainText("Finalize this hold of ₴449.85?");
  await page.keyboard.press("y");
  await expect(page.getByRole("region", { name: /^1 taken\.$/ })).toBeVisible();
  expect(await booked(second, "captured")).toBe(1);
});

test("the same wish sent twice, or by somebody who may not: nothing is taken twice, nothing without the right", async () => {
  const [first, second, third] = await threeHolds();
  const wish = await Promise.all(
    [first, second].map(async (order) => ({
      paymentId: (await newest(order)).id,
      held: { amount: 44_985, currency: "UAH" },
    })),
  );
  const refused = await post("sales", "/holds/finalize", { holds: wish });
  expect(refused.status()).toBe(403);
  expect(await newest(first)).toMatchObject({ state: "withholding" });

  const send = async () =>
    (await as("finance")).post("/api/v1/holds/finalize", {
      data: { holds: wish },
      headers: { ...fromUs(), "idempotency-key": `bulk-${first.id}` },
    });
  const answer = await send();
  const again = await send();
  expect(again.headers()["idempotency-replayed"]).toBe("true");
  expect(await again.json()).toEqual(await answer.json());
  for (const order of [first, second]) await expect.poll(async () => (await newest(order)).state).toBe("successful");
  // Another wish with the same words, under no key at all.
  const { rows } = await done("finance", "/holds/finalize", { holds: wish });
  expect(rows.map(({ result }: { result: string }) => result)).toEqual(["taken", "taken"]);
  for (const order of [first, second]) expect(await booked(order, "captured")).toBe(1);

  const stale = [{ paymentId: (await newest(third)).id, held: { amount: 1, currency: "UAH" } }];
  expect((await done("finance", "/holds/finalize", { holds: stale })).rows[0].result).toBe("changed");
  expect((await post("finance", "/holds/finalize", { holds: [] })).status()).toBe(400);
  await done("finance", `/payments/${(await newest(third)).id}/release-hold`);
});

test("the bell rings for a hold near its end, leads to it, and everybody reads only their own", async ({
  windowOf,
}) => {
  const order = await paidOrder("hold");
  const { id } = await newest(order);
  const page = await windowOf("finance");
  await page.goto("/orders");
  // Three hours are left of nine days; the pulse between two runs notices.
  await sql()`update payments set hold_expires_at = now() + interval '3 hours' where id = ${id}`;
  await expect.poll(() => warningOf(order, "finance"), { timeout: 60_000 }).toMatchObject({ readAt: null });
  await page.reload();
  const bell = page.getByRole("button", { name: /^Notifications/ }).last();
  // Other news may come as well: the bell says what the server says, now or at its next look.
  const rung = async () => (await bell.getAttribute("aria-label")) === `Notifications, Unread: ${await unread()}`;
  await expect.poll(rung, { message: "the bell says how many", timeout: 60_000 }).toBe(true);
  await bell.click();
  const notice = page
    .getByRole("region", { name: "Notifications" })
    .getByRole("listitem")
    .filter({ hasText: order.number })
    .getByRole("link", { name: /The hold of ₴449\.85 ends in less than 4 h/ });
  await notice.click();
  await expect(page).toHaveURL(new RegExp(`/transactions/${id}`));
  await expect.poll(() => warningOf(order, "finance")).toMatchObject({ readAt: expect.any(String) });
  await expect(page.getByText("ends in less than 4 h").first()).toBeVisible();

  const theirs = await warningOf(order, "sales");
  expect(theirs).toMatchObject({ readAt: null });
  expect(theirs?.id).not.toBe((await warningOf(order, "finance"))?.id);
  // Naming somebody else's changes nothing of theirs.
  await done("finance", "/notices/read", { ids: [theirs?.id] });
  expect(await warningOf(order, "sales")).toMatchObject({ readAt: null });
  await done("sales", "/notices/read", { upTo: theirs?.id });
  expect(await warningOf(order, "sales")).toMatchObject({ readAt: expect.any(String) });
  await done("finance", `/payments/${id}/finalize`);
});

test("notices that are opened before the page's script has come are listed when it comes", async ({ windowOf }) => {
  const order = await paidOrder("debit");
  const page = await windowOf("sales");
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  await page.route("**/_next/static/**/*.js", async (route) => {
    await opened;
    await route.continue();
  });
  const going = page.goto("/orders");
  const panel = page.locator("#notices");
  // As the browser opens it by itself, without any script of ours.
  await panel.evaluate((closed) => (closed as HTMLElement).showPopover());
  await expect(panel).toBeEmpty();
  open();
  await going;
  await expect(panel.getByRole("listitem").filter({ hasText: order.number }).first()).toBeVisible();
});

test("what a person does not want to hear of is not counted, and the choice is kept on the page", async ({
  windowOf,
}) => {
  const page = await windowOf("sales");
  await page.goto("/settings/notifications");
  const box = page.getByRole("checkbox", { name: "Your order is paid: Here" });
  await expect(box).toBeChecked();
  await box.uncheck();
  await expect
    .poll(async () => (await (await (await as("sales")).get("/api/v1/me/preferences")).json()).notices.paid)
    .toEqual({
      app: false,
      mail: false,
    });
  const order = await paidOrder("debit");
  expect(await sql()`select 1 from notices where order_id = ${order.id} and kind = 'paid'`).toHaveLength(0);
  await page.reload();
  await expect(box).not.toBeChecked();
  await box.check();
  await expect
    .poll(async () => (await (await (await as("sales")).get("/api/v1/me/preferences")).json()).notices.paid.app)
    .toBe(true);
});

test("the foot of finance's phone offers to finalize what is held", async ({ windowOf }) => {
  const order = await paidOrder("hold");
  const page = await windowOf("finance", { viewport: { width: 360, height: 740 } });
  await page.goto(`/orders/${order.id}`);
  await page.locator(".bottom-bar").getByRole("button", { name: "Finalize amount" }).click();
  await expect(page.getByRole("dialog", { name: "Finalize held money" })).toBeVisible();
});
