import { expect, type Page } from "@playwright/test";
import { as, fromUs, openOrder, post, sql, test } from "#e2e/stories/staff";

const WRONG = "canary-wrong-token-of-nobody-1902";
const RIGHT = "test-monobank-token";

/** Nothing of a secret is in what the browser holds of a page. */
async function keepsItsSecrets(page: Page) {
  const html = await page.content();
  for (const secret of [WRONG, RIGHT]) expect(html).not.toContain(secret);
}

test("an admin sets up a service: type first, the wrong key is named, and a secret never comes back", async ({
  windowOf,
}) => {
  const page = await windowOf("admin");
  await page.goto("/settings/payment-services/new");
  // Only the type is asked at first.
  await expect(page.getByLabel("Token from personal account")).toHaveCount(0);
  await expect(page.getByLabel("Public key")).toHaveCount(0);
  await page.getByText("Monobank Payment Service").click();
  await expect(page.getByLabel("Public key")).toHaveCount(0);
  await page.getByLabel("Name", { exact: true }).fill("monobank · second shop");
  await page.getByLabel("Token from personal account").fill(WRONG);
  await page.getByRole("button", { name: "Create service" }).click();
  await expect(page).toHaveURL(/\/settings\/payment-services\/svc_/);
  const testConnection = page.getByRole("button", { name: "Test connection" });
  await expect(testConnection).toBeVisible();
  await keepsItsSecrets(page);

  await testConnection.click();
  await expect(page.getByRole("status").getByText("The test failed.")).toBeVisible();
  await expect(page.getByText(/Compare Token from personal account with the provider’s cabinet/)).toBeVisible();

  await page
    .getByRole("button", { name: /^Replace/ })
    .first()
    .click();
  await page.getByLabel("Token from personal account").fill(`  ${RIGHT}\n`);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("ends with oken")).toBeVisible();
  await testConnection.click();
  await expect(page.getByRole("status").getByText("monobank answered: the keys work.")).toBeVisible();
  await page.reload();
  await keepsItsSecrets(page);

  const id = page.url().split("/").at(-1) ?? "";
  const answer = await (await as("admin")).get(`/api/v1/payment-services/${id}`);
  expect(await answer.text()).not.toMatch(new RegExp(`${WRONG}|${RIGHT}`));
  const [row] = await sql()`select credentials::text as stored from payment_services where id = ${id}`;
  expect(row?.stored).not.toMatch(new RegExp(`${WRONG}|${RIGHT}`));
});

test("a service cannot be enabled without its keys; a disabled one makes no links", async () => {
  const admin = await as("admin");
  const bare = { provider: "liqpay", name: "LiqPay · bare", currencyNumeric: 980, paymentType: "debit", mode: "test" };
  const fields = {
    description: null,
    validitySeconds: 3_600,
    holdMarginHours: 24,
    alwaysInclude: false,
    credentials: {},
  };
  const refused = await post("admin", "/payment-services", { ...bare, ...fields, enabled: true });
  expect([409, 422, 400]).toContain(refused.status());
  const made = await post("admin", "/payment-services", { ...bare, ...fields, enabled: false });
  expect(made.status(), await made.text()).toBeLessThan(300);
  const { id } = await made.json();
  const order = await openOrder("debit", { paymentServiceId: id });
  const release = await post("sales", `/orders/${order.id}/release`);
  expect(release.status()).toBe(409);
  expect((await release.json()).blocker.code).toBe("SERVICE_DISABLED");
  const odd = await admin.fetch(`/api/v1/payment-services/${id}`, {
    method: "PATCH",
    headers: fromUs(),
    data: { version: 1, currencyNumeric: 111 },
  });
  expect(odd.status()).toBe(400);
});
