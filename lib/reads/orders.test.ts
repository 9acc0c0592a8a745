import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import {
  type CreateOrderInput,
  type OrderListQuery,
  orderCounts,
  orderFormChoices,
  orderListPage,
  orderListQuery,
  orderView,
  timelinePage,
} from "#lib/contracts/orders";
import type { OrderId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { createOrder } from "#lib/workflows/create-order";
import { releaseOrder } from "#lib/workflows/release-order";
import { shipOrder } from "#lib/workflows/ship-order";
import { syncPayment } from "#lib/workflows/sync-payment";
import { readOrder, readOrderCounts, readOrderFormChoices, readOrderList, readOrderTimeline } from "./orders.ts";
import type { Viewer } from "./viewer.ts";

let at: WorkflowWorld;
let sales: Viewer;
let finance: Viewer;
beforeAll(async () => {
  at = await startWorkflowWorld();
  sales = { id: at.sales.id, name: at.sales.name, email: "ihor@holdpoint.test", role: "sales", language: "en" };
  finance = { ...sales, id: at.finance.id, name: at.finance.name, role: "finance" };
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

async function openOrder(change: Partial<CreateOrderInput> = {}): Promise<OrderId> {
  const created = await createOrder(at.world, at.sales, {
    customerId: at.customer,
    paymentServiceId: null,
    prepayment: { kind: "none" },
    lines: [
      {
        description: "Перфоратор",
        quantity: "2.5",
        unitPrice: { amount: 100_000, currency: "UAH" },
        discountPercent: "10",
        vatPercent: "20",
      },
    ],
    ...change,
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return created.value.orderId;
}
async function released(service: PaymentServiceId, percent = "30"): Promise<{ id: OrderId; paymentId: PaymentId }> {
  const id = await openOrder({ paymentServiceId: service, prepayment: { kind: "percent", percent } });
  const done = await releaseOrder(at.world, at.sales, id, {});
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  const [payment] = await at.owner`select id from payments where order_id = ${id}`;
  return { id, paymentId: payment?.id };
}
/** The customer pays at the bank, and we ask the bank. */
async function paid(service: PaymentServiceId): Promise<{ id: OrderId; paymentId: PaymentId }> {
  const order = await released(service);
  await at.monobank.act(order.paymentId, { action: "pay" });
  await syncPayment(at.world, at.sales, order.paymentId);
  return order;
}
const view = async (id: OrderId, viewer = sales) => orderView.parse(await readOrder(id, viewer));
const list = async (query: Partial<OrderListQuery> = {}) =>
  orderListPage.parse(await readOrderList(orderListQuery.parse(query), sales));
const numbers = async (query: Partial<OrderListQuery>) => (await list(query)).rows.map(({ number }) => number);

describe("the order page", () => {
  test("of an open order: its document, and what stands between it and the customer's money", async () => {
    const id = await openOrder({
      paymentServiceId: at.services.debit,
      prepayment: { kind: "percent", percent: "33.33" },
    });
    const order = await view(id);
    expect(order).toMatchObject({
      status: "open",
      total: { amount: 225_000, currency: "UAH" },
      required: { amount: 74_993 },
      covered: { amount: 0 },
      missing: { amount: 74_993 },
      prepayment: { kind: "percent", percent: "33.33" },
      lines: [{ quantity: "2.5", discountPercent: "10", vatPercent: "20", shippedQuantity: "0" }],
      customer: { name: "ТОВ «Ромашка Буд»", orderCount: 1, unpaidCount: 0 },
      payment: null,
      attempts: [],
      paymentAccepted: false,
      pollAfterMs: null,
    });
    expect(order.gate.ship.map(({ code }) => code)).toEqual(["NOT_RELEASED"]);
    expect(order.actions).toMatchObject({ edit: null, release: null, ship: { code: "NOT_RELEASED" } });
    expect((await view(id, finance)).actions.release).toMatchObject({
      code: "NOT_PERMITTED",
      owner: { role: "sales" },
    });
    expect(order.payPath).toMatch(/^\/pay\/.{16,}/);
  });

  test("of a released one: its link, and that the page should look again soon", async () => {
    const { id, paymentId } = await released(at.services.debit);
    const order = await view(id);
    expect(order.payment).toMatchObject({
      id: paymentId,
      state: "pending",
      attempt: 1,
      unsettled: null,
      lastFailure: null,
    });
    expect(order.payment?.shareUrl).toBe(`${process.env.APP_URL}${order.payPath}`);
    expect(order.opened).toBeNull();
    expect(order.payment?.actions).toMatchObject({
      sync: null,
      cancel_payment: null,
      finalize: { code: "NOT_PERMITTED" },
    });
    expect(order.actions).toMatchObject({
      send_link: null,
      new_link: { code: "LINK_LIVE" },
      edit: { code: "ORDER_NOT_OPEN" },
    });
    expect(order.pollAfterMs).toBe(2000);
    expect(order.gate.ship[0]?.code).toBe("AWAITING_PAYMENT");
  });

  test("of a held one: open for shipping until the hold's safety margin, and finance may finalize", async () => {
    const { id } = await paid(at.services.hold);
    const order = await view(id, finance);
    expect(order).toMatchObject({ status: "released", paymentAccepted: true, held: order.required, pollAfterMs: null });
    expect(order.gate).toEqual({ ship: [], invoice: [] });
    expect(order.gateOpenUntil).toBe(order.payment?.holdUsableUntil);
    expect(order.payment?.actions).toMatchObject({ finalize: null, release_hold: null });
    expect((await view(id)).actions.ship).toBeNull();
  });

  test("of a shipped one: what went, what is left", async () => {
    const { id } = await paid(at.services.debit);
    const line = (await view(id)).lines[0];
    if (!line) throw new Error("no line");
    const lines = [{ lineId: line.id as never, quantity: "1.5" }];
    expect(await shipOrder(at.world, at.sales, id, { lines, trackingNumber: "NP-1", note: null })).toMatchObject({
      ok: true,
    });
    const order = await view(id);
    expect(order).toMatchObject({
      shipped: "partly",
      lines: [{ quantity: "2.5", shippedQuantity: "1.5", invoicedQuantity: "0" }],
      shipments: [
        { trackingNumber: "NP-1", createdByName: "Ihor Melnyk", lines: [{ lineId: line.id, quantity: "1.5" }] },
      ],
      actions: { reopen: { code: "ORDER_SHIPPED" }, ship: null },
    });
  });

  test("of nothing is nothing", async () => {
    expect(await readOrder("ord_00000000000000000000000000" as OrderId, sales)).toBeNull();
  });

  test("deleted attempts are out of it", async () => {
    const { id, paymentId } = await released(at.services.debit);
    await at.owner`update payments set ended = 'expired', state = 'expired', deleted_at = now() where id = ${paymentId}`;
    expect(await view(id)).toMatchObject({ attempts: [], payment: null });
  });
});

test("the timeline tells the newest first", async () => {
  const { id } = await paid(at.services.debit);
  const kinds = timelinePage.parse(await readOrderTimeline(id, sales)).map(({ kind }) => kind);
  expect(kinds.at(-1)).toBe("order.created");
  expect(kinds.indexOf("payment.captured")).toBeLessThan(kinds.indexOf("order.released"));
});

test("the form is offered enabled services, people who sell and the company's defaults", async () => {
  const choices = orderFormChoices.parse(await readOrderFormChoices(sales));
  expect(choices.services.map(({ name }) => name)).toEqual(["LiqPay", "monobank", "monobank hold"]);
  expect(choices.salespeople).toEqual([{ id: at.sales.id, name: "Ihor Melnyk" }]);
  expect(choices.company).toMatchObject({ currency: "UAH", defaultVatPercent: "20" });
});

describe("the list", () => {
  test("gives every order once, page by page, in every sort", async () => {
    for (let n = 0; n < 3; n++) await openOrder();
    const all = (await list({ limit: 500 })).rows.map(({ id }) => id).sort();
    for (const sort of ["-createdAt", "createdAt", "-total", "total", "deadline"] as const) {
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await list({ sort, limit: 2, ...(cursor ? { cursor } : {}) });
        seen.push(...page.rows.map(({ id }) => id));
        if (!page.nextCursor) break;
        cursor = page.nextCursor;
      }
      expect(seen.toSorted()).toEqual(all);
    }
  });

  test("sorted by deadline begins with what runs out first and ends with what has none", async () => {
    const { rows } = await list({ sort: "deadline", limit: 500 });
    const times = rows.flatMap(({ nextDeadline }) => (nextDeadline ? [nextDeadline.at] : []));
    expect(times.length).toBeGreaterThan(1);
    expect(times).toEqual(times.toSorted());
    expect(rows.slice(times.length).every(({ nextDeadline }) => nextDeadline === null)).toBe(true);
  });

  test("keeps its place while orders come in", async () => {
    const first = await list({ limit: 3 });
    await openOrder();
    const second = await list({ limit: 3, cursor: first.nextCursor ?? "" });
    const seen = [...first.rows, ...second.rows].map(({ id }) => id);
    expect(new Set(seen).size).toBe(6);
  });

  test("refuses a cursor of another list, or of nobody", async () => {
    const { nextCursor } = await list({ limit: 1 });
    await expect(list({ cursor: nextCursor ?? "", sort: "total" })).rejects.toThrow("cursor");
    for (const cursor of ["", "x", Buffer.from('["-createdAt",0,"now()","x"]').toString("base64url")])
      await expect(list({ cursor })).rejects.toThrow("cursor");
  });

  test("shows who, how much is covered, and whether it is accepted", async () => {
    const { id } = await paid(at.services.hold);
    const row = (await list({ view: "holds" })).rows.find((candidate) => candidate.id === id);
    expect(row).toMatchObject({
      customerName: "ТОВ «Ромашка Буд»",
      salespersonName: "Ihor Melnyk",
      paymentState: "withholding",
      paymentAccepted: true,
      nextDeadline: { kind: "hold", withinMargin: false },
    });
    expect(row?.covered).toEqual(row?.held);
  });
});

describe("ready views", () => {
  test("an order moves through them as its life goes on, and the counts with it", async () => {
    const inViews = async (id: OrderId) => {
      const found: string[] = [];
      for (const name of ["todo", "pending_prepayment", "ready_to_ship", "partly_shipped", "holds", "review"] as const)
        if ((await list({ view: name, limit: 500 })).rows.some((row) => row.id === id)) found.push(name);
      return found;
    };
    const open = await openOrder();
    expect(await inViews(open)).toEqual([]);
    const { id, paymentId } = await released(at.services.hold);
    expect(await inViews(id)).toEqual(["pending_prepayment"]);
    await at.monobank.act(paymentId, { action: "pay" });
    await syncPayment(at.world, at.sales, paymentId);
    expect(await inViews(id)).toEqual(["todo", "ready_to_ship", "holds"]);
    const before = orderCounts.parse(await readOrderCounts({}, sales, new Date()));
    await shipOrder(at.world, at.sales, id, { trackingNumber: null, note: null });
    expect(await inViews(id)).toEqual(["holds"]);
    const after = orderCounts.parse(await readOrderCounts({}, sales, new Date()));
    expect([after.ready_to_ship, after.todo, after.all]).toEqual([
      before.ready_to_ship - 1,
      before.todo - 1,
      before.all,
    ]);
  });

  test("a link that ended unpaid is something to do, one that is waited for is not", async () => {
    const { id } = await released(at.services.debit);
    await at.owner`update sales_orders set payment_state = 'expired' where id = ${id}`;
    expect((await list({ view: "todo", limit: 500 })).rows.map((row) => row.id)).toContain(id);
  });

  test("a link that ends soon", async () => {
    const { id } = await released(at.services.debit);
    const ending = async (now: string) =>
      (await readOrderList(orderListQuery.parse({ view: "link_ending", limit: 500 }), sales, new Date(now))).rows.map(
        (row) => row.id,
      );
    const [row] = await at.owner`select next_deadline_at as at from sales_orders where id = ${id}`;
    const end = new Date(row?.at).getTime();
    expect(await ending(new Date(end - 4 * 3_600_000).toISOString())).not.toContain(id);
    expect(await ending(new Date(end - 2 * 3_600_000).toISOString())).toContain(id);
  });
});

describe("search and filters", () => {
  test("find an order by number, by name in either alphabet, by phone, reference and amount", async () => {
    const id = await openOrder({
      customerId: null,
      customer: { name: "ПП «Мар’яна Щедрик»", phone: "+380671234567", language: "uk" },
      externalReference: "CRM-77/ab",
      lines: [
        {
          description: "Набір",
          quantity: "1",
          unitPrice: { amount: 123_457, currency: "UAH" },
          discountPercent: "0",
          vatPercent: "0",
        },
      ],
    });
    const { number } = await view(id);
    for (const q of [
      number,
      number.toLowerCase(),
      String(Number(number.slice(3))),
      number.slice(0, -1),
      "щедрик",
      "Shchedryk",
      "маряна",
      "mariana щед",
      "щ",
      "ма",
      "671234567",
      "0671234567".slice(1),
      "crm-77",
      "1 234,57",
      "1234.57",
    ])
      expect([q, await numbers({ q, limit: 500 })]).toEqual([q, expect.arrayContaining([number])]);
    for (const q of ["щедринська", "рик", "ря", "CRM-78", "1234.58", "%", "_", "so-999999", "zz"])
      expect([q, (await numbers({ q, limit: 500 })).includes(number)]).toEqual([q, q === "рик"]);
  });

  test("a customer's new name finds their orders, the old one no more", async () => {
    const id = await openOrder({ customerId: null, customer: { name: "Стара Назва", language: "uk" } });
    const { number, customer } = await view(id);
    await at.app`update customers set name = 'Нова Криниця' where id = ${customer?.id ?? ""}`;
    expect(await numbers({ q: "криниця" })).toEqual([number]);
    expect(await numbers({ q: "стара назва" })).toEqual([]);
  });

  test("plain words, status, salesperson, customer and dates narrow it down together", async () => {
    const { id } = await paid(at.services.debit);
    const mine = {
      payment: "paid",
      status: "released",
      salespersonId: at.sales.id as never,
      customerId: at.customer,
    } as const;
    const { number, orderDate } = await view(id);
    expect(await numbers({ ...mine, limit: 500 })).toContain(number);
    expect(await numbers({ ...mine, from: orderDate, to: orderDate, limit: 500 })).toContain(number);
    expect(await numbers({ ...mine, from: "2099-01-01", limit: 500 })).toEqual([]);
    expect(await numbers({ ...mine, payment: "failed", limit: 500 })).toEqual([]);
    expect(await numbers({ salespersonId: at.finance.id as never, limit: 500 })).toEqual([]);
  });

  test("an apostrophe, a percent sign, quotes and a backslash are only characters", async () => {
    for (const q of ["'", "''; drop table", "\\", '"', "%%%", "q'z", "\u0000"])
      expect(await numbers({ q })).toEqual([]);
  });
});
