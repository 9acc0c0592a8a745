import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import { app, attempts, bankIsItself, done, newest, type Order, releasedOrder, sql, test } from "#e2e/stories/staff";

/** Handing an order's link over: one dialog with every way to do it, and a line in the history for each. */

test.afterEach(bankIsItself);

const CUSTOMER = { name: "ТОВ «Ромашка Буд»", email: "o.hnatiuk@romashka.example", phone: "+380501234567" };
const ukrainian = () => releasedOrder("debit", { language: "uk", customer: { ...CUSTOMER, language: "uk" } });
const told = async ({ id }: Order) =>
  (
    await sql()`select params, actor_name from order_timeline
      where order_id = ${id} and kind = 'link.shared' order by id`
  ).map(({ params, actor_name }) => [params.channel, params.recipient ?? null, actor_name]);
const link = (order: Order) => `${app()}${order.payPath}`;

async function opened(page: Page, order: Order) {
  await page.goto(`/orders/${order.id}`);
  await page
    .getByRole("button", { name: /^Send link/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog", { name: `Send the link of ${order.number}` });
  await expect(dialog.getByLabel("What the customer reads")).toBeVisible();
  return dialog;
}

test("the ready words are in the customer's language, can be changed, and travel by every way there is", async ({
  windowOf,
}) => {
  const order = await ukrainian();
  const page = await windowOf("sales", { permissions: ["clipboard-read", "clipboard-write"] });
  const dialog = await opened(page, order);
  const words = dialog.getByLabel("What the customer reads");
  await expect(words).toHaveValue(new RegExp(`^Вітаємо! .*Передоплата: 449,85.₴.*\\n${link(order)}$`));
  await dialog.getByRole("radio", { name: "English" }).click();
  await expect(words).toHaveValue(/^Hello! .*Prepayment: ₴449\.85\./);

  await words.fill("Добрий день, ось рахунок");
  await expect(dialog.getByText("The link will be put at the end")).toBeVisible();
  const said = `Добрий день, ось рахунок\n${link(order)}`;
  for (const [name, address] of [
    ["Viber", "viber://forward?text="],
    ["WhatsApp", "https://wa.me/380501234567?text="],
  ] as const)
    await expect(dialog.getByRole("link", { name })).toHaveAttribute("href", address + encodeURIComponent(said));
  await expect(dialog.getByRole("link", { name: "Telegram" })).toHaveAttribute(
    "href",
    `https://t.me/share/url?url=${encodeURIComponent(link(order))}&text=${encodeURIComponent("Добрий день, ось рахунок")}`,
  );
  await dialog.getByRole("button", { name: "Copy the text" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(said);
  await page.context().route(/wa\.me/, (route) => route.fulfill({ body: "" }));
  const elsewhere = page.context().waitForEvent("page");
  await dialog.getByRole("link", { name: "WhatsApp" }).click();
  await (await elsewhere).close();
  await expect(dialog.getByRole("listitem").filter({ hasText: "WhatsApp" })).toContainText(CUSTOMER.phone);
  await expect
    .poll(async () => (await told(order)).sort())
    .toEqual([
      ["copy", null, expect.any(String)],
      ["whatsapp", CUSTOMER.phone, expect.any(String)],
    ]);
});

type Mail = { to: string[]; subject: string; text: string; html: string };
const mailsTo = async (address: string): Promise<Mail[]> =>
  (await (await fetch(`${runningStack().inboxUrl}/mails.json`)).json()).filter(({ to }: Mail) => to.includes(address));

test("an e-mail is sent once however it is pressed, again in one press, and a scanner that follows its links changes nothing", async ({
  windowOf,
}) => {
  const to = `o.hnatiuk+${Date.now()}@romashka.example`;
  const order = await releasedOrder("debit", { language: "uk", customer: { ...CUSTOMER, email: to, language: "uk" } });
  // Releasing has asked for the money by itself.
  await expect.poll(async () => (await mailsTo(to)).length, { timeout: 90_000 }).toBe(1);
  const page = await windowOf("sales");
  const dialog = await opened(page, order);
  const history = dialog.getByRole("listitem");
  await expect(history).toHaveText([/E-mail.*by itself/]);

  await dialog.getByLabel("What the customer reads").fill("Добрий день! Нагадую про рахунок.");
  await dialog.getByRole("button", { name: "Send e-mail" }).dblclick();
  await expect.poll(async () => (await mailsTo(to)).length, { timeout: 90_000 }).toBe(2);
  const mine = (await mailsTo(to)).filter(({ text }) => text.includes("Нагадую про рахунок"));
  expect(mine).toHaveLength(1);
  expect(mine[0]?.text).toContain(link(order));
  await expect(history.first()).toContainText(to);
  expect(await told(order)).toEqual([["email", to, expect.any(String)]]);

  await expect(history.first()).toContainText(", sent");
  await history.first().getByRole("button", { name: "Send again" }).click();
  await expect.poll(async () => (await mailsTo(to)).length, { timeout: 90_000 }).toBe(3);

  const everything = () => sql()`select (select json_agg(p) from payments p where p.order_id = ${order.id}) as payments,
    (select json_agg(s) from order_opens s where s.order_id = ${order.id}) as opens,
    (select count(*) from order_timeline t where t.order_id = ${order.id} and t.source = 'customer') as told`;
  // The schedule's own question about the link would be a change too.
  await sql()`update payments set next_sync_at = now() + interval '1 day' where order_id = ${order.id}`;
  const before = await everything();
  const links = (await mailsTo(to)).flatMap(
    ({ text, html }) => `${text} ${html}`.match(/https?:\/\/[^\s"<>)]+/g) ?? [],
  );
  const ours = [...new Set(links.map((address) => address.replaceAll("&amp;", "&")))].filter((address) =>
    address.startsWith(app()),
  );
  expect(ours).toContain(link(order));
  for (const address of ours)
    for (const method of ["HEAD", "GET"]) expect((await fetch(address, { method })).status).toBeLessThan(500);
  expect(await everything()).toEqual(before);
});

test("the QR code is a picture that can be saved and a sheet that can be printed", async ({ windowOf }) => {
  const order = await releasedOrder();
  const page = await windowOf("sales");
  await page.addInitScript(() => {
    window.print = () => {
      document.documentElement.dataset.printed = document.querySelector(".qr-sheet")?.textContent ?? "nothing";
    };
  });
  await page.goto(`/orders/${order.id}`);
  await page.getByRole("button", { name: "Show a QR code" }).click();
  const dialog = page.getByRole("dialog", { name: /Send the link/ });
  await expect(dialog.getByRole("img", { name: `QR code of ${link(order)}` })).toBeVisible();
  const channels = async () => (await told(order)).map(([channel]) => channel);
  await expect.poll(channels).toEqual(["qr"]);
  const saving = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save the picture" }).click();
  const picture = await saving;
  expect(picture.suggestedFilename()).toBe(`${order.number}-qr.png`);
  expect(
    readFileSync(await picture.path())
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  await expect.poll(channels).toEqual(["qr", "qr_picture"]);
  await dialog.getByRole("button", { name: "Print" }).click();
  await expect(page.locator("html")).toHaveAttribute(
    "data-printed",
    new RegExp(`${order.number}.*449\\.85.*${order.payPath}`),
  );
  await expect.poll(channels).toEqual(["qr", "qr_picture", "qr_print"]);
});

test("a link that has died offers a new one in the same place", async ({ windowOf }) => {
  const order = await releasedOrder();
  const page = await windowOf("sales");
  const dialog = await opened(page, order);
  await done("sales", `/payments/${(await newest(order)).id}/cancel`);
  await page.bringToFront();
  await expect(dialog.getByText("This link can no longer be paid.")).toBeVisible();
  await dialog.getByRole("button", { name: "New link for ₴449.85" }).click();
  await expect(dialog.getByLabel("What the customer reads")).toHaveValue(/₴449\.85/);
  await expect.poll(() => attempts(order)).toMatchObject([{ state: "cancelled" }, { state: "pending" }]);
});

test("by keyboard alone, on a telephone, in both languages and both lights", async ({ windowOf }) => {
  const order = await ukrainian();
  for (const [lang, colorScheme] of [
    ["en", "light"],
    ["uk", "dark"],
  ] as const) {
    const page = await windowOf("sales", { viewport: { width: 360, height: 740 }, colorScheme });
    await page.context().addCookies([{ name: "hp_lang", value: lang, url: app() }]);
    await page.goto(`/orders/${order.id}`);
    await expect(page.getByRole("heading", { level: 1, name: order.number })).toBeVisible();
    const dialog = page.getByRole("dialog");
    await page.keyboard.press("Shift+L");
    await expect(dialog.getByRole("textbox").first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).include("[role=dialog]").analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  }
});

test("finance is told who may send it, and the server says the same", async ({ windowOf }) => {
  const order = await releasedOrder();
  const page = await windowOf("finance");
  await page.goto(`/orders/${order.id}`);
  await expect(page.getByRole("button", { name: /^Send link/ }).first()).toHaveAttribute("aria-disabled", "true");
  const { id } = await newest(order);
  const answer = await page.request.post(`/api/v1/payments/${id}/shares`, {
    data: { channel: "email" },
    headers: { origin: app(), "sec-fetch-site": "same-origin" },
  });
  expect(answer.status()).toBe(403);
  expect(await told(order)).toEqual([]);
});
