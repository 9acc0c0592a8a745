import { expect, type Page } from "@playwright/test";
import postgres from "postgres";
import { runningStack } from "#e2e/rig/running-stack";
import { bankIsItself, newest, type Order, paidOrder, pay, post, releasedOrder, sql, test } from "#e2e/stories/staff";

test.afterEach(bankIsItself);

const shipButton = (page: Page) => page.getByRole("button", { name: /^Ship/ }).first();

/** Posts a shipment past every workflow, as the role the application connects as. */
async function shipBySql({ id }: Order): Promise<string> {
  const app = postgres(runningStack().appUrl, { max: 1, onnotice: () => {} });
  const shipment = `shp_${crypto.randomUUID().slice(0, 8)}`;
  try {
    await app.begin(async (tx) => {
      await tx`insert into shipments (id, order_id, number) values (${shipment}, ${id}, ${shipment})`;
      // Whatever the gate says, nothing of this stays.
      throw new Error("allowed");
    });
    return "never";
  } catch (fault) {
    const { constraint_name, message } = fault as { constraint_name?: string; message: string };
    return constraint_name ?? message;
  } finally {
    await app.end({ timeout: 2 });
  }
}

test("shipping before payment is refused at the button, over HTTP and by SQL; once paid, all three are open", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);

  await expect(shipButton(page)).toHaveAttribute("aria-disabled", "true");
  await expect(shipButton(page)).toHaveAccessibleDescription(/₴449\.85 prepayment is not paid/);
  // A finger presses it all the same, and is told why.
  await shipButton(page).click({ force: true });
  await expect(page.getByRole("dialog")).toHaveCount(0);

  for (const [who, path] of [
    ["sales", "shipments"],
    ["finance", "invoices"],
  ] as const) {
    const refused = await post(who, `/orders/${order.id}/${path}`);
    expect(refused.status()).toBe(409);
    expect(refused.headers()["content-type"]).toContain("application/problem+json");
    expect(await refused.json()).toMatchObject({
      blocker: { code: "AWAITING_PAYMENT", params: { missing: { amount: 44_985, currency: "UAH" } } },
      requestId: expect.any(String),
    });
  }
  expect(await shipBySql(order)).toBe("prepayment_not_covered");
  expect(await sql()`select 1 from shipments where order_id = ${order.id}`).toHaveLength(0);

  await pay(order);
  await expect(shipButton(page)).not.toHaveAttribute("aria-disabled", "true");
  expect(await shipBySql(order)).toBe("allowed");
  expect((await post("sales", `/orders/${order.id}/shipments`)).status()).toBeLessThan(300);
});

test("a role that may not is told who may, at the button and over HTTP, and nothing happens", async ({ windowOf }) => {
  const order = await paidOrder("hold");
  const { id } = await newest(order);
  const page = await windowOf("sales");
  await page.goto(`/orders/${order.id}`);
  const finalize = page.getByRole("button", { name: /^Finalize amount/ });
  await expect(finalize).toHaveAttribute("aria-disabled", "true");
  await expect(finalize).toHaveAccessibleDescription(/done by Finance/);
  await finalize.click({ force: true });
  await expect(page.getByRole("dialog")).toHaveCount(0);

  for (const [who, path, data] of [
    ["sales", `/payments/${id}/finalize`, {}],
    ["sales", `/payments/${id}/release-hold`, {}],
    ["sales", `/payments/${id}/refunds`, { reason: "Mine now" }],
    ["sales", `/orders/${order.id}/invoices`, {}],
    ["finance", `/orders/${order.id}/shipments`, {}],
    ["finance", `/orders/${order.id}/reopen`, {}],
    ["finance", `/orders/${order.id}/cancel`, {}],
    ["finance", `/orders/${order.id}/payments`, {}],
    ["finance", "/orders", {}],
    ["sales", "/payment-services", {}],
    ["finance", "/payment-services", {}],
  ] as const) {
    const refused = await post(who, path, data);
    expect([path, refused.status()]).toEqual([path, 403]);
    expect((await refused.json()).code).toBeTruthy();
  }
  expect(await newest(order)).toMatchObject({ state: "withholding", captured_minor: "0" });
  expect(
    await sql()`select 1 from provider_operations where payment_id = ${id} and kind <> 'create_link'`,
  ).toHaveLength(0);
});
