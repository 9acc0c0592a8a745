import { type APIRequestContext, expect } from "@playwright/test";
import { textOfPdf } from "#e2e/rig/pdf-text";
import { as, bankIsItself, done, fromUs, newest, paidOrder, releasedOrder, sql, test } from "#e2e/stories/staff";

test.afterEach(bankIsItself);

/** A document as somebody opens it from their browser: its words without the space between them. */
async function opened(browser: APIRequestContext, address: string): Promise<string> {
  const answer = await browser.get(address, { timeout: 60_000 });
  expect([address, answer.status()]).toEqual([address, 200]);
  expect(answer.headers()["content-type"]).toBe("application/pdf");
  expect(answer.headers()["content-disposition"]).toMatch(/^inline; filename=/);
  expect(answer.headers()["x-content-type-options"]).toBe("nosniff");
  return textOfPdf(await answer.body())
    .join("")
    .replace(/\s+/gu, "");
}

test("delivery note, invoices in parts, receipt and pro-forma open from the screens, with the order's own numbers", async ({
  windowOf,
}) => {
  const order = await paidOrder("debit");
  const lines = await sql()`select id from order_lines where order_id = ${order.id} order by position`;
  await done("sales", `/orders/${order.id}/shipments`, { note: "Fragile" });
  for (const { id } of lines)
    await done("finance", `/orders/${order.id}/invoices`, { lines: [{ lineId: id, quantity: "1" }] });

  const page = await windowOf("finance");
  await page.goto(`/orders/${order.id}`);
  const links = page.getByRole("link", { name: /^(Invoice|Shipment) / });
  await expect(links).toHaveCount(3);
  const read = new Map<string, string>();
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute("target", "_blank");
    const name = (await link.textContent()) ?? "";
    read.set(name, await opened(page.request, (await link.getAttribute("href")) ?? ""));
  }
  for (const [name, words] of read) {
    expect(words).toContain(order.number);
    expect(words).toContain("ПерфораторSDS+800Вт");
    if (name.startsWith("Invoice")) {
      // Each invoice is of one drill: 749.75 with 124.96 of VAT in it.
      expect(words).toContain("VAT20%₴124.96");
      expect(words).toContain("Total₴749.75");
    } else expect(words).toContain("Fragile");
  }

  await page.getByRole("button", { name: "More actions" }).click();
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("menuitem", { name: "Pro-forma invoice (PDF)" }).click(),
  ]);
  await tab.close();
  const proForma = await opened(page.request, `/api/v1/orders/${order.id}/pro-forma.pdf`);
  expect(proForma).toContain(`Pro-formainvoice${order.number}`);
  expect(proForma).toContain("Total₴1499.50");
  expect(proForma).toContain("Alreadypaidorheld₴449.85");

  const { id } = await newest(order);
  await page.goto(`/transactions/${id}`);
  const receipt = page.getByRole("link", { name: "PDF" });
  expect(await opened(page.request, (await receipt.getAttribute("href")) ?? "")).toContain("Received₴449.85");
});

test("the customer opens the pro-forma invoice before paying and the receipt after, in either language", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const visitor = (await windowOf(null)).request;
  const asked = await opened(visitor, `${order.payPath}/pro-forma.pdf`);
  expect(asked).toContain("Topaynow₴449.85");
  expect(asked).toContain("Pay₴449.85bycard");
  expect(asked).toContain(order.payPath);
  expect(await opened(visitor, `${order.payPath}/pro-forma.pdf?lang=uk`)).toContain("Досплатизараз449,85₴");
  expect((await visitor.get(`${order.payPath}/receipt/1.pdf`)).status()).toBe(404);

  const paid = await paidOrder("debit");
  const words = await opened(visitor, `${paid.payPath}/receipt/1.pdf`);
  expect(words).toContain("Received₴449.85");
  expect(words).toContain(paid.number);
  // Another order's address knows nothing of it.
  expect((await visitor.get(`${order.payPath}/receipt/1.pdf`)).status()).toBe(404);
});

test("a hold is taken once, whole, with the first invoice of part of the order; the second invoice needs nothing more", async ({
  windowOf,
}) => {
  const order = await paidOrder("hold");
  const held = (await newest(order)).held_minor;
  const page = await windowOf("finance");
  await page.goto(`/orders/${order.id}`);
  await page
    .getByRole("button", { name: /^Invoice/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "None" }).click();
  await dialog
    .getByLabel(/^Invoice now: /)
    .first()
    .fill("1");
  await expect(dialog.getByText(/monobank allows one finalization: the whole ₴449\.85 is taken now/)).toBeVisible();
  await dialog.getByRole("button", { name: "Invoice 1 line" }).click();
  await expect(page.getByRole("link", { name: /^Invoice / })).toHaveCount(1);
  expect(await newest(order)).toMatchObject({ state: "successful", captured_minor: held });

  await done("finance", `/orders/${order.id}/invoices`);
  const invoices = await sql()`select id, total_minor from invoices where order_id = ${order.id} order by number`;
  expect(invoices.map(({ total_minor }) => total_minor)).toEqual(["74975", "74975"]);
  for (const { id } of invoices)
    expect(await opened(page.request, `/api/v1/invoices/${id}/invoice.pdf`)).toContain("Total₴749.75");
  const [finalizations] = await sql()`select count(*)::int as n from provider_operations
    where payment_id = ${(await newest(order)).id} and kind = 'finalize'`;
  expect(finalizations?.n).toBe(1);
});

test("an admin describes the company: a mistyped account is caught, and the next document carries the right one", async ({
  windowOf,
}) => {
  const before = await (await (await as("admin")).get("/api/v1/company")).json();
  const page = await windowOf("admin");
  await page.goto("/settings/company");
  const iban = page.getByLabel("IBAN");
  await iban.fill("UA21 3223 1300 0002 6007 2335 66002");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/This is not a valid IBAN/)).toBeVisible();
  await expect(iban).toBeFocused();
  await iban.fill("UA21 3223 1300 0002 6007 2335 66001");
  await page.getByLabel("Bank", { exact: true }).fill("АТ «Банк для переказів»");

  // Somebody else saves in between: nothing is lost on either side.
  const elsewhere = await (await as("admin")).patch("/api/v1/company", {
    data: { version: before.version, taxId: "41234568" },
    headers: fromUs(),
  });
  expect(elsewhere.status()).toBe(200);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Keep what I typed" }).click();
  await expect(page.getByLabel("Tax ID")).toHaveValue("41234568");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect
    .poll(async () => (await (await (await as("admin")).get("/api/v1/company")).json()).bankName)
    .toBe("АТ «Банк для переказів»");

  const order = await releasedOrder("debit");
  const words = await opened(page.request, `/api/v1/orders/${order.id}/pro-forma.pdf`);
  expect(words).toContain("TaxID41234568");
  expect(words).toContain("IBANUA213223130000026007233566001");
  expect(words).toContain("Банкдляпереказів");

  expect(
    (await (await as("sales")).patch("/api/v1/company", { data: { version: 1 }, headers: fromUs() })).status(),
  ).toBe(403);
  const { version } = await (await page.request.get("/api/v1/company")).json();
  const { iban: account, bankName, taxId } = before;
  const back = { version, iban: account, bankName, taxId };
  expect((await (await as("admin")).patch("/api/v1/company", { data: back, headers: fromUs() })).status()).toBe(200);
});

test("the company's clock is everybody's: screens follow it within seconds of a change, hydration agrees", async ({
  windowOf,
}) => {
  const order = await releasedOrder("debit");
  const admin = await as("admin");
  const setZone = async (zone: string) => {
    const { version } = await (await admin.get("/api/v1/company")).json();
    const saved = await admin.patch("/api/v1/company", { data: { version, zone }, headers: fromUs() });
    expect(saved.status()).toBe(200);
  };
  const page = await windowOf("sales");
  const faults: string[] = [];
  page.on("pageerror", (fault) => faults.push(String(fault)));
  const offset = async () => {
    await page.goto(`/orders/${order.id}`);
    return page.locator("time[title]").first().getAttribute("title");
  };
  const followed = { timeout: 90_000, intervals: [2_000] };
  await expect.poll(offset, followed).toMatch(/GMT\+[23]\)$/);
  await setZone("America/New_York");
  try {
    await expect.poll(offset, followed).toMatch(/GMT\u2212[45]\)$/);
    await expect(page.getByText("Pending prepayment").first()).toBeVisible();
  } finally {
    await setZone("Europe/Kyiv");
    await expect.poll(offset, followed).toMatch(/GMT\+[23]\)$/);
  }
  expect(faults).toEqual([]);
});
