import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { customers } from "#db/schema/catalog";
import { salesOrders } from "#db/schema/orders";
import { payments } from "#db/schema/payments";
import { company, users } from "#db/schema/people";
import { paymentServices } from "#db/schema/services";
import { textOfPdf } from "#e2e/rig/pdf-text";
import { freshWorld, type TestWorld } from "#e2e/rig/world";
import { createApiToken } from "#lib/auth/api-tokens";
import { type InvoiceId, makeId, type OrderId, type ShipmentId, type UserId } from "#lib/domain/ids";
import { createOrder } from "#lib/workflows/create-order";
import { invoiceOrder } from "#lib/workflows/invoice-order";
import { releaseOrder } from "#lib/workflows/release-order";
import { shipOrder } from "#lib/workflows/ship-order";
import type { Actor } from "#lib/workflows/world";

/** The routes of documents, without a server: who gets which, and what is in it. */

const ORIGIN = "https://trader.example";
const id = <P extends "usr" | "cus" | "svc" | "pay">(prefix: P) => makeId(prefix, Date.now(), randomBytes(16));
const joined = (pages: string[]) => pages.join("").replace(/\s+/gu, "");

let world: TestWorld;
let bearer: string;
let admin: Actor;
let order: { id: OrderId; token: string };
let stranger: { id: OrderId; token: string };
let invoices: InvoiceId[];
let shipment: ShipmentId;
const taken = id("pay");
const held = id("pay");

type Route = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;
const routes: Record<string, { GET: Route; HEAD?: Route }> = {};

beforeAll(async () => {
  world = await freshWorld({ APP_URL: ORIGIN });
  const { db } = world;
  const userId = id("usr") as UserId;
  await db
    .insert(company)
    .values({ name: "Дніпро", legalName: "ТОВ «Дніпро Інструмент»", iban: "UA213223130000026007233566001" });
  await db
    .insert(users)
    .values({ id: userId, email: "s@trader.example", name: "Sam Sales", role: "sales", passwordHash: "-" });
  // May do everything, and is somebody.
  admin = { kind: "user", id: userId, name: "Sam Sales", role: "admin", requestId: null } as Actor;
  bearer = await createApiToken(db, userId, "tests");
  order = await released("ТОВ «Ромашка Буд»");
  stranger = await released("Somebody Else");

  const made = await shipOrder(world, admin, order.id, { note: "Обережно" });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  shipment = made.value.shipmentId;
  const line = (await db.query.orderLines.findMany({ where: (row, { eq }) => eq(row.orderId, order.id) }))[0];
  if (!line) throw new Error("no line");
  invoices = [];
  for (const quantity of ["1", "2"]) {
    const invoiced = await invoiceOrder(world, admin, order.id, { lines: [{ lineId: line.id, quantity }] });
    if (!invoiced.ok) throw new Error(JSON.stringify(invoiced.error));
    invoices.push(invoiced.value.invoiceId);
  }

  const serviceId = id("svc");
  await db.insert(paymentServices).values({
    id: serviceId,
    provider: "monobank",
    name: "mono",
    currency: "UAH",
    currencyNumeric: 980,
    paymentType: "debit",
    validitySeconds: 3600,
    mode: "test",
  });
  const payment = (attempt: number) => ({
    orderId: order.id,
    serviceId,
    provider: "monobank" as const,
    attempt,
    paymentType: "debit" as const,
    mode: "live" as const,
    holdMarginHours: 24,
    amountMinor: 10_000n,
    currency: "UAH" as const,
    purpose: "SO",
    language: "uk" as const,
    validUntil: new Date("2026-11-21T00:00:00Z"),
    details: { maskedCard: "444403******1902" },
  });
  await db.insert(payments).values([
    { ...payment(1), id: taken, capturedMinor: 10_000n, state: "successful" },
    { ...payment(2), id: held, heldMinor: 10_000n, state: "withholding", paymentType: "withholding" },
    { ...payment(3), id: id("pay"), capturedMinor: 500n, state: "successful", needsReview: true },
  ]);

  Object.assign(routes, {
    invoice: await import("../../app/api/v1/invoices/[invoiceId]/invoice.pdf/route.ts"),
    note: await import("../../app/api/v1/shipments/[shipmentId]/delivery-note.pdf/route.ts"),
    proForma: await import("../../app/api/v1/orders/[orderId]/pro-forma.pdf/route.ts"),
    receipt: await import("../../app/api/v1/payments/[paymentId]/receipt.pdf/route.ts"),
    payProForma: await import("../../app/pay/[token]/pro-forma.pdf/route.ts"),
    payReceipt: await import("../../app/pay/[token]/receipt/[attempt]/route.ts"),
  });
});
afterAll(async () => {
  await (await import("#db/client")).closeDatabase();
  await world.close();
});

/** An order that nothing has to be paid for first. */
async function released(name: string) {
  const { db } = world;
  const customerId = id("cus");
  await db.insert(customers).values({ id: customerId, name });
  const created = await createOrder(world, admin, {
    customerId,
    language: "uk",
    lines: [
      {
        description: "Свердло по металу 8 мм",
        quantity: "3",
        unitPrice: { amount: 3333, currency: "UAH" },
        discountPercent: "0",
        vatPercent: "20",
        itemId: null,
        sku: "SV-8",
        unit: "шт",
      },
    ],
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const done = await releaseOrder(world, admin, created.value.orderId, {});
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  const row = await db.query.salesOrders.findFirst({ where: (one, { eq }) => eq(one.id, created.value.orderId) });
  return { id: created.value.orderId, token: row?.payToken ?? "" };
}

async function ask(
  name: string,
  params: Record<string, string>,
  {
    path = "",
    headers = { authorization: `Bearer ${bearer}` },
    method = "GET" as "GET" | "HEAD",
  }: { path?: string; headers?: Record<string, string>; method?: "GET" | "HEAD" } = {},
) {
  const request = new Request(`${ORIGIN}${path}`, { method, headers });
  const answer = await routes[name]?.[method]?.(request, { params: Promise.resolve(params) });
  if (!answer) throw new Error(`no ${method} ${name}`);
  return answer;
}
const wordsOf = async (answer: Response) => joined(textOfPdf(new Uint8Array(await answer.arrayBuffer())));
const asCustomer = (from = "203.0.113.1") => ({ "x-forwarded-for": from });
const payReceipt = (token: string, attempt: string, from?: string, method?: "GET" | "HEAD") =>
  ask(
    "payReceipt",
    { token, attempt },
    { path: `/pay/${token}/receipt/${attempt}`, headers: asCustomer(from), ...(method ? { method } : {}) },
  );
const payProForma = (token: string, query = "", from?: string) =>
  ask("payProForma", { token }, { path: `/pay/${token}/pro-forma.pdf${query}`, headers: asCustomer(from) });

describe("staff", () => {
  test("get invoices whose parts add up to the order, with the parties of their day", async () => {
    await world.db.execute(sql`update customers set name = 'Renamed since'`);
    await world.db.execute(sql`update company set legal_name = 'Another name'`);
    const [first, second] = await Promise.all(
      invoices.map(async (invoiceId) => ask("invoice", { invoiceId }, { path: "/x?lang=en" })),
    );
    if (!first || !second) throw new Error("two invoices");
    expect(first.headers.get("content-type")).toBe("application/pdf");
    expect(first.headers.get("content-disposition")).toMatch(/^inline; filename="Invoice IN-00000\d\.pdf"/);
    expect(first.headers.get("cache-control")).toBe("no-store");
    const [one, two] = [await wordsOf(first), await wordsOf(second)];
    // 3 × 33.33 = 99.99 with 16.67 of VAT in it.
    expect(one).toContain("Total₴33.33");
    expect(one).toContain("VAT20%₴5.56");
    expect(two).toContain("Total₴66.66");
    expect(two).toContain("VAT20%₴11.11");
    for (const words of [one, two]) {
      expect(words).toContain("ТОВ«ДніпроІнструмент»");
      expect(words).toContain("ТОВ«РомашкаБуд»");
      expect(words).not.toContain("Renamed");
    }
    await world.db.execute(
      sql`update customers set name = 'Somebody Else' where id in (select customer_id from sales_orders where id = ${stranger.id})`,
    );
  });

  test("get the delivery note in the order's language", async () => {
    const words = await wordsOf(await ask("note", { shipmentId: shipment }));
    expect(words).toContain("НакладнаSH-000001");
    expect(words).toContain("Обережно");
    expect(words).not.toContain("33,33");
  });

  test("get the pro-forma invoice, and the receipt once something was taken", async () => {
    expect(await wordsOf(await ask("proForma", { orderId: order.id }))).toContain("РахунокнаоплатуSO-000001");
    expect(await wordsOf(await ask("receipt", { paymentId: taken }))).toContain("Отримано100,00₴");
    const none = await ask("receipt", { paymentId: held });
    expect([none.status, (await none.json()).title]).toEqual([
      404,
      "There is no receipt: no money was taken with this transaction.",
    ]);
  });

  test("nobody else does, and what does not exist is not found", async () => {
    for (const [name, params] of [
      ["invoice", { invoiceId: invoices[0] ?? "" }],
      ["note", { shipmentId: shipment }],
      ["proForma", { orderId: order.id }],
      ["receipt", { paymentId: taken }],
    ] as const) {
      expect((await ask(name, params, { headers: {} })).status).toBe(401);
      const [key = ""] = Object.keys(params);
      expect((await ask(name, { [key]: "../../etc/passwd" })).status).toBe(404);
      const other = (Object.values(params)[0] ?? "").slice(0, -3).concat("000");
      expect((await ask(name, { [key]: other })).status).toBe(404);
    }
    expect((await ask("invoice", { invoiceId: invoices[0] ?? "" }, { path: "/x?lang=fr" })).status).toBe(400);
  });
});

describe("the customer", () => {
  test("gets the receipt of their own paid attempt, which no search engine keeps", async () => {
    const answer = await payReceipt(order.token, "1.pdf");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-robots-tag")).toContain("noindex");
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
    expect(await wordsOf(answer)).toContain("Отримано100,00₴");
    const head = await payReceipt(order.token, "1.pdf", undefined, "HEAD");
    expect([head.status, head.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  });

  test("gets none of what is only held, looked into by finance, another order's, or nothing at all", async () => {
    const no = async (token: string, attempt: string) => {
      const answer = await payReceipt(token, attempt, "203.0.113.2");
      expect(await answer.text()).not.toMatch(/SO-|Ромашка|Renamed/);
      return answer.status;
    };
    for (const attempt of ["2.pdf", "3.pdf", "9.pdf", "1", "1.pdf.exe", "01.pdf", "x"])
      expect([attempt, await no(order.token, attempt)]).toEqual([attempt, 404]);
    expect(await no(stranger.token, "1.pdf")).toBe(404);
    expect(await no("n".repeat(32), "1.pdf")).toBe(404);
  });

  test("gets the pro-forma invoice in either language, until the order is cancelled or taken back", async () => {
    expect(await wordsOf(await payProForma(stranger.token))).toContain("РахунокнаоплатуSO-000002");
    expect(await wordsOf(await payProForma(stranger.token, "?lang=en"))).toContain("Pro-formainvoiceSO-000002");
    await world.db.update(salesOrders).set({ releasedAt: null, status: "open" }).where(sql`id = ${stranger.id}`);
    expect((await payProForma(stranger.token)).status).toBe(404);
    await world.db
      .update(salesOrders)
      .set({ cancelledAt: new Date(), status: "cancelled" })
      .where(sql`id = ${stranger.id}`);
    expect((await payProForma(stranger.token)).status).toBe(404);
  });

  test("may print twelve times a minute, and is then asked to wait", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 14; n++) statuses.push((await payReceipt(order.token, "2.pdf", "203.0.113.9")).status);
    expect(statuses).toEqual([...new Array(12).fill(404), 429, 429]);
  });
});
