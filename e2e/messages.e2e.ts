import { expect } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import { done, service, test, uah } from "#e2e/stories/staff";

/** Mail as staff see it: how it reads, what became of it, and what to do where it did not arrive. */

/** A queue, a mail server and a page that asks now and then lie between an order and the word on it. */
const SENT = { timeout: 90_000 };

type Mail = { to: string[]; subject: string; text: string; html: string };
const mailsTo = async (address: string): Promise<Mail[]> =>
  (await (await fetch(`${runningStack().inboxUrl}/mails.json`)).json()).filter(({ to }: Mail) => to.includes(address));

async function releasedFor(email: string): Promise<{ id: string; number: string }> {
  const order = await done("sales", "/orders", {
    customer: { name: "ТОВ «Ромашка Буд»", email, language: "en" },
    language: "en",
    paymentServiceId: await service("debit"),
    prepayment: { kind: "percent", percent: "50" },
    lines: [{ description: "Перфоратор", quantity: "1", unitPrice: uah(100_000) }],
  });
  await done("sales", `/orders/${order.id}/release`);
  return order;
}

test("a refused address is seen on the order, put right and sent to again in two presses", async ({ windowOf }) => {
  const order = await releasedFor("o.hnatiuk@refused.example");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  const panel = page.getByRole("region", { name: "Messages" });
  await expect(panel.getByText("Refused", { exact: true })).toBeVisible(SENT);
  await expect(panel).toContainText("There is no such mailbox here");
  await panel.getByRole("button", { name: "Send to another address than o.hnatiuk@refused.example" }).click();
  const right = `o.hnatiuk.${order.number.toLowerCase()}@romashka.example`;
  await panel.getByLabel("E-mail address").fill(right);
  await panel.getByRole("button", { name: "Send", exact: true }).click();
  await expect(panel.getByText("Sent", { exact: true })).toBeVisible(SENT);
  const mails = await mailsTo(right);
  expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining(`order ${order.number}`)]);
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText(right);
});

test("mail that comes back after it was sent is seen on the order, and goes to another address", async ({
  windowOf,
}) => {
  const order = await releasedFor("bounce@romashka.example");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  const panel = page.getByRole("region", { name: "Messages" });
  await expect(panel.getByText("Came back", { exact: true })).toBeVisible(SENT);
  await expect(panel).toContainText("There is no such mailbox");
  await expect(panel).toContainText("550 5.1.1 The mailbox of this customer does not exist");
  await expect(page.getByRole("region", { name: "Timeline" })).toContainText(
    "The payment request to bounce@romashka.example came back: there is no such mailbox.",
  );
  await page.getByRole("button", { name: /^Notifications/ }).click();
  await expect(
    page.getByText("The message to bounce@romashka.example came back", { exact: false }).first(),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "Notifications" })).toBeHidden();
  await expect(page).toHaveURL(new RegExp(`/orders/${order.id}$`));

  await panel.getByRole("button", { name: "Send to another address than bounce@romashka.example" }).click();
  const right = `o.${order.number.toLowerCase()}@romashka.example`;
  await panel.getByLabel("E-mail address").fill(right);
  await panel.getByRole("button", { name: "Send", exact: true }).click();
  await expect(panel.getByText("Sent", { exact: true })).toBeVisible(SENT);
  expect(await mailsTo(right)).toHaveLength(1);
});

test("an admin writes the company's own text, sees it as it will look, tries it on themselves and goes back", async ({
  windowOf,
}) => {
  const page = await windowOf("admin");
  await page.goto("/settings/messages");
  await page.getByRole("button", { name: "Money on its way back" }).click();
  const subject = page.getByRole("textbox", { name: "Subject" });
  await expect(page.getByText("This is the built-in text.")).toBeVisible();
  await subject.fill("{company} gives back {amuont}");
  await expect(page.getByText("{amuont} means nothing here")).toBeVisible();
  await subject.fill("{company} gives back {amount} <for> {order}");
  const seen = /^ТОВ «Дніпро Інструмент» gives back ₴11\s050\.00 <for> SO-001042$/;
  await expect(page.getByText(seen)).toBeVisible();
  await expect(page.frameLocator("iframe").getByText("goes to the card you paid with")).toBeVisible();
  const mine = async () => (await mailsTo("admin@holdpoint.test")).filter((mail) => seen.test(mail.subject));
  const before = (await mine()).length;
  await page.getByRole("button", { name: "Send a test to admin@holdpoint.test" }).click();
  await expect(page.getByText("Sent to admin@holdpoint.test.")).toBeVisible();
  expect(await mine()).toHaveLength(before + 1);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The company’s own text: Marta Bondar")).toBeVisible();
  await page.getByRole("button", { name: "Back to the built-in text" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Back to the built-in text" }).click();
  await expect(page.getByText("This is the built-in text.")).toBeVisible();

  const automatic = page.getByRole("switch", { name: "Sent by itself" });
  await expect(automatic).toBeChecked();
  const kept = () => page.waitForResponse((answer) => answer.request().method() === "PATCH" && answer.ok());
  const off = kept();
  await page.getByText("Sent by itself").click();
  await expect(automatic).not.toBeChecked();
  await off;
  await page.reload();
  await page.getByRole("button", { name: "Money on its way back" }).click();
  await expect(automatic).not.toBeChecked();
  const on = kept();
  await page.getByText("Sent by itself").click();
  await expect(automatic).toBeChecked();
  await on;
});
