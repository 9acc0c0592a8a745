import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "#db/client";
import { freshDatabase } from "#e2e/rig/database";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import type { MoneyFacts } from "#lib/domain/payment";
import type { Observation } from "#lib/domain/provider";
import { cancelPayment } from "./cancel-payment.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { invoiceOrder } from "./invoice-order.ts";
import { managePaymentLinks } from "./manage-payment-links.ts";
import { recordObservation } from "./record-observation.ts";
import { releaseHold } from "./release-hold.ts";
import { requestNewLink } from "./request-new-link.ts";
import { shipOrder } from "./ship-order.ts";
import { TASK, type World } from "./world.ts";

let at: WorkflowWorld;
let shop: Shop;
/** The application a second time: its own connections to the same database. */
let elsewhere: World;
let closeElsewhere: () => Promise<void>;

beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  const second = openDatabase(process.env.DATABASE_URL ?? "", 10);
  elsewhere = { ...at.world, db: second.db };
  closeElsewhere = second.close;
  for (const bank of [at.monobank, at.liqpay]) await bank.call("POST", "/switches", { processingMs: 20 });
});
afterAll(async () => {
  await closeElsewhere?.();
  await at?.stop();
});

const times = <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));
/** Up to so many milliseconds: two who start together seldom do. */
const soon = (ms: number) => new Promise((wake) => setTimeout(wake, Math.random() * ms));
async function inTurn<T>(count: number, work: (n: number) => Promise<T>, width = 5): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < count; n += width) results.push(...(await times(Math.min(width, count - n), (m) => work(n + m))));
  return results;
}

describe("goods that leave while the money goes back", () => {
  const SERVICE = "svc_races";
  const PAIRS = 200;

  /** A database with covered orders, and the same with a gate that only looks. */
  async function shopOfItsOwn(gateLocks: boolean) {
    const database = await freshDatabase();
    const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} });
    const [seller, bank] = [1, 2].map(() => postgres(database.appUrl, { max: 6, onnotice: () => {} })) as [
      postgres.Sql,
      postgres.Sql,
    ];
    await owner`insert into payment_services ${owner({
      id: SERVICE,
      provider: "monobank",
      name: "monobank",
      currency: "UAH",
      currency_numeric: 980,
      payment_type: "debit",
      validity_seconds: 3600,
      mode: "test",
    })}`;
    if (!gateLocks) {
      const [gate] = await owner<{ code: string }[]>`select pg_get_functiondef('ship_gate'::regproc) as code`;
      const blind = (gate?.code ?? "").replaceAll(/ for share/gi, "");
      expect(blind).not.toBe(gate?.code);
      await owner.unsafe(blind);
    }
    await owner`
      insert into sales_orders (id, number, order_date, currency, service_id, prepayment_kind, prepayment_minor, net_minor,
        total_minor, required_minor, pay_token)
      select 'ord_' || n, 'SO-' || n, '2026-11-20', 'UAH', ${SERVICE}, 'amount', 30000, 100000, 100000, 30000, 't' || n
      from generate_series(1, ${PAIRS}::int) n`;
    await owner`
      insert into order_lines (id, order_id, position, description, quantity_milli, unit_price_minor, net_minor, vat_minor, total_minor)
      select 'lin_' || n, 'ord_' || n, 1, 'x', 1000, 100000, 100000, 0, 100000 from generate_series(1, ${PAIRS}::int) n`;
    await owner`update sales_orders set released_at = now(), status = 'released'`;
    await owner`
      insert into payments (id, order_id, service_id, provider, attempt, payment_type, mode, hold_margin_hours, amount_minor,
        currency, purpose, language, valid_until, progress, state, captured_minor, held_minor, hold_expires_at)
      select 'pay_' || n, 'ord_' || n, ${SERVICE}, 'monobank', 1, 'debit', 'test', 24, 30000, 'UAH', 'x', 'uk', now() + interval '1 hour',
        'processing', case when n % 2 = 0 then 'successful' else 'withholding' end, case when n % 2 = 0 then 30000 else 0 end,
        case when n % 2 = 0 then 0 else 30000 end, now() + interval '9 days'
      from generate_series(1, ${PAIRS}::int) n`;
    return {
      owner,
      seller,
      bank,
      appUrl: database.appUrl,
      /** Shipped, not covered, and nobody told: what must never be. */
      silent: async () => {
        const [row] = await owner<{ silent: number; shipped: number; alarms: number }[]>`
          select count(*) filter (where it.covered < o.required_minor and it.shipped and not it.alarmed)::int as silent,
            count(*) filter (where it.shipped)::int as shipped, count(*) filter (where it.alarmed)::int as alarms
          from sales_orders o cross join lateral (
            select (select coalesce(sum(covered_now(p)), 0) from payments p where p.order_id = o.id) as covered,
              exists (select 1 from shipments s where s.order_id = o.id) as shipped,
              exists (select 1 from alarms a where a.order_id = o.id) as alarmed) it`;
        return row ?? { silent: -1, shipped: -1, alarms: -1 };
      },
      close: () => Promise.all([owner, seller, bank].map((sql) => sql.end({ timeout: 2 }))),
    };
  }

  /** Both at once by SQL: one posts a shipment, one writes that the money is gone. Neither waits before its commit. */
  async function race(it: Awaited<ReturnType<typeof shopOfItsOwn>>) {
    await inTurn(PAIRS, async (index) => {
      const n = index + 1;
      const ship = it.seller.begin(async (tx) => {
        await soon(2);
        await tx`insert into shipments (id, order_id, number) values (${`shp_${n}`}, ${`ord_${n}`}, ${`SH-${n}`})`;
        await soon(3);
      });
      const back = it.bank.begin(async (tx) => {
        await soon(2);
        await tx`update payments set refunded_minor = captured_minor, hold_released = (captured_minor = 0),
                 state = case when captured_minor > 0 then 'refunded' else 'cancelled' end where id = ${`pay_${n}`}`;
        await soon(3);
      });
      const [shipped, returned] = await Promise.allSettled([ship, back]);
      expect(returned.status).toBe("fulfilled");
      if (shipped.status === "rejected") expect(shipped.reason.constraint_name).toBe("prepayment_not_covered");
    });
    return it.silent();
  }

  test(`of ${PAIRS} pairs by SQL, none ships silently: refused, or an alarm`, async () => {
    const it = await shopOfItsOwn(true);
    const { silent, shipped, alarms } = await race(it);
    await it.close();
    expect(silent).toBe(0);
    // Both ends happen, or nothing raced.
    expect(shipped).toBeGreaterThan(0);
    expect(shipped).toBeLessThan(PAIRS);
    expect(alarms).toBe(shipped);
  });

  test("the same race finds a gate that looks without locking: most ship silently", async () => {
    const it = await shopOfItsOwn(false);
    const { silent } = await race(it);
    await it.close();
    expect(silent).toBeGreaterThan(PAIRS / 10);
  });

  test("through the workflows, in two instances of the application: none silently either", async () => {
    const it = await shopOfItsOwn(true);
    const [one, two] = [openDatabase(it.appUrl, 6), openDatabase(it.appUrl, 6)];
    const { id, name } = at.sales;
    await it.owner`insert into users ${it.owner({ id, name, email: "a@b", role: "sales", password_hash: "-" })}`;
    const answers = await inTurn(PAIRS, async (index) => {
      const n = index + 1;
      const gone: Partial<MoneyFacts> =
        n % 2 === 0 ? { capturedMinor: 30_000n, refundedMinor: 30_000n } : { heldMinor: 30_000n, holdReleased: true };
      const shipping = soon(6).then(() =>
        shipOrder({ ...at.world, db: one.db }, at.sales, `ord_${n}` as OrderId, WHOLE),
      );
      const returning = soon(6).then(() =>
        recordObservation({ ...at.world, db: two.db }, `pay_${n}` as PaymentId, {
          observation: report(`pay_${n}`, gone),
          source: "status",
          sourceRef: null,
          actor: TASK,
        }),
      );
      const [shipped, returned] = await Promise.all([shipping, returning]);
      expect(codeOf(returned)).toBe("ok");
      return codeOf(shipped);
    });
    const { silent, shipped, alarms } = await it.silent();
    await Promise.all([one.close(), two.close(), it.close()]);
    expect(silent).toBe(0);
    expect(shipped).toBe(answers.filter((code) => code === "ok").length);
    expect(alarms).toBe(shipped);
    for (const code of answers) expect(["ok", "MONEY_RETURNED", "HOLD_LOST", "IN_REVIEW"]).toContain(code);
    expect(new Set(answers).size).toBeGreaterThan(1);
  });
});

/** A status answer of the bank, for races in which no bank takes part. */
const report = (reference: string, facts: Partial<MoneyFacts>): Observation => ({
  reference,
  providerPaymentId: null,
  facts,
  asked: null,
  providerStatus: "reversed",
  unknownStatus: false,
  wrongAccount: false,
  holdExpiresAt: null,
  details: {},
  refunds: [],
  providerTime: null,
  eventKey: "reversed",
  raw: {},
});

describe("money that is reported by several at once", () => {
  test("a webhook delivered ten times in parallel is one event, one fact, and counted ten times", async () => {
    for (const service of [at.services.debit, at.services.liqpay]) {
      const { orderId, paymentId } = await shop.released(service);
      const bank = service === at.services.debit ? at.monobank : at.liqpay;
      await bank.webhooks({ mode: "lost" });
      await shop.pay(paymentId);
      await bank.webhooks({ mode: "normal" });
      expect(await shop.order(orderId)).toMatchObject({ status: "pending_prepayment" });
      const answers = await bank.resend({ reference: paymentId, times: 10, parallel: true });
      expect(answers).toHaveLength(10);
      for (const { status, ...attempt } of answers)
        expect((attempt as unknown as { answer: number }).answer, status.toString()).toBe(200);
      const inbox = await at.owner`select delivery_count, state from webhook_inbox where reference = ${paymentId}
                                   order by id desc limit 1`;
      expect(inbox).toEqual([{ delivery_count: 10, state: "applied" }]);
      expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", captured_minor: "44985" });
      const captures = (await shop.events(paymentId)).filter(({ facts }) => facts.capturedMinor === "44985");
      expect(captures).toHaveLength(1);
      const kinds = await shop.timeline(orderId);
      expect(kinds.filter((kind) => kind === "payment.captured")).toHaveLength(1);
      expect(kinds.filter((kind) => kind === "order.released_by_payment")).toHaveLength(1);
    }
  });

  test("the same delivered again with its keys in another order, and signed anew, is the same event", async () => {
    const { paymentId } = await shop.paid(at.services.debit);
    const before = await shop.events(paymentId);
    await at.monobank.resend({ reference: paymentId, reserialize: true });
    await at.monobank.resend({ reference: paymentId, times: 2 });
    expect(await shop.events(paymentId)).toEqual(before);
    const [row] = await at.owner`select max(delivery_count) as count from webhook_inbox where reference = ${paymentId}`;
    expect(row?.count).toBe(4);
  });

  test("two runs of Manage Payment Links at once, in two instances, do nothing twice", async () => {
    // Holds whose finalization and links whose creation never reached the bank, and payments whose webhooks were lost.
    await at.monobank.webhooks({ mode: "lost" });
    const holds = await inTurn(6, () => shop.paidQuietly(at.services.hold));
    const paidOnes = await inTurn(6, () => shop.paidQuietly(at.services.debit));
    for (const { paymentId } of holds) expect(codeOf(await shop.sync(paymentId))).toBe("ok");
    await at.monobank.fault({ operation: "finalize", mode: "503", times: 6 });
    for (const { paymentId } of holds) {
      const answer = await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null });
      expect(answer).toMatchObject({ ok: true, value: { pending: true } });
      // An answer of the bank in between: five silences in a row would make us leave it alone for a while.
      await shop.sync(paymentId);
    }
    await at.monobank.fault({ operation: "create", mode: "429", times: 6 });
    const links = await inTurn(6, () => shop.released(at.services.debit));
    for (const { paymentId } of links) expect(await shop.payment(paymentId)).toMatchObject({ state: "creating" });
    await at.monobank.noFaults();

    await shop.timePasses();
    await at.owner`update payments set next_sync_at = now(), locked_until = null where next_sync_at is not null`;
    const runs = await times(4, (n) =>
      managePaymentLinks(n % 2 ? at.world : elsewhere, { startedBy: "tests", deadlineMs: 20_000 }),
    );
    await at.monobank.webhooks({ mode: "normal" });
    expect(runs.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
    for (const { paymentId } of links) {
      expect(await shop.payment(paymentId)).toMatchObject({ state: "pending" });
      expect(await shop.booked(paymentId, "link_created")).toBe(1);
    }
    for (const { paymentId } of paidOnes) {
      expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", captured_minor: "44985" });
      expect((await shop.events(paymentId)).filter(({ facts }) => facts.capturedMinor === "44985")).toHaveLength(1);
    }
    for (const { paymentId } of holds) {
      expect(await shop.booked(paymentId, "captured")).toBe(1);
      expect(await shop.operations(paymentId, "finalize")).toHaveLength(1);
    }
  });
});

describe("two people, one link", () => {
  test("who want a new link at once, ten times over: one attempt, one link at the bank", async () => {
    for (const service of [at.services.debit, at.services.liqpay]) {
      const { orderId, paymentId } = await shop.released(service);
      expect(codeOf(await shop.cancel(paymentId))).toBe("ok");
      const answers = await times(10, (n) => requestNewLink(n % 2 ? at.world : elsewhere, at.sales, orderId, {}));
      for (const answer of answers) expect(["ok", "LINK_LIVE", "CREATING_LINK"]).toContain(codeOf(answer));
      expect(answers.some(({ ok }) => ok)).toBe(true);
      const attempts = await shop.attempts(orderId);
      expect(attempts.map(({ attempt, state }) => [attempt, state])).toEqual([
        [1, "cancelled"],
        [2, "pending"],
      ]);
      if (service === at.services.debit)
        expect(await shop.booked(attempts[1]?.id as PaymentId, "link_created")).toBe(1);
    }
  });
});

describe("held money that two people reach for", () => {
  test("one finalizes while the other lets it go: the bank did one of the two, and we say which", async () => {
    const outcomes = await inTurn(10, async () => {
      const { paymentId } = await shop.paid(at.services.hold);
      const [taking, letting] = await Promise.all([
        soon(3).then(() => finalizeHold(at.world, at.finance, paymentId, { amountMinor: null })),
        soon(3).then(() => releaseHold(elsewhere, at.finance, paymentId)),
      ]);
      expect([codeOf(taking), codeOf(letting)].sort()).toEqual(["OPERATION_RUNNING", "ok"]);
      const { state } = await eventually(
        () => shop.payment(paymentId),
        (row) => row.state !== "withholding",
        "one of the two",
      );
      expect(state).toBe(taking.ok ? "successful" : "cancelled");
      return state;
    });
    expect(outcomes.length).toBe(10);
  });

  test("both invoice: the hold is taken once and one invoice is posted", async () => {
    await inTurn(4, async () => {
      const { orderId, paymentId } = await shop.paid(at.services.hold);
      const answers = await Promise.all([
        invoiceOrder(at.world, at.finance, orderId, { note: null }),
        invoiceOrder(elsewhere, at.finance, orderId, { note: null }),
      ]);
      expect(answers.map(codeOf).sort()).toEqual(["NOTHING_TO_INVOICE", "ok"]);
      expect(await shop.booked(paymentId, "captured")).toBe(1);
      expect(await at.owner`select total_minor from invoices where order_id = ${orderId}`).toEqual([
        { total_minor: "149950" },
      ]);
    });
  });
});

describe("goods that two people reach for", () => {
  test("both ship everything: it leaves once", async () => {
    await inTurn(10, async () => {
      const { orderId } = await shop.paid(at.services.debit);
      const answers = await Promise.all([
        shipOrder(at.world, at.sales, orderId, WHOLE),
        shipOrder(elsewhere, at.sales, orderId, WHOLE),
      ]);
      expect(answers.map(codeOf).sort()).toEqual(["NOTHING_TO_SHIP", "ok"]);
      const [row] = await at.owner`select count(*)::int as n, sum(quantity_milli)::int as pieces from shipments s
                                   join shipment_lines l on l.shipment_id = s.id where s.order_id = ${orderId}`;
      expect(row).toEqual({ n: 2, pieces: 2_000 });
    });
  });
});

describe("a link that is cancelled while the customer pays", () => {
  test("is either gone before the money, or paid: what the bank says, and never both", async () => {
    const outcomes = await inTurn(20, async () => {
      const { orderId, paymentId } = await shop.released(at.services.debit);
      const [cancelled] = await Promise.all([
        soon(4).then(() => cancelPayment(at.world, at.sales, paymentId, { reason: null })),
        // The bank may have closed the page already.
        soon(4).then(() => shop.pay(paymentId).catch(() => null)),
      ]);
      const took = (await shop.booked(paymentId, "captured")) === 1;
      const { state, needs_review } = await eventually(
        () => shop.payment(paymentId),
        (row) => row.state === (took ? "successful" : "cancelled"),
        `what the bank says: ${took ? "paid" : "gone"}`,
      );
      expect(needs_review).toBe(false);
      if (took) expect(codeOf(cancelled)).not.toBe("ok");
      expect((await shop.order(orderId)).status).toBe(took ? "released" : "pending_prepayment");
      return state;
    });
    expect(outcomes).toHaveLength(20);
  });
});

test("after all that the banks' ledgers and our books agree", async () => {
  const { movements, shipments } = await shop.check();
  expect(movements).toBeGreaterThan(60);
  expect(shipments).toBeGreaterThan(10);
}, 60_000);
