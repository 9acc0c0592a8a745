import { expect, type Page } from "@playwright/test";
import {
  as,
  attempts,
  bankIsItself,
  done,
  fromUs,
  newest,
  type Order,
  orderRow,
  post,
  releasedOrder,
  sql,
  test,
  uah,
} from "#e2e/stories/staff";

test.afterEach(bankIsItself);

const shipButton = (page: Page) => page.getByRole("button", { name: /^Ship/ }).first();
async function choose(page: Page, item: RegExp): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).filter({ visible: true }).first().click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Twenty drills: 149 950.00 in all, more than one person may record alone. */
const largeOrder = (): Promise<Order> =>
  releasedOrder("debit", {
    prepayment: { kind: "percent", percent: "100" },
    lines: [{ description: "Перфоратор SDS+ 800 Вт", quantity: "200", unit: "шт", unitPrice: uah(74_975) }],
  });

test("Ship without payment: sales asks, finance approves on another screen, the goods leave, and no money was booked", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const [ihor, olena] = [await windowOf("sales"), await windowOf("finance")];
  await ihor.goto(`/orders/${order.id}`);
  await choose(ihor, /Ship without payment/);
  const dialog = ihor.getByRole("dialog");
  await expect(dialog.getByLabel(/May leave unpaid/)).toHaveValue("449.85");
  await dialog.getByRole("button", { name: "Ask for ₴449.85" }).click();
  await expect(dialog.getByText(/Say why/)).toBeVisible();
  await dialog.getByLabel("Why").fill("A customer of ten years");
  await dialog.getByRole("button", { name: "Ask for ₴449.85" }).click();
  await expect(dialog).toBeHidden();

  const waiver = ihor.getByRole("region", { name: "Shipping without payment" });
  await expect(waiver).toContainText("once a second person approves it");
  const approve = waiver.getByRole("button", { name: "Approve" });
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await expect(approve).toHaveAccessibleDescription(/done by Finance/);
  await expect(shipButton(ihor)).toHaveAttribute("aria-disabled", "true");

  await olena.goto("/approvals");
  const row = olena.getByRole("listitem").filter({ hasText: order.number });
  await expect(row).toContainText("A customer of ten years");
  await row.getByRole("button", { name: "Approve" }).click();
  await olena.getByRole("alertdialog").getByRole("button", { name: "Approve ₴449.85" }).click();
  await expect(row).toBeHidden();
  await olena.goto("/approvals?view=live");
  await expect(olena.getByRole("listitem").filter({ hasText: order.number })).toContainText("Approved by Olena");

  await ihor.reload();
  await expect(waiver).toContainText("Approved by Olena");
  await shipButton(ihor).click();
  await ihor.getByRole("dialog").getByRole("button", { name: /^Ship/ }).click();
  await expect.poll(async () => (await orderRow(order)).shipped).toBe("fully");
  expect(await newest(order)).toMatchObject({ captured_minor: "0", held_minor: "0", state: "pending" });
  expect(await orderRow(order)).toMatchObject({ secured_minor: "0" });
});

test("who asked cannot approve, at the button and over HTTP; taken back, the gate is closed again", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const endsAt = new Date(Date.now() + 86_400_000).toISOString();
  const asked = await done("finance", `/orders/${order.id}/waivers`, { cap: uah(44_985), reason: "Because", endsAt });
  const { id } = asked.waivers[0];
  const refused = await post("finance", `/waivers/${id}/approve`);
  expect(refused.status()).toBe(409);
  expect((await refused.json()).blocker.code).toBe("FOUR_EYES");
  const olena = await windowOf("finance");
  await olena.goto(`/orders/${order.id}`);
  const approve = olena.getByRole("button", { name: "Approve" });
  await expect(approve).toHaveAccessibleDescription(/second person/);

  expect((await post("sales", `/waivers/${id}/approve`)).status()).toBe(403);
  await done("admin", `/waivers/${id}/approve`);
  expect((await orderRow(order)).accepted).toBe(true);
  await olena.reload();
  await olena.getByRole("button", { name: "Take back" }).click();
  await olena.getByRole("alertdialog").getByRole("button", { name: "Take it back" }).click();
  await expect(olena.getByText(/^The ₴449.85 prepayment is not paid/)).toBeVisible();
  expect((await orderRow(order)).accepted).toBe(false);
});

test("a bank transfer: finance records it with its paper, the link is cancelled, the order opens, and everything says it came by hand", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const page = await windowOf("finance");
  await page.goto(`/orders/${order.id}`);
  await choose(page, /Record a transfer or cash/);
  const dialog = page.getByRole("dialog");
  const record = dialog.getByRole("button", { name: "Record ₴449.85" });
  await record.click();
  await expect(dialog.getByText("Say what becomes of the link, so that nobody pays twice.")).toBeVisible();
  expect(await sql()`select 1 from offline_receipts where order_id = ${order.id}`).toHaveLength(0);
  await dialog.getByLabel("Reference").fill("UA-4711");
  await dialog.getByLabel("Proof").setInputFiles({
    name: "Виписка.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("%PDF-1.7\n%%EOF"),
  });
  await dialog.getByText(/Cancel the link: this is the same money/).click();
  await record.dblclick();
  await expect(dialog).toBeHidden();

  await expect.poll(async () => (await orderRow(order)).accepted).toBe(true);
  const states = async () => (await attempts(order)).map(({ provider, state }) => [provider, state]);
  await expect.poll(states).toEqual([
    ["monobank", "cancelled"],
    ["offline", "successful"],
  ]);
  const payment = page.getByRole("region", { name: "Payment", exact: true });
  await expect(payment).toContainText("recorded by hand");
  await expect(payment).toContainText("UA-4711");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    payment.getByRole("link", { name: "Виписка.pdf" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Виписка.pdf");
  const file = await (await as("finance")).get(new URL(download.url()).pathname);
  expect(file.headers()).toMatchObject({ "content-type": "application/pdf", "x-content-type-options": "nosniff" });
  expect(file.headers()["content-disposition"]).toMatch(/^attachment;/);
  // What somebody has sent us runs nothing and asks for nothing, wherever it is opened.
  expect(file.headers()["content-security-policy"]).toContain("default-src 'none'");

  await page.goto("/transactions/offline");
  await expect(page.getByRole("row").filter({ hasText: order.number })).toContainText("Bank transfer");
  const customer = await windowOf(null);
  await customer.goto(order.payPath);
  await expect(customer.getByText(/by bank transfer/)).toBeVisible();
  await expect(customer.getByRole("button", { name: /^Pay/ })).toHaveCount(0);

  // The same wish sent twice, and a mistake put right where everybody can see it.
  const headers = { ...fromUs(), "idempotency-key": crypto.randomUUID() };
  const data = { kind: "cash", amount: uah(100), receivedOn: "2026-01-02", reference: "K-1" };
  const finance = await as("finance");
  const send = () => finance.post(`/api/v1/orders/${order.id}/offline-payments`, { data, headers });
  const [first, second] = [await send(), await send()];
  expect(await second.text()).toBe(await first.text());
  expect(await sql()`select 1 from offline_receipts where order_id = ${order.id} and kind = 'cash'`).toHaveLength(1);
  const id = (await attempts(order))[1]?.id as string;
  await page.goto(`/transactions/${id}`);
  await page.getByRole("button", { name: "Reverse" }).first().click();
  const reversal = page.getByRole("dialog");
  await reversal.getByLabel("Why").fill("Belongs to another customer");
  await reversal.getByRole("button", { name: "Reverse ₴449.85" }).click();
  await expect(page.getByText("₴449.85 was reversed: Belongs to another customer.")).toBeVisible();
  expect((await orderRow(order)).accepted).toBe(false);
  const asked = await sql()`select 1 from provider_operations where order_id = ${order.id} and kind = 'refund'`;
  expect(asked).toHaveLength(0);
});

test("above the company's limit a second person decides, and the money counts from then on", async ({ windowOf }) => {
  const order = await largeOrder();
  const waits = await done("finance", `/orders/${order.id}/offline-payments`, {
    kind: "bank_transfer",
    amount: uah(14_995_000),
    receivedOn: "2026-01-02",
    reference: "UA-4712",
  });
  expect(waits.receipt.state).toBe("waiting");
  expect(await orderRow(order)).toMatchObject({ accepted: false, secured_minor: "0" });
  const olena = await windowOf("finance");
  await olena.goto(`/orders/${order.id}`);
  await expect(olena.getByText(/^A recorded payment of ₴149\s950\.00 waits for a second person/)).toBeVisible();
  const own = olena.getByRole("button", { name: /^Approve ₴149\s950\.00/ });
  await expect(own).toHaveAccessibleDescription(/second person/);

  const marta = await windowOf("admin");
  await marta.goto("/approvals");
  const row = marta.getByRole("listitem").filter({ hasText: order.number });
  await row.getByRole("button", { name: /^Approve/ }).click();
  const dialog = marta.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Approve/ }).click();
  await expect(dialog.getByText("Say what becomes of the link, so that nobody pays twice.")).toBeVisible();
  await dialog.getByText(/Cancel the link: this is the same money/).click();
  await dialog.getByRole("button", { name: /^Approve/ }).click();
  await expect(row).toBeHidden();
  // The row took its buttons along; the keyboard goes on at the next one, or at the views.
  await expect(marta.locator(":focus")).toHaveCount(1);
  await expect.poll(async () => orderRow(order)).toMatchObject({ accepted: true, secured_minor: "14995000" });
  expect(await newest(order)).toMatchObject({ provider: "offline", state: "successful" });
});

test("sales sees that recording money is done by Finance, and a picture that is none is not taken", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  await page.getByRole("button", { name: "More actions" }).filter({ visible: true }).first().click();
  await expect(page.getByRole("menuitem", { name: /Record a transfer or cash/ })).toContainText("done by Finance");
  const bring = async (data: Buffer, type = "application/octet-stream") =>
    (await as("finance")).post(`/api/v1/orders/${order.id}/attachments?name=a.png`, {
      data,
      headers: { ...fromUs(), "content-type": type },
    });
  expect((await bring(Buffer.from("%PDF-1.7"), "text/plain")).status()).toBe(415);
  const refused = await bring(Buffer.from("<svg onload=alert(1)>"));
  expect(refused.status()).toBe(400);
  expect((await refused.json()).errors[0].code).toBe("bad_file");
});
