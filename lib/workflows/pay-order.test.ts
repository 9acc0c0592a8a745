import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { payFactsOfOrder } from "#db/queries/pay-page";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import type { CreateOrderInput } from "#lib/contracts/orders";
import type { OrderId, PaymentServiceId } from "#lib/domain/ids";
import { payPage } from "#lib/pay/page-model";
import { askForLink } from "./ask-for-link.ts";
import { cancelOrder } from "./cancel-order.ts";
import { cancelPayment } from "./cancel-payment.ts";
import { checkPaid } from "./check-paid.ts";
import { createOrder } from "./create-order.ts";
import { noteOpened } from "./note-opened.ts";
import { payOrder } from "./pay-order.ts";
import { releaseOrder } from "./release-order.ts";
import { requestNewLink } from "./request-new-link.ts";
import { syncPayment } from "./sync-payment.ts";
import type { Actor, World } from "./world.ts";

let at: WorkflowWorld;
beforeAll(async () => {
  at = await startWorkflowWorld();
});
afterAll(() => at?.stop());
afterEach(async () => {
  await Promise.all([at.monobank.noFaults(), at.liqpay.noFaults()]);
  await Promise.all([at.monobank.webhooks({ mode: "normal" }), at.liqpay.webhooks({ mode: "normal" })]);
  await Promise.all([at.monobank.realTime(), at.monobank.call("POST", "/switches", { processingMs: 300 })]);
});

const customer = (): Actor => ({ kind: "customer", id: at.customer, name: "Romashka", role: null, requestId: null });
const anyService = { serviceId: null };

/** A released order over 749.75 in full, its link made; the services the customer may choose among. */
async function order(
  service: PaymentServiceId,
  choice: PaymentServiceId[] = [],
  prepayment: CreateOrderInput["prepayment"] = { kind: "none" },
): Promise<OrderId> {
  const created = await createOrder(at.world, at.sales, {
    customerId: at.customer,
    paymentServiceId: service,
    otherServiceIds: choice,
    externalReference: null,
    note: null,
    prepayment,
    lines: [
      {
        description: "Перфоратор",
        unitPrice: { amount: 74_975, currency: "UAH" },
        quantity: "1",
        discountPercent: "0",
        vatPercent: "20",
        sku: null,
        unit: null,
      },
    ],
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  const { orderId } = created.value;
  expect(await releaseOrder(at.world, at.sales, orderId, {})).toMatchObject({ ok: true });
  return orderId;
}

const attempts = (id: OrderId) =>
  at.owner<Record<string, string>[]>`select * from payments where order_id = ${id} order by attempt`;
const newest = async (id: OrderId) => (await attempts(id)).at(-1) as Record<string, string>;
const pageOf = async (id: OrderId, world: World = at.world, returned = false) => {
  const facts = await payFactsOfOrder(world.db, id);
  if (!facts) throw new Error("no such order");
  return payPage(facts, { returned }, world.now());
};
const stateOf = async (id: OrderId) => (await pageOf(id)).state;
const press = (id: OrderId, input: { serviceId: string | null } = anyService) =>
  payOrder(at.world, customer(), id, input);
const linksMade = async (reference: string) =>
  (await at.monobank.linesOf(reference)).filter(({ kind }) => kind === "link_created").length;
const inTime = (seconds: number): World => ({ ...at.world, now: () => new Date(Date.now() + seconds * 1000) });

/** Its time passes at the bank, which tells nobody until it is asked. */
async function expire(payment: Record<string, string>): Promise<void> {
  await at.monobank.advance(3_700);
  await syncPayment(at.world, at.sales, payment.id as never);
  await at.monobank.realTime();
}

/** An order whose link the bank has just declined to be paid by. */
async function declined() {
  const id = await order(at.services.debit);
  const first = await newest(id);
  await at.monobank.act(first.id as string, { action: "decline", code: "59" });
  await eventually(
    () => stateOf(id),
    (state) => state === "failed",
  );
  return { id, first };
}

async function eventually<T>(look: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  for (let time = 0; time < 300; time++) {
    const value = await look();
    if (good(value)) return value;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error("waited in vain");
}

describe("pressing Pay", () => {
  test("leads to the live link, at both providers, and makes nothing", async () => {
    for (const service of [at.services.debit, at.services.liqpay]) {
      const id = await order(service);
      const { url } = await newest(id);
      expect(await press(id)).toEqual({ ok: true, value: { url, attempt: 1 } });
      expect(await attempts(id)).toHaveLength(1);
    }
  });

  test("a thousand times after the link has expired makes one attempt, and every press leads to it", async () => {
    const id = await order(at.services.debit);
    const first = await newest(id);
    await expire(first);
    expect(await stateOf(id)).toBe("expired");

    const presses: Awaited<ReturnType<typeof press>>[] = [];
    for (let round = 0; round < 20; round++)
      presses.push(...(await Promise.all(Array.from({ length: 50 }, () => press(id)))));
    const second = await newest(id);
    expect(await attempts(id)).toHaveLength(2);
    expect(second).toMatchObject({ attempt: 2, state: "pending", amount_minor: "74975", created_by: null });
    for (const pressed of presses) expect(pressed).toEqual({ ok: true, value: { url: second.url, attempt: 2 } });
    expect(await linksMade(second.id as string)).toBe(1);
  }, 120_000);

  test("after the bank declined, the next attempt is made and told as the customer's", async () => {
    const { id } = await declined();
    expect(await press(id)).toMatchObject({ ok: true, value: { attempt: 2 } });
    const told =
      await at.owner`select kind, source from order_timeline where order_id = ${id} and kind = 'link.requested'
      order by id desc limit 1`;
    expect(told).toEqual([{ kind: "link.requested", source: "customer" }]);
  });

  test("again after a decline, while the declined link is being taken back, leads to the same next one", async () => {
    const { id, first } = await declined();
    await at.monobank.fault({ mode: "slow", operation: "remove", ms: 60_000, reference: first.id });
    const retiring = press(id);
    await eventually(
      () =>
        at.owner`select 1 from provider_operations where payment_id = ${first.id as string} and kind = 'cancel_link'`,
      (found) => found.length === 1,
    );
    const joining = press(id);
    const soon = new Promise((wake) => setTimeout(wake, 500, "still waiting"));
    expect(await Promise.race([joining, soon])).toBe("still waiting");
    await at.monobank.noFaults();
    const pressed = await Promise.all([retiring, joining]);
    const { url } = await newest(id);
    for (const answer of pressed) expect(answer).toEqual({ ok: true, value: { url, attempt: 2 } });
    expect(await attempts(id)).toHaveLength(2);
  });

  test("while the bank is processing starts nothing", async () => {
    const id = await order(at.services.debit);
    await at.monobank.call("POST", "/switches", { processingMs: 60_000 });
    await at.monobank.act((await newest(id)).id as string, { action: "pay", wait: false });
    await eventually(
      () => stateOf(id),
      (state) => state === "processing",
    );
    expect(await press(id)).toEqual({ ok: false, error: "processing" });
    expect(await attempts(id)).toHaveLength(1);
  });

  test("after payment, on a cancelled order, and on a link that the seller cancelled starts nothing", async () => {
    const paid = await order(at.services.debit);
    await at.monobank.act((await newest(paid)).id as string, { action: "pay" });
    await eventually(
      () => stateOf(paid),
      (state) => state === "paid",
    );
    expect(await press(paid)).toEqual({ ok: false, error: "paid" });

    const cancelled = await order(at.services.debit);
    expect(await cancelOrder(at.world, at.sales, cancelled, {} as never)).toMatchObject({ ok: true });
    expect(await press(cancelled)).toEqual({ ok: false, error: "closed" });

    const stopped = await order(at.services.debit);
    const link = await newest(stopped);
    expect(await cancelPayment(at.world, at.sales, link.id as never, {})).toMatchObject({ ok: true });
    expect(await stateOf(stopped)).toBe("link_cancelled");
    expect(await press(stopped)).toEqual({ ok: false, error: "closed" });
    expect(await attempts(stopped)).toHaveLength(1);
  });

  test("on a link whose time is over asks the provider first, and only then makes the next", async () => {
    const id = await order(at.services.debit);
    await at.monobank.advance(3_700);
    const afterwards = inTime(3_700);
    expect((await pageOf(id, afterwards)).state).toBe("checking");
    expect(await payOrder(afterwards, customer(), id, anyService)).toMatchObject({ ok: true, value: { attempt: 2 } });
    expect((await attempts(id))[0]).toMatchObject({ state: "expired" });
  });

  test("a refused link is not asked for again at once", async () => {
    const id = await order(at.services.debit);
    await expire(await newest(id));
    await at.monobank.fault({ mode: "error", operation: "create", times: 1 });
    const refused = await press(id);
    if (refused.ok) throw new Error("the bank took it");
    expect(refused.error).toBe("refused");
    expect(await press(id)).toEqual({ ok: false, error: "too_soon" });
    expect(await attempts(id)).toHaveLength(2);
    expect(await payOrder(inTime(30), customer(), id, anyService)).toMatchObject({ ok: true, value: { attempt: 3 } });
  });
});

describe("choosing another service", () => {
  const both = () => [at.services.debit, at.services.liqpay];

  test("ends the first link at the bank and makes one at the other, back and forth", async () => {
    const id = await order(at.services.debit, both());
    const first = await newest(id);
    expect(await press(id, { serviceId: at.services.liqpay })).toMatchObject({ ok: true, value: { attempt: 2 } });
    const rows = await attempts(id);
    expect(rows).toMatchObject([
      { state: "cancelled", provider: "monobank" },
      { state: "pending", provider: "liqpay", amount_minor: "74975" },
    ]);
    const kinds = (await at.monobank.linesOf(first.id as string)).map(({ kind }) => kind);
    expect(kinds).toContain("removed");

    expect(await press(id, { serviceId: at.services.debit })).toMatchObject({ ok: true, value: { attempt: 3 } });
    expect((await attempts(id)).map(({ state, withdrawn }) => [state, withdrawn])).toEqual([
      ["cancelled", false],
      ["cancelled", true],
      ["pending", false],
    ]);
  });

  test("a service that the order does not offer changes nothing", async () => {
    const id = await order(at.services.debit, both());
    expect(await press(id, { serviceId: at.services.hold })).toEqual({ ok: false, error: "not_offered" });
    expect(await press(id, { serviceId: "'; drop table payments" })).toEqual({ ok: false, error: "not_offered" });
    expect(await attempts(id)).toMatchObject([{ state: "pending" }]);
  });

  test.each([
    ["debit", "liqpay"],
    ["liqpay", "debit"],
  ] as const)("where the %s link has just been paid, no other is made and the page says paid", async (from, to) => {
    const id = await order(at.services[from], both());
    const bank = from === "debit" ? at.monobank : at.liqpay;
    const first = await newest(id);
    await bank.webhooks({ mode: "lost" });
    await bank.act(first.id as string, {
      action: "pay",
      ...(bank === at.liqpay ? { link: first.url as string } : {}),
    });
    expect(await press(id, { serviceId: at.services[to] })).toMatchObject({ ok: false });
    expect(await attempts(id)).toHaveLength(1);
    expect(await stateOf(id)).toBe("paid");
  });

  test("a press while the first link is being taken back leads to the one that takes its place", async () => {
    const id = await order(at.services.debit, both());
    const first = await newest(id);
    await at.monobank.fault({ mode: "slow", operation: "remove", ms: 7_000, reference: first.id });
    const turning = press(id, { serviceId: at.services.liqpay });
    await eventually(
      () =>
        at.owner`select 1 from provider_operations where payment_id = ${first.id as string} and kind = 'cancel_link'`,
      (found) => found.length === 1,
    );
    const joining = press(id, { serviceId: at.services.liqpay });
    // The old link would be answered at once.
    const soon = new Promise((wake) => setTimeout(wake, 500, "still waiting"));
    expect(await Promise.race([joining, soon])).toBe("still waiting");
    await at.monobank.noFaults();
    const pressed = await Promise.all([turning, joining]);
    const { url } = await newest(id);
    for (const answer of pressed) expect(answer).toEqual({ ok: true, value: { url, attempt: 2 } });
    expect(await attempts(id)).toMatchObject([{ state: "cancelled" }, { state: "pending", provider: "liqpay" }]);
  });

  test("pressed many times at once makes one link there", async () => {
    const id = await order(at.services.debit, both());
    await Promise.all(Array.from({ length: 8 }, () => press(id, { serviceId: at.services.liqpay })));
    const rows = await attempts(id);
    expect(rows.filter(({ state }) => state === "pending")).toHaveLength(1);
    expect(rows).toHaveLength(2);
  });
});

describe("the whole order in place of its prepayment", () => {
  /** 40 % of the order are asked for; the service lets its customers pay all of it. */
  async function partly(service: PaymentServiceId): Promise<OrderId> {
    await at.owner`update payment_services set customer_may_pay_whole = true where id = ${service}`;
    return order(service, [], { kind: "percent", percent: "40" });
  }
  const pay = (id: OrderId, sum: "deposit" | "whole" | null, times = 1) =>
    Promise.all(Array.from({ length: times }, () => payOrder(at.world, customer(), id, { serviceId: null, sum })));
  const sums = async (id: OrderId) => (await attempts(id)).map(({ state, amount_minor }) => [state, amount_minor]);

  test.each(["debit", "liqpay"] as const)(
    "at %s: one live link whatever is chosen how often, back and forth",
    async (name) => {
      const id = await partly(at.services[name]);
      await pay(id, "deposit");
      await pay(id, null);
      expect(await sums(id)).toEqual([["pending", "29990"]]);
      await pay(id, "whole", 6);
      expect(await sums(id)).toEqual([
        ["cancelled", "29990"],
        ["pending", "74975"],
      ]);
      // Whoever just presses Pay gets what was chosen last.
      expect(await pay(id, null)).toMatchObject([{ ok: true, value: { attempt: 2 } }]);
      await pay(id, "deposit", 3);
      expect((await sums(id)).at(-1)).toEqual(["pending", "29990"]);
      expect((await sums(id)).filter(([state]) => state === "pending")).toHaveLength(1);
    },
  );

  test("paid in full, the order is open and nothing is asked for any more", async () => {
    const id = await partly(at.services.debit);
    await pay(id, "whole");
    await at.monobank.act((await newest(id)).id as string, { action: "pay" });
    const page = await eventually(
      () => pageOf(id),
      ({ state }) => state === "paid",
    );
    expect(page).toMatchObject({ laterMinor: 0n, pay: null });
    const [row] = await at.owner`select accepted, secured_minor from sales_orders where id = ${id}`;
    expect(row).toMatchObject({ accepted: true, secured_minor: "74975" });
  });

  test("where it is not offered, nothing is made", async () => {
    const id = await partly(at.services.debit);
    await at.owner`update payment_services set customer_may_pay_whole = false where id = ${at.services.debit}`;
    expect(await pay(id, "whole")).toEqual([{ ok: false, error: "not_offered" }]);
    expect(await sums(id)).toEqual([["pending", "29990"]]);
  });
});

describe("asking the seller for a link", () => {
  const told = async (id: OrderId) =>
    at.owner`select kind, source from order_timeline where order_id = ${id} and kind = 'page.link_asked'`;

  test("where the customer may not renew: told once however often it is pressed, and again for the next link", async () => {
    await at.owner`update payment_services set customer_may_renew = false where id = ${at.services.debit}`;
    const id = await order(at.services.debit);
    await expire(await newest(id));
    expect(await press(id)).toEqual({ ok: false, error: "unavailable" });
    await Promise.all(Array.from({ length: 10 }, () => askForLink(at.world, customer(), id)));
    expect(await told(id)).toEqual([{ kind: "page.link_asked", source: "customer" }]);
    const noticed = await at.owner`select user_id, params from notices where order_id = ${id} and kind = 'link_wanted'`;
    expect(noticed).toMatchObject([{ params: { amount: { amount: 74975, currency: "UAH" } } }]);
    expect(await attempts(id)).toHaveLength(1);

    expect(await requestNewLink(at.world, at.sales, id, {})).toMatchObject({ ok: true });
    expect((await pageOf(id)).state).toBe("ready");
    await askForLink(at.world, customer(), id);
    expect(await told(id)).toHaveLength(1);
    await expire(await newest(id));
    await askForLink(at.world, customer(), id);
    expect(await told(id)).toHaveLength(2);
    await at.owner`update payment_services set customer_may_renew = true where id = ${at.services.debit}`;
  });
});

describe("asking the bank", () => {
  const questions = async (reference: string) => {
    const [row] = await at.owner`select checked_at from payments where id = ${reference}`;
    return (row?.checked_at as Date | null)?.getTime() ?? 0;
  };

  test("learns of a payment whose webhook never came", async () => {
    const id = await order(at.services.debit);
    await at.monobank.webhooks({ mode: "lost" });
    await at.monobank.act((await newest(id)).id as string, { action: "pay" });
    expect((await pageOf(id, at.world, true)).state).toBe("checking");
    expect(await checkPaid(at.world, customer(), id)).toBe("asked");
    expect(await stateOf(id)).toBe("paid");
    expect(await checkPaid(at.world, customer(), id)).toBe("nothing_to_ask");
  });

  test("happens once in a few seconds, whoever asks and how often", async () => {
    const id = await order(at.services.debit);
    const { id: reference } = await newest(id);
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkPaid(at.world, customer(), id)));
    expect(answers.filter((answer) => answer === "asked")).toHaveLength(1);
    const asked = await questions(reference as string);
    expect(await checkPaid(at.world, customer(), id)).toBe("asked_lately");
    expect(await questions(reference as string)).toBe(asked);
    expect(await checkPaid(inTime(6), customer(), id)).toBe("asked");
    expect((await pageOf(id, inTime(6), true)).state).toBe("not_yet");
  });

  test("a bank that does not answer is not asked the faster for it", async () => {
    const id = await order(at.services.debit);
    await at.monobank.fault({ mode: "503", operation: "status" });
    expect(await checkPaid(at.world, customer(), id)).toBe("no_answer");
    expect(await checkPaid(at.world, customer(), id)).toBe("asked_lately");
    expect((await pageOf(id, at.world, true)).state).toBe("checking");
  });

  test("finds money on a link that was replaced, when a person says it is paid", async () => {
    const id = await order(at.services.liqpay, [at.services.liqpay, at.services.debit]);
    const first = await newest(id);
    expect(await press(id, { serviceId: at.services.debit })).toMatchObject({ ok: true });
    await at.liqpay.webhooks({ mode: "lost" });
    await at.liqpay.act(first.id as string, { action: "pay", link: first.url as string });
    expect(await checkPaid(inTime(10), customer(), id, { earlierToo: true })).toBe("asked");
    expect(await stateOf(id)).toBe("in_review");
    expect(await press(id)).toEqual({ ok: false, error: "in_review" });
  });
});

describe("opening the page", () => {
  const opens = async (id: OrderId) => (await at.owner`select * from order_opens where order_id = ${id}`)[0];
  const told = async (id: OrderId) =>
    at.owner`select kind, params, source, "group" from order_timeline where order_id = ${id} and kind = 'page.opened'`;

  test("is counted for people, told once, and programs stand apart", async () => {
    const id = await order(at.services.debit);
    await noteOpened(at.world, customer(), id, { program: true, from: null });
    expect(await opens(id)).toMatchObject({ count: 0, preview_count: 1, first_at: null });
    await noteOpened(at.world, customer(), id, { program: false, from: "Viber" });
    await noteOpened(inTime(60), customer(), id, { program: false, from: null });
    const row = await opens(id);
    expect(row).toMatchObject({ count: 2, preview_count: 1, last_from: "Viber" });
    expect(row?.last_at.getTime()).toBeGreaterThan(row?.first_at.getTime() + 50_000);
    expect(await told(id)).toEqual([
      { kind: "page.opened", params: { channel: "Viber" }, source: "customer", group: "messages" },
    ]);
  });

  test("many at once are all counted and told once", async () => {
    const id = await order(at.services.debit);
    await Promise.all(
      Array.from({ length: 10 }, () => noteOpened(at.world, customer(), id, { program: false, from: null })),
    );
    expect(await opens(id)).toMatchObject({ count: 10 });
    expect(await told(id)).toHaveLength(1);
  });
});
