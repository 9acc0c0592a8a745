import { readFileSync } from "node:fs";
import { expect, request } from "@playwright/test";
import { runningStack } from "#e2e/rig/running-stack";
import { ELSEWHERE, NOT_COVERED } from "#e2e/stories/scenarios";
import {
  app,
  attempts,
  bank,
  bankIsItself,
  booked,
  done,
  managePaymentLinks,
  newest,
  type Order,
  openOrder,
  orderRow,
  paidOrder,
  pay,
  post,
  releasedOrder,
  sql,
  test,
  uah,
} from "#e2e/stories/staff";
import { banksAreQuiet, due, dustSettles, newsOfOracles, taskRuns } from "#e2e/stories/turns";

/**
 * The failure catalogue, A–G, against the running application: two instances, emulated banks that misbehave, and after each
 * scenario the oracles. What is proven elsewhere is looked up; the list of all numbers is printed at the end.
 */
test.describe.configure({ timeout: 180_000 });

const A_TO_G = [...Array.from({ length: 91 }, (_, n) => n + 1), 158, 159];
const played = new Map<number, string>();
const banks = () => ({ monobank: bank("monobank"), liqpay: bank("liqpay") });

test.beforeAll(async () => {
  for (const it of Object.values(banks()))
    await it.call("POST", "/switches", { processingMs: 30, webhookRetrySpacingMs: [200, 400] });
  await newsOfOracles();
});
test.afterAll(async () => {
  for (const it of Object.values(banks()))
    await it.call("POST", "/switches", { processingMs: 300, webhookRetrySpacingMs: [1_000, 3_000] });
});

async function nothingIsWrong(since: Date): Promise<void> {
  await bankIsItself();
  await dustSettles(since);
  expect(await newsOfOracles()).toEqual([]);
}

/** One scenario of the catalogue. */
function scenario(number: number | number[], title: string, play: () => Promise<void>): void {
  const numbers = [number].flat();
  test(`${numbers.join(", ")}: ${title}`, async () => {
    const since = new Date(Date.now() - 1_000);
    await play();
    await nothingIsWrong(since);
    for (const one of numbers) played.set(one, title);
  });
}

/** Runs of the task, at one instance and the other in turn. */
const asked = async (order: Order, runs = 2) => {
  for (let run = 0; run < runs; run++) await taskRuns(run % 2, order);
};
const eventsOf = async (order: Order) => {
  const { id } = await newest(order);
  return sql()`select facts, effect, event_key from payment_events where payment_id = ${id} order by id`;
};
const inboxOf = async (order: Order) => {
  const { id } = await newest(order);
  return sql()`select state, delivery_count from webhook_inbox where reference = ${id} order by id`;
};
const open = (order: Order) =>
  expect.poll(async () => (await orderRow(order)).accepted, { message: "the gate opens" }).toBe(true);
type Sent = { answer: number | null; body: string; headers: Record<string, string>; url: string };
/** What the bank has told of an order so far, and what it was answered. */
const deliveries = async (order: Order): Promise<Sent[]> => {
  const { id, provider } = await newest(order);
  const all = await bank(provider).call<(Sent & { reference: string })[]>("GET", "/webhooks");
  return all.filter((it) => it.reference === id && it.body !== "");
};
/** What a stranger, or the bank a second time, sends to an instance. */
const deliver = async (body: string | Uint8Array, headers: Record<string, string>, serviceId: string, instance = 0) =>
  (
    await fetch(`${app(instance)}/api/webhooks/${serviceId}`, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : Buffer.from(body),
    })
  ).status;
/** Paid, and every message about it has been answered. */
const paidAndTold = async (kind: "debit" | "hold" | "liqpay") => {
  const order = await paidOrder(kind);
  await banksAreQuiet();
  return order;
};
const paidUnheard = async (kind: "debit" | "hold" | "liqpay") => {
  const order = await releasedOrder(kind);
  await banksAreQuiet();
  const it = bank((await newest(order)).provider);
  await it.webhooks({ mode: "lost" });
  await pay(order);
  await it.webhooks({ mode: "normal" });
  return order;
};

test.describe("A. webhooks", () => {
  scenario(1, "the same event ten times, one after another: one row, one fact, ten thanks", async () => {
    for (const kind of ["debit", "liqpay"] as const) {
      const order = await paidUnheard(kind);
      const { id, provider } = await newest(order);
      const sent = (await bank(provider).resend({ reference: id, times: 10 })) as unknown as Sent[];
      expect(sent.map(({ answer }) => answer)).toEqual(Array(10).fill(200));
      expect((await inboxOf(order)).at(-1)).toEqual({ state: "applied", delivery_count: 10 });
      expect((await eventsOf(order)).filter(({ facts }) => facts.capturedMinor === "44985")).toHaveLength(1);
    }
  });

  scenario(3, "written differently and signed again: the same event", async () => {
    const order = await paidAndTold("debit");
    const { id } = await newest(order);
    const before = (await eventsOf(order)).length;
    await bank("monobank").resend({ reference: id, reserialize: true });
    await bank("monobank").resend({ reference: id, all: true, times: 3, parallel: true });
    expect(await eventsOf(order)).toHaveLength(before);
  });

  scenario(7, "about an invoice nobody has heard of: kept, thanked, and nothing moves", async () => {
    const order = await releasedOrder("debit");
    const { service_id } = await newest(order);
    await banksAreQuiet();
    const [before] = await sql()`select count(*)::int as n from webhook_inbox where service_id = ${service_id}`;
    const body = {
      invoiceId: "p2_nobodyKnowsIt",
      status: "success",
      amount: 44_985,
      ccy: 980,
      reference: "nobody-knows-it",
    };
    const url = `${app(1)}/api/webhooks/${service_id}`;
    // The seed's token (db/seed/services.ts): the message is signed as the bank signs for this very service.
    const account = "test-monobank-token";
    const sent = await bank("monobank").call<Sent>("POST", "/webhooks/send", {
      url,
      account,
      body,
    });
    expect(sent.answer).toBe(200);
    const [after] = await sql()`select count(*)::int as n from webhook_inbox where service_id = ${service_id}`;
    expect(after?.n).toBe(before?.n + 1);
    expect(await sql()`select state from webhook_inbox where reference = 'nobody-knows-it'`).toEqual([
      { state: "unmatched" },
    ]);
    expect(await newest(order)).toMatchObject({ state: "pending", captured_minor: "0" });
  });

  scenario(9, "a delivery that was recorded is played again half a year later: nothing new", async () => {
    for (const kind of ["debit", "liqpay"] as const) {
      const order = await paidAndTold(kind);
      const { service_id } = await newest(order);
      const recorded = (await deliveries(order)).at(-1) as Sent;
      const { id } = await newest(order);
      await sql().begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx`update webhook_inbox set received_at = received_at - interval '6 months' where reference = ${id}`;
        await tx`update payment_events set received_at = received_at - interval '6 months' where payment_id = ${id}`;
      });
      const before = (await eventsOf(order)).length;
      for (const instance of [0, 1])
        expect(await deliver(recorded.body, recorded.headers, service_id, instance)).toBe(200);
      expect(await eventsOf(order)).toHaveLength(before);
    }
  });

  scenario(10, "every delivery failed, the task found it, and days later the bank tries again: one fact", async () => {
    for (const kind of ["debit", "liqpay"] as const) {
      const order = await paidUnheard(kind);
      await asked(order, 1);
      expect(await newest(order)).toMatchObject({ state: "successful" });
      const { id, provider } = await newest(order);
      await bank(provider).resend({
        reference: id,
        all: true,
        urls: [`${app(1)}/api/webhooks/${(await newest(order)).service_id}`],
      });
      const told = await sql()`select 1 from order_timeline where order_id = ${order.id} and kind = 'payment.captured'`;
      expect(told).toHaveLength(1);
    }
  });

  scenario(15, "a true message for one order sent to another service's address: counts for neither twice", async () => {
    const [mine, other] = [await paidUnheard("debit"), await releasedOrder("hold")];
    await banksAreQuiet();
    const { service_id } = await newest(other);
    await bank("monobank").resend({
      reference: (await newest(mine)).id,
      all: true,
      urls: [`${app()}/api/webhooks/${service_id}`],
    });
    expect(await newest(other)).toMatchObject({
      state: "pending",
      held_minor: "0",
      captured_minor: "0",
      needs_review: false,
    });
    expect((await orderRow(other)).accepted).toBe(false);
  });

  scenario(16, "bytes changed on the way: refused, whatever they still mean", async () => {
    const order = await paidAndTold("debit");
    const { service_id } = await newest(order);
    const { body, headers } = (await deliveries(order)).at(-1) as Sent;
    const [before] = await sql()`select count(*)::int as n, sum(delivery_count)::int as all from webhook_inbox`;
    const bytes = new TextEncoder().encode(body);
    const changed = [
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
      Buffer.concat([bytes, Buffer.from("\n")]),
      Buffer.concat([bytes, Buffer.from([0x80])]),
      Buffer.from(JSON.stringify(JSON.parse(body), null, 1)),
    ];
    const { "content-length": _length, ...rest } = headers;
    for (const it of changed) expect(await deliver(it, rest, service_id)).toBe(401);
    const [after] = await sql()`select count(*)::int as n, sum(delivery_count)::int as all from webhook_inbox`;
    expect(after).toEqual(before);
  });

  scenario(18, "other methods at the webhook's address: refused, and nothing is read", async () => {
    const { service_id } = await newest(await releasedOrder("debit"));
    const anybody = await request.newContext({ baseURL: app(1) });
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
      expect([method, (await anybody.fetch(`/api/webhooks/${service_id}`, { method })).status()]).toEqual([
        method,
        405,
      ]);
    expect((await anybody.post("/api/webhooks/svc_nobody", { data: "{}" })).status()).toBe(404);
    await anybody.dispose();
  });

  scenario(21, "the order is locked while the bank tells: it sends again, and it counts once", async () => {
    const order = await releasedOrder("debit");
    await banksAreQuiet();
    const told = (await deliveries(order)).length;
    await sql().begin(async (tx) => {
      await tx`select 1 from sales_orders where id = ${order.id} for update`;
      await pay(order);
      const refused = async () => (await deliveries(order)).slice(told).some(({ answer }) => answer !== 200);
      await expect.poll(refused, { message: "it hears that it is not kept", timeout: 60_000 }).toBe(true);
    });
    await asked(order, 1);
    await open(order);
    expect((await eventsOf(order)).filter(({ facts }) => facts.capturedMinor === "44985")).toHaveLength(1);
  });

  scenario(158, "the payer posts our own signed link back as if LiqPay had: refused", async () => {
    const order = await releasedOrder("liqpay");
    const { url, service_id } = await newest(order);
    const link = new URL(url);
    const form = new URLSearchParams({
      data: link.searchParams.get("data") ?? "",
      signature: link.searchParams.get("signature") ?? "",
    });
    expect(form.get("data")).not.toBe("");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (const [instance, more] of [
      [0, ""],
      [1, "&status=success"],
    ] as const) {
      const answer = await deliver(`${form}${more}`, headers, service_id, instance);
      expect([400, 401]).toContain(answer);
    }
    expect(await newest(order)).toMatchObject({ state: "pending", captured_minor: "0" });
  });

  scenario(19, "the bank changes its key while payments run: the next ones count all the same", async () => {
    await bank("monobank").call("POST", "/keys/rotate");
    const order = await releasedOrder("debit");
    await pay(order);
    await asked(order);
    await open(order);
    const { state, needs_review } = await newest(order);
    expect([state, needs_review]).toEqual(["successful", false]);
    // A key is asked for at most once in half a minute; from then on its messages are thanked. Each instance asks for itself.
    for (const { id, service_id } of [await newest(order), await newest(await releasedOrder("hold"))])
      for (const instance of [0, 1]) {
        const urls = [`${app(instance)}/api/webhooks/${service_id}`];
        const answer = async () =>
          ((await bank("monobank").resend({ reference: id, urls })) as unknown as Sent[])[0]?.answer;
        await expect.poll(answer, { timeout: 90_000, intervals: [500, 2_000] }).toBe(200);
      }
  });
});

test.describe("B. calls whose outcome is unknown", () => {
  for (const [number, mode] of [
    [25, "commit_then_drop"],
    [26, "drop_before_commit"],
  ] as const)
    scenario(number, `create, ${mode}: on its way, not failed; a second press joins; one link in the end`, async () => {
      const order = await openOrder("debit");
      await bank("monobank").fault({ operation: "create", mode, times: 1 });
      const answer = await post("sales", `/orders/${order.id}/release`);
      expect([answer.status(), (await answer.json()).pending]).toEqual([202, true]);
      expect((await post("sales", `/orders/${order.id}/release`, {}, 1)).status()).toBeLessThan(300);
      await asked(order);
      await banksAreQuiet();
      expect((await attempts(order)).map(({ state }) => state)).toEqual(["pending"]);
      expect((await newest(order)).url).toMatch(/^http/);
      expect((await booked(order, "link_created")) - (await booked(order, "removed"))).toBe(1);
    });

  scenario(27, "finalize, answer lost: a second press is refused, taken once", async () => {
    const order = await paidOrder("hold");
    const { id } = await newest(order);
    await bank("monobank").fault({ operation: "finalize", mode: "commit_then_drop", times: 1 });
    expect((await post("finance", `/payments/${id}/finalize`)).status()).toBe(202);
    const second = await post("finance", `/payments/${id}/finalize`, {}, 1);
    expect(second.status()).toBe(409);
    await asked(order);
    expect(await newest(order)).toMatchObject({ state: "successful", captured_minor: "44985" });
    expect(await booked(order, "captured")).toBe(1);
  });

  scenario(29, "two refunds of the same sum, the answer to one of them lost: two, not one and not three", async () => {
    for (const kind of ["debit", "liqpay"] as const) {
      const order = await paidOrder(kind);
      const { id, provider } = await newest(order);
      await bank(provider).fault({ operation: "cancel", mode: "commit_then_drop", times: 1 });
      for (let n = 0; n < 2; n++) {
        const wish = { amount: uah(5_000), reason: "Half of it" };
        await expect
          .poll(async () => (await post("finance", `/payments/${id}/refunds`, wish, n)).status(), { timeout: 60_000 })
          .toBeLessThan(300);
        await asked(order);
      }
      expect(await booked(order, "refunded")).toBe(2);
      expect(await newest(order)).toMatchObject({ refunded_minor: "10000", needs_review: false });
    }
  });

  scenario(
    30,
    "cancel, answer lost, and the customer pays in between: the money is kept and a person looks",
    async () => {
      const order = await releasedOrder("debit");
      const { id } = await newest(order);
      await bank("monobank").fault({ operation: "remove", mode: "commit_then_drop", times: 1 });
      expect((await post("sales", `/payments/${id}/cancel`, { reason: null })).status()).toBe(202);
      await pay(order, { action: "pay", force: true }).catch(() => null);
      await asked(order);
      await banksAreQuiet();
      const payment = await newest(order);
      const took = await booked(order, "captured");
      expect(payment.captured_minor).toBe(took ? "44985" : "0");
      // Late: the bank had confirmed the removal. In time: the removal turned out not to have happened.
      if (took && payment.ended === "cancelled") expect(payment.needs_review).toBe(true);
      const shipped = (await post("sales", `/orders/${order.id}/shipments`)).status() < 300;
      expect(shipped).toBe(took === 1 && !payment.needs_review);
    },
  );

  scenario(31, "500 that is a plain no: the refund is refused with the bank's sentence, the money stays", async () => {
    const order = await paidOrder("debit");
    const { id } = await newest(order);
    await bank("monobank").fault({ operation: "cancel", mode: "cancel_not_available", times: 1 });
    const refused = await post("finance", `/payments/${id}/refunds`, { reason: "All of it" });
    expect(refused.status()).toBe(409);
    expect(JSON.stringify(await refused.json())).toContain("cancel is not available");
    expect(await newest(order)).toMatchObject({ state: "successful", refunded_minor: "0" });
    expect((await post("finance", `/payments/${id}/refunds`, { reason: "All of it" })).status()).toBeLessThan(300);
  });

  scenario(32, "an answer about another sum, currency or payment: a person looks, nothing ships", async () => {
    for (const mode of ["wrong_amount", "wrong_currency", "wrong_reference"]) {
      const order = await paidUnheard("debit");
      const { id } = await newest(order);
      await bank("monobank").fault({ operation: "status", mode, reference: id });
      await post("sales", `/payments/${id}/sync`);
      expect([mode, (await newest(order)).needs_review]).toEqual([mode, true]);
      expect((await post("sales", `/orders/${order.id}/shipments`)).status()).toBe(409);
    }
  });

  scenario(34, "the bank does not answer questions: shipping stays shut, and opens with the first answer", async () => {
    const order = await paidUnheard("debit");
    const { id } = await newest(order);
    await bank("monobank").fault({ operation: "status", mode: "503", reference: id });
    expect((await post("sales", `/payments/${id}/sync`)).status()).toBe(409);
    expect((await post("sales", `/orders/${order.id}/shipments`)).status()).toBe(409);
    expect(await sql()`select 1 from shipments where order_id = ${order.id}`).toHaveLength(0);
    await bank("monobank").noFaults();
    await done("sales", `/payments/${id}/sync`);
    await open(order);
  });

  scenario(
    [35, 62],
    "ten runs of the task at once, on two instances, over twelve calls without an answer: each settled once",
    async () => {
      const orders: Order[] = [];
      for (let n = 0; n < 6; n++) {
        orders.push(await openOrder("debit"));
        await bank("monobank").fault({ operation: "create", mode: n % 2 ? "commit_then_drop" : "429", times: 1 });
        await post("sales", `/orders/${orders[n]?.id}/release`);
      }
      for (let n = 0; n < 6; n++) {
        const order = await paidOrder("hold");
        orders.push(order);
        await bank("monobank").fault({ operation: "finalize", mode: n % 2 ? "commit_then_drop" : "503", times: 1 });
        await post("finance", `/payments/${(await newest(order)).id}/finalize`);
      }
      await bank("monobank").noFaults();
      await banksAreQuiet();
      await due(...orders);
      const runs = await Promise.all(Array.from({ length: 10 }, (_, n) => managePaymentLinks(n % 2)));
      for (const run of runs) expect(run.status()).toBe(200);
      for (let run = 0; run < 2; run++) await taskRuns(run, ...orders);
      await banksAreQuiet();
      for (const order of orders.slice(0, 6)) {
        expect((await newest(order)).url).toMatch(/^http/);
        expect((await booked(order, "link_created")) - (await booked(order, "removed"))).toBe(1);
      }
      for (const order of orders.slice(6)) {
        expect(await newest(order)).toMatchObject({ state: "successful" });
        expect(await booked(order, "captured")).toBe(1);
      }
    },
  );
});

test.describe("C and E. an instance that dies, or sleeps", () => {
  scenario(45, "killed five times in a row while it settles one call: settled once in the end", async () => {
    const order = await paidOrder("hold");
    const { id } = await newest(order);
    await bank("monobank").fault({ operation: "finalize", mode: "503", times: 1 });
    expect((await post("finance", `/payments/${id}/finalize`)).status()).toBe(202);
    for (let time = 0; time < 5; time++) {
      const pid = runningStack().apps[1]?.pid;
      await bank("monobank").kill({
        pid,
        operation: time % 2 ? "finalize" : "status",
        when: time === 3 ? "after" : "before",
        reference: id,
      });
      await due(order);
      await managePaymentLinks(1).catch(() => null);
      const { kills } = await bank("monobank").call<{ kills: { times: number }[] }>("GET", "/state");
      expect(
        kills.map(({ times }) => times),
        `death ${time + 1}`,
      ).toEqual([0]);
      await bank("monobank").noFaults();
      // Until the next one dies of it, nobody takes over.
      await sql()`update provider_operations set locked_until = now() + interval '1 hour'
        where payment_id = ${id} and finished_at is null`;
      await expect.poll(() => runningStack().apps[1]?.pid, { timeout: 60_000 }).not.toBe(pid);
    }
    await asked(order);
    expect(await newest(order)).toMatchObject({ state: "successful", captured_minor: "44985" });
    expect(await booked(order, "captured")).toBe(1);
  });

  scenario(64, "an instance sleeps in the middle of a call, another takes over, it wakes up: done once", async () => {
    const order = await paidOrder("hold");
    const { id } = await newest(order);
    const { pid } = runningStack().apps[1] as { pid: number };
    const thinking = await bank("monobank").fault({ operation: "finalize", mode: "slow", ms: 60_000, reference: id });
    const pressing = post("finance", `/payments/${id}/finalize`, {}, 1);
    await expect.poll(() => bank("monobank").met(thinking), { message: "the call is at the bank" }).toBe(1);
    process.kill(pid, "SIGSTOP");
    try {
      await bank("monobank").webhooks({ mode: "lost" });
      await bank("monobank").noFaults();
      await expect.poll(() => booked(order, "captured")).toBe(1);
      await taskRuns(0, order);
      await taskRuns(0, order);
      expect(await newest(order)).toMatchObject({ state: "successful", captured_minor: "44985" });
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect((await pressing).status()).toBeLessThan(500);
    expect(await booked(order, "captured")).toBe(1);
    const operations =
      await sql()`select state from provider_operations where payment_id = ${id} and kind = 'finalize'`;
    expect(operations).toEqual([{ state: "confirmed" }]);
  });
});

test.describe("F and G. money and time", () => {
  scenario(
    83,
    "money is taken back at the bank after the goods have left: an alarm and a task, the shipment stays",
    async () => {
      const order = await paidOrder("debit");
      await done("sales", `/orders/${order.id}/shipments`);
      await bank("monobank").act((await newest(order)).id, { action: "refund_at_bank" });
      await expect.poll(async () => (await newest(order)).state).toBe("refunded");
      expect(await sql()`select 1 from shipments where order_id = ${order.id}`).toHaveLength(1);
      expect((await sql()`select 1 from alarms where order_id = ${order.id}`).length).toBeGreaterThan(0);
      const tasks = await sql()`select cause from review_tasks where order_id = ${order.id} and closed_at is null`;
      expect(tasks.map(({ cause }) => cause)).toContain("external_refund");
    },
  );

  scenario(86, "paid in the last seconds of the link: paid, never expired", async () => {
    const order = await releasedOrder("debit");
    const { id, valid_until } = await newest(order);
    await bank("monobank").webhooks({ mode: "lost" });
    await bank("monobank").call("POST", "/switches", { processingMs: 600_000 });
    await bank("monobank").advance(Math.floor((valid_until.getTime() - Date.now()) / 1_000) - 20);
    await pay(order, { action: "pay", wait: false });
    await bank("monobank").advance(60);
    await bank("monobank").call("POST", "/switches", { processingMs: 30 });
    await bank("monobank").call("POST", "/hurry");
    await expect.poll(() => booked(order, "captured")).toBe(1);
    await bank("monobank").webhooks({ mode: "normal" });
    await done("sales", `/payments/${id}/sync`);
    expect(await newest(order)).toMatchObject({ state: "successful", needs_review: false });
    await open(order);
  });
});

test("every number of A–G is played, proven elsewhere by a test that exists, or named with the reason why not", () => {
  const missing: string[] = [];
  const lines = A_TO_G.map((number) => {
    const title = played.get(number);
    if (title) return `  ${number} played: ${title}`;
    const elsewhere = ELSEWHERE[number];
    if (elsewhere) {
      for (const [file, words] of elsewhere.by)
        if (!readFileSync(file, "utf8").includes(words)) missing.push(`${number}: no "${words}" in ${file}`);
      return `  ${number} by ${elsewhere.by.map(([file, words]) => `${file} “${words.trim()}”`).join("; ")}`;
    }
    const reason = NOT_COVERED[number];
    if (!reason) missing.push(`${number}: neither played, nor elsewhere, nor a reason`);
    return `  ${number} NOT COVERED: ${reason}`;
  });
  const not = A_TO_G.filter((number) => !played.has(number) && !ELSEWHERE[number]);
  console.log(lines.join("\n"));
  console.log(
    `${played.size} played here, ${A_TO_G.length - played.size - not.length} by other tests, ${not.length} not covered: ${not.join(", ")}`,
  );
  expect(missing).toEqual([]);
});
