import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "#e2e/rig/database";
import type { Currency } from "#lib/domain/money";
import { gate } from "#lib/domain/order";
import {
  coveredBy,
  ENDINGS,
  LIVE_STATES,
  type MoneyFacts,
  type PaymentForGate,
  PROGRESS,
  paymentState,
} from "#lib/domain/payment";

const database = await freshDatabase();
/** Instants travel as they are written, "infinity" too. */
const instants = {
  to: 1184,
  from: [1082, 1114, 1184],
  serialize: (value: Date | string) => (value instanceof Date ? value.toISOString() : value),
  parse: (text: string) => new Date(text),
};
const options = { max: 3, onnotice: () => {}, types: { date: instants } };
/** May look anywhere and break anything; the triggers hold for it too. */
const owner = postgres(database.ownerUrl, options) as unknown as postgres.Sql;
/** What an intruder inside the application could do: the role it connects as. */
const app = postgres(database.appUrl, options) as unknown as postgres.Sql;
afterAll(async () => {
  await owner.end({ timeout: 2 });
  await app.end({ timeout: 2 });
});

const SERVICE = "svc_guards";
const HOUR_MS = 3_600_000;
let counter = 0;
const next = (prefix: string) => `${prefix}_guards${(++counter).toString().padStart(6, "0")}`;

beforeAll(async () => {
  await owner`insert into payment_services ${owner({
    id: SERVICE,
    provider: "monobank",
    name: "monobank",
    currency: "UAH",
    currency_numeric: 980,
    payment_type: "withholding",
    validity_seconds: 3600,
    mode: "test",
  })}`;
});

type Row = Record<string, string | number | boolean | Date | string[] | null>;

/** A released order of ten pieces for 1 000.00, of which 300.00 must be there before anything leaves. */
async function order(change: Row = {}): Promise<{ id: string; line: string }> {
  const id = next("ord");
  const line = next("lin");
  await owner`insert into sales_orders ${owner({
    id,
    number: id,
    order_date: "2026-11-20",
    currency: "UAH",
    service_id: SERVICE,
    prepayment_kind: "amount",
    prepayment_minor: 30_000,
    net_minor: 100_000,
    total_minor: 100_000,
    required_minor: 30_000,
    pay_token: id,
    ...change,
    released_at: null,
  })}`;
  await owner`insert into order_lines ${owner({
    id: line,
    order_id: id,
    position: 1,
    description: "Перфоратор",
    quantity_milli: 10_000,
    unit_price_minor: 10_000,
    net_minor: 100_000,
    vat_minor: 0,
    total_minor: 100_000,
  })}`;
  if (change.released_at !== null)
    await owner`update sales_orders set released_at = now(), status = 'pending_prepayment' where id = ${id}`;
  return { id, line };
}

const paymentRow = (orderId: string, change: Row = {}): Row => ({
  id: next("pay"),
  order_id: orderId,
  service_id: SERVICE,
  provider: "monobank",
  attempt: ++counter,
  payment_type: "withholding",
  mode: "test",
  hold_margin_hours: 24,
  amount_minor: 30_000,
  currency: "UAH",
  purpose: "Payment",
  language: "uk",
  valid_until: new Date(Date.now() + HOUR_MS),
  ...change,
});

async function payment(orderId: string, change: Row = {}): Promise<string> {
  const row = paymentRow(orderId, change);
  await owner`insert into payments ${owner(row)}`;
  return row.id as string;
}

const paid = { state: "successful", captured_minor: 30_000 };
const held = (hoursLeft: number): Row => ({
  state: "withholding",
  held_minor: 30_000,
  hold_expires_at: new Date(Date.now() + hoursLeft * HOUR_MS),
});

const ship = (orderId: string, sql: postgres.Sql | postgres.TransactionSql = app) => {
  const id = next("shp");
  return sql`insert into shipments ${sql({ id, order_id: orderId, number: id })}`.then(() => id);
};
const invoice = (orderId: string) => {
  const id = next("inv");
  return app`insert into invoices ${app({ id, order_id: orderId, number: id, currency: "UAH", total_minor: 1 })}`.then(
    () => id,
  );
};

/** The database's "no": its SQLSTATE and the rule that said it. */
async function refusal(work: PromiseLike<unknown>): Promise<string> {
  try {
    await work;
  } catch (fault) {
    const { code, constraint_name } = fault as { code?: string; constraint_name?: string };
    return constraint_name ?? code ?? String(fault);
  }
  return "allowed";
}

describe.each([
  ["shipping", ship],
  ["invoicing", invoice],
] as const)("%s, by SQL as the application's role", (_what, post) => {
  test("is refused while the order is open, and for good once it is cancelled", async () => {
    const open = await order({ released_at: null, status: "open" });
    await payment(open.id, paid);
    expect(await refusal(post(open.id))).toBe("gate_closed");
    const cancelled = await order({ cancelled_at: new Date(), status: "cancelled" });
    await payment(cancelled.id, paid);
    expect(await refusal(post(cancelled.id))).toBe("gate_closed");
  });

  test("is refused without a payment, on a link nobody has paid, and one kopiyka short", async () => {
    const { id } = await order();
    expect(await refusal(post(id))).toBe("prepayment_not_covered");
    await payment(id, { state: "pending", progress: "pending" });
    expect(await refusal(post(id))).toBe("prepayment_not_covered");
    await payment(id, { state: "successful", captured_minor: 29_999 });
    expect(await refusal(post(id))).toBe("prepayment_not_covered");
  });

  test("is allowed on exactly what is required, in one payment or in several, and on more", async () => {
    for (const amounts of [[30_000], [29_999, 1], [10_000, 10_000, 10_000], [30_001]]) {
      const { id } = await order();
      for (const captured_minor of amounts) await payment(id, { state: "successful", captured_minor });
      expect([amounts, await refusal(post(id))]).toEqual([amounts, "allowed"]);
    }
  });

  test("is allowed without any payment where nothing is required", async () => {
    const { id } = await order({ required_minor: 0, prepayment_kind: "none", prepayment_minor: null });
    expect(await refusal(post(id))).toBe("allowed");
  });

  test("rests on a hold only while it lives longer than its safety margin", async () => {
    for (const [hold, answer] of [
      [held(24.01), "allowed"],
      [held(23.99), "prepayment_not_covered"],
      [held(-1), "prepayment_not_covered"],
      [{ ...held(48), hold_expires_at: null }, "prepayment_not_covered"],
      [{ ...held(48), hold_released: true, state: "cancelled" }, "prepayment_not_covered"],
      [{ ...held(2), hold_margin_hours: 1 }, "allowed"],
    ] as const) {
      const { id } = await order();
      await payment(id, hold);
      expect([hold, await refusal(post(id))]).toEqual([hold, answer]);
    }
  });

  test("is refused when money went back, even one kopiyka of it", async () => {
    for (const refunded_minor of [1, 30_000]) {
      const { id } = await order();
      await payment(id, { ...paid, state: refunded_minor === 1 ? "partially_refunded" : "refunded", refunded_minor });
      expect(await refusal(post(id))).toBe("prepayment_not_covered");
    }
  });

  test("is refused while any payment of the order is under review, however much is covered", async () => {
    const { id } = await order();
    await payment(id, { ...paid, captured_minor: 100_000 });
    await payment(id, { state: "failed", ended: "failed", needs_review: true, review_reasons: ["unknown_status"] });
    expect(await refusal(post(id))).toBe("gate_closed");
  });

  test("cannot be smuggled in by moving a document to another order", async () => {
    const covered = await order();
    await payment(covered.id, paid);
    const uncovered = await order();
    const id = await post(covered.id);
    const table = id.startsWith("shp") ? "shipments" : "invoices";
    const move = app`update ${app(table)} set order_id = ${uncovered.id} where id = ${id}`;
    expect(await refusal(move)).toBe("prepayment_not_covered");
  });
});

describe("quantities", () => {
  const put = (
    table: "shipment_lines" | "invoice_lines",
    document: string,
    line: string,
    quantity: number,
    sql = app,
  ) =>
    sql`insert into ${sql(table)} ${sql({
      [table === "shipment_lines" ? "shipment_id" : "invoice_id"]: document,
      line_id: line,
      quantity_milli: quantity,
      ...(table === "invoice_lines" ? { total_minor: 1 } : {}),
    })}`;

  test.each(["shipment_lines", "invoice_lines"] as const)("%s never exceed what is ordered", async (table) => {
    const { id, line } = await order();
    await payment(id, paid);
    const post = table === "shipment_lines" ? ship : invoice;
    expect(await refusal(put(table, await post(id), line, 10_001))).toBe("more_than_ordered");
    expect(await refusal(put(table, await post(id), line, 6_000))).toBe("allowed");
    expect(await refusal(put(table, await post(id), line, 4_001))).toBe("more_than_ordered");
    expect(await refusal(put(table, await post(id), line, 4_000))).toBe("allowed");
    expect(await refusal(put(table, await post(id), line, 1))).toBe("more_than_ordered");
    for (const nothing of [0, -1])
      expect(await refusal(put(table, await post(id), line, nothing))).toMatch(/_quantity$/);
    expect(await refusal(app`update ${app(table)} set quantity_milli = 1`)).toBe("42501");
    expect(await refusal(app`delete from ${app(table)}`)).toBe("42501");
  });

  test("a line of another order cannot be shipped on this one", async () => {
    const mine = await order();
    await payment(mine.id, paid);
    const other = await order();
    expect(await refusal(put("shipment_lines", await ship(mine.id), other.line, 1))).toBe("line_of_another_order");
  });

  test("two people who ship the same pieces at once: the second finds them gone", async () => {
    const { id, line } = await order();
    await payment(id, paid);
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        refusal(
          app.begin(async (tx) => {
            await put("shipment_lines", await ship(id, tx), line, 10_000, tx as unknown as postgres.Sql);
          }),
        ),
      ),
    );
    expect(answers.sort()).toEqual(["allowed", "more_than_ordered", "more_than_ordered"]);
  });
});

describe("the domain and the database say the same", () => {
  const money = fc.oneof(
    fc.constant(0n),
    fc.bigInt({ min: 0n, max: 60_000n }),
    fc.constantFrom(29_999n, 30_000n, 30_001n),
  );
  const facts: fc.Arbitrary<MoneyFacts> = fc.record({
    progress: fc.constantFrom(...PROGRESS),
    heldMinor: money,
    capturedMinor: money,
    refundedMinor: money,
    holdReleased: fc.boolean(),
    ended: fc.option(fc.constantFrom(...ENDINGS), { nil: null }),
    withdrawn: fc.boolean(),
  });
  /** The end of a hold as a distance from the end of its margin: the seconds around it count most. */
  const holdEnd = fc.option(
    fc.oneof(fc.integer({ min: -3_000, max: 3_000 }), fc.integer({ min: -9 * 86_400_000, max: 9 * 86_400_000 })),
    { nil: null },
  );
  const mostly = fc.integer({ min: 0, max: 7 }).map((n) => n > 0);
  const sample = fc.record({
    facts,
    holdEnd,
    marginHours: fc.integer({ min: 0, max: 168 }),
    needsReview: mostly.map((not) => !not),
  });
  type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

  const forGate = (it: Sample, now: Date, id = "pay_1"): PaymentForGate => ({
    id,
    facts: it.facts,
    state: paymentState(it.facts),
    amountMinor: 30_000n,
    currency: "UAH" as Currency,
    paymentType: "withholding",
    holdExpiresAt: it.holdEnd === null ? null : new Date(now.getTime() + it.holdEnd + it.marginHours * HOUR_MS),
    holdMarginHours: it.marginHours,
    needsReview: it.needsReview,
    reviewReasons: [],
    expiresAt: null,
    createdAt: now,
    unsettled: null,
    failureReason: null,
    provider: "monobank",
  });
  const columns = (payment: PaymentForGate): Row => ({
    progress: payment.facts.progress,
    held_minor: payment.facts.heldMinor.toString(),
    captured_minor: payment.facts.capturedMinor.toString(),
    refunded_minor: payment.facts.refundedMinor.toString(),
    hold_released: payment.facts.holdReleased,
    ended: payment.facts.ended,
    withdrawn: payment.facts.withdrawn,
    hold_expires_at: payment.holdExpiresAt,
    hold_margin_hours: payment.holdMarginHours,
    needs_review: payment.needsReview,
    state: payment.state,
  });

  test("about what one payment covers now, for any facts and any moment", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 50, maxLength: 200 }), async (samples) => {
        await app.begin(async (tx) => {
          const [clock] = await tx`select floor(extract(epoch from now()) * 1000)::text as ms`;
          const now = new Date(Number(clock?.ms));
          const payments = samples.map((it) => forGate(it, now));
          const rows = await tx<{ covered: string }[]>`
            select covered_now(jsonb_populate_record(null::payments, one.value))::text as covered
            from jsonb_array_elements(${tx.json(payments.map(columns) as never)}) with ordinality one order by ordinality`;
          expect(rows.map(({ covered }) => BigInt(covered))).toEqual(payments.map((it) => coveredBy(it, now)));
        });
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test("about whether an order may ship, for any mixture of payments", async () => {
    const anOrder = fc.record({
      payments: fc.array(sample, { maxLength: 4 }),
      required: fc.constantFrom(0n, 1n, 30_000n, 100_000n),
      released: mostly,
      cancelled: mostly.map((not) => !not),
    });
    const rolledBack = new Error("rolled back");
    let open = 0;
    await fc.assert(
      fc.asyncProperty(anOrder, async ({ payments, required, released, cancelled }) => {
        const verdict = await owner
          .begin(async (tx) => {
            const [clock] = await tx`select floor(extract(epoch from now()) * 1000)::text as ms`;
            const now = new Date(Number(clock?.ms));
            const id = next("ord");
            const facts = {
              id,
              currency: "UAH" as Currency,
              totalMinor: 100_000n,
              requiredMinor: required,
              hasPrepayment: true,
              releasedAt: released ? now : null,
              cancelledAt: cancelled ? now : null,
            };
            await tx`insert into sales_orders ${tx({
              id,
              number: id,
              order_date: "2026-11-20",
              currency: "UAH",
              net_minor: 100_000,
              total_minor: 100_000,
              required_minor: required.toString(),
              pay_token: id,
              released_at: facts.releasedAt,
              cancelled_at: facts.cancelledAt,
            })}`;
            // One live payment at most, as the index has it.
            const all = payments
              .map((it) => forGate(it, now, next("pay")))
              .filter(({ state }) => !(LIVE_STATES as readonly string[]).includes(state));
            for (const it of all) await tx`insert into payments ${tx(paymentRow(id, { ...columns(it), id: it.id }))}`;
            const domain = gate(facts, all, now).length === 0;
            const answer = await refusal(
              tx.savepoint(async (inner) => {
                await ship(id, inner);
              }),
            );
            if (domain) open++;
            throw Object.assign(rolledBack, { verdict: { domain, database: answer === "allowed" } });
          })
          .catch((fault: Error & { verdict?: { domain: boolean; database: boolean } }) => {
            if (!fault.verdict) throw fault;
            return fault.verdict;
          });
        expect(verdict.database).toBe(verdict.domain);
      }),
      { numRuns: 300 },
    );
    expect(open).toBeGreaterThan(10);
  }, 60_000);
});

describe("what a customer has in hand does not change", () => {
  test("no column of a payment that its link was made from, and no address once it was handed out", async () => {
    const { id } = await order();
    const other = await order();
    const url = "https://pay.example/1";
    const one = await payment(id, { state: "pending", progress: "pending", url });
    const changes: Row = {
      id: next("pay"),
      order_id: other.id,
      service_id: "svc_other",
      provider: "liqpay",
      attempt: 999,
      payment_type: "debit",
      mode: "live",
      amount_minor: 1,
      currency: "USD",
      purpose: "Something else",
      valid_until: new Date(Date.now() + 2 * HOUR_MS),
      hold_margin_hours: 0,
      created_at: new Date(0),
      url: "https://evil.example/1",
    };
    for (const [column, value] of Object.entries(changes))
      expect([column, await refusal(app`update payments set ${app({ [column]: value })} where id = ${one}`)]).toEqual([
        column,
        "payment_frozen",
      ]);
    expect(await refusal(app`update payments set url = null where id = ${one}`)).toBe("payment_frozen");
    expect(await refusal(app`update payments set url = ${url}, description = 'ok' where id = ${one}`)).toBe("allowed");
  });

  test("facts about money only grow: less, and back, are refused; more, and the same, are welcome", async () => {
    const { id } = await order();
    const start = {
      state: "partially_refunded",
      progress: "processing",
      held_minor: 30_000,
      captured_minor: 20_000,
      refunded_minor: 5_000,
      hold_released: true,
      withdrawn: true,
      ended: "expired",
      needs_review: true,
      review_reasons: ["late_payment", "contradiction"],
      review_accepted: ["late_payment"],
    };
    const one = await payment(id, start);
    const set = (change: Row) => refusal(app`update payments set ${app(change)} where id = ${one}`);
    for (const less of [
      { held_minor: 29_999 },
      { captured_minor: 0 },
      { captured_minor: 19_999 },
      { refunded_minor: 4_999 },
      { hold_released: false },
      { withdrawn: false },
      { progress: "pending" },
      { progress: "none" },
      { ended: null },
      { ended: "failed" },
      { review_reasons: ["contradiction"] },
      { review_accepted: [] as string[] },
    ] as Row[])
      expect([less, await set(less)]).toEqual([less, "payment_facts_grow"]);
    expect(await set(start)).toBe("allowed");
    expect(await set({ held_minor: 30_001, captured_minor: 30_001, refunded_minor: 6_000, ended: "cancelled" })).toBe(
      "allowed",
    );
    expect(await refusal(app`delete from payments where id = ${one}`)).toBe("42501");
  });

  test("a released order is read-only in what its link and its gate rest on, until it is reopened", async () => {
    const { id, line } = await order();
    const changes: Row = {
      currency: "USD",
      total_minor: 90_000,
      required_minor: 0,
      net_minor: 90_000,
      vat_minor: 1,
      prepayment_kind: "none",
      prepayment_bp: 100,
      prepayment_minor: 1,
      service_id: null,
      customer_id: "cus_other",
    };
    const set = (change: Row) => refusal(app`update sales_orders set ${app(change)} where id = ${id}`);
    for (const [column, value] of Object.entries(changes))
      expect([column, await set({ [column]: value })]).toEqual([column, "order_released_is_frozen"]);
    expect(await refusal(app`update order_lines set quantity_milli = 99000 where id = ${line}`)).toBe(
      "order_released_is_frozen",
    );
    expect(await refusal(app`delete from order_lines where id = ${line}`)).toBe("order_released_is_frozen");
    const extra = {
      id: next("lin"),
      order_id: id,
      position: 2,
      description: "x",
      quantity_milli: 1,
      unit_price_minor: 1,
    };
    expect(
      await refusal(app`insert into order_lines ${app({ ...extra, net_minor: 0, vat_minor: 0, total_minor: 0 })}`),
    ).toBe("order_released_is_frozen");
    expect(await set({ note: "Fragile" })).toBe("allowed");
    expect(await set({ released_at: null })).toBe("allowed");
    expect(await set({ required_minor: 10_000, prepayment_minor: 10_000 })).toBe("allowed");
    expect(await refusal(app`update order_lines set description = 'y' where id = ${line}`)).toBe("allowed");
  });

  test("an order keeps its number, its customer link and its birth; a cancelled one stays cancelled", async () => {
    const { id } = await order({ cancelled_at: new Date(), status: "cancelled" });
    const set = (change: Row) => refusal(app`update sales_orders set ${app(change)} where id = ${id}`);
    expect(await set({ cancelled_at: null })).toBe("order_cancelled_for_good");
    expect(await set({ cancelled_at: new Date(0) })).toBe("order_cancelled_for_good");
    for (const change of [
      { number: "SO-1" },
      { pay_token: "other" },
      { created_at: new Date(0) },
      { id: next("ord") },
    ] as Row[])
      expect([change, await set(change)]).toEqual([change, "order_frozen"]);
    expect(await refusal(app`delete from sales_orders where id = ${id}`)).toBe("42501");
  });

  test("at most one payment of an order may be paid at a time, whichever word its link is in", async () => {
    for (const first of LIVE_STATES)
      for (const second of LIVE_STATES) {
        const { id } = await order();
        await payment(id, { state: first });
        expect(await refusal(app`insert into payments ${app(paymentRow(id, { state: second }))}`)).toBe(
          "one_live_payment",
        );
      }
    const { id } = await order();
    await payment(id, { state: "successful", captured_minor: 10_000 });
    await payment(id, { state: "expired", ended: "expired" });
    expect(await refusal(app`insert into payments ${app(paymentRow(id, { state: "pending" }))}`)).toBe("allowed");
  });

  test("one unsettled call of a kind per payment", async () => {
    const { id } = await order();
    const one = await payment(id, held(48));
    const plan = (kind: string, state: string) =>
      refusal(
        app`insert into provider_operations ${app({
          id: next("opr"),
          payment_id: one,
          order_id: id,
          kind,
          state,
          next_attempt_at: new Date(),
          actor_name: "Tests",
        })}`,
      );
    expect(await plan("finalize", "planned")).toBe("allowed");
    for (const state of ["planned", "sent", "unknown"])
      expect(await plan("finalize", state)).toBe("one_live_operation");
    expect(await plan("finalize", "rejected")).toBe("allowed");
  });

  test("a payment's money is in its order's currency, and nothing of an order with payments can be removed", async () => {
    const { id } = await order();
    expect(await refusal(app`insert into payments ${app(paymentRow(id, { currency: "USD" }))}`)).toBe(
      "payments_order_currency",
    );
    await payment(id, paid);
    expect(await refusal(owner`delete from order_lines where order_id = ${id}`)).toBe("order_released_is_frozen");
    expect(await refusal(owner`delete from sales_orders where id = ${id}`)).toMatch(
      /payments_order_currency|order_lines/,
    );
  });
});

describe("after goods have left", () => {
  async function shipped(change: Row): Promise<{ order: string; payment: string }> {
    const { id } = await order();
    const one = await payment(id, change);
    await ship(id);
    return { order: id, payment: one };
  }
  const alarms = (orderId: string) =>
    owner<{ kind: string }[]>`select kind from alarms where order_id = ${orderId} order by id`.then((rows) =>
      rows.map(({ kind }) => kind),
    );
  const learn = (id: string, change: Row) => app`update payments set ${app(change)} where id = ${id}`;

  test("money that goes back is an alarm, never an error", async () => {
    const it = await shipped(paid);
    expect(await refusal(learn(it.payment, { refunded_minor: 10_000, state: "partially_refunded" }))).toBe("allowed");
    expect(await alarms(it.order)).toEqual(["cover_lost_after_shipping"]);
  });

  test("a hold that was let go is an alarm", async () => {
    const it = await shipped(held(48));
    await learn(it.payment, { hold_released: true, state: "cancelled" });
    expect(await alarms(it.order)).toEqual(["cover_lost_after_shipping"]);
  });

  test("a hold that lapses long after its safety margin is an alarm all the same", async () => {
    const it = await shipped(held(24.01));
    // Its margin passes without anybody touching the row; then the bank lets the money go.
    await learn(it.payment, { hold_expires_at: new Date(Date.now() + HOUR_MS) });
    await owner`delete from alarms where order_id = ${it.order}`;
    await learn(it.payment, { hold_released: true, state: "cancelled" });
    expect(await alarms(it.order)).toEqual(["cover_lost_after_shipping"]);
  });

  test("less taken than was held is an alarm when the order rests on it; more facts of the same are none", async () => {
    const it = await shipped(held(48));
    await learn(it.payment, { captured_minor: 20_000, state: "successful" });
    expect(await alarms(it.order)).toEqual(["cover_lost_after_shipping"]);
    const whole = await shipped(held(48));
    await learn(whole.payment, { captured_minor: 30_000, state: "successful" });
    expect(await alarms(whole.order)).toEqual([]);
  });

  test("a review that is raised is an alarm; on an order that has not shipped it is none", async () => {
    const it = await shipped(paid);
    await learn(it.payment, { needs_review: true, review_reasons: ["contradiction"] });
    expect(await alarms(it.order)).toEqual(["review_after_shipping"]);
    const { id } = await order();
    await learn(await payment(id, paid), { refunded_minor: 30_000, state: "refunded" });
    expect(await alarms(id)).toEqual([]);
  });
});

describe("records are only added to", () => {
  const TABLES = ["payment_events", "audit_log", "order_timeline"] as const;

  test.each(TABLES)(
    "%s: the application may not change, delete or empty it; the owner's hand is stopped too",
    async (table) => {
      const { id } = await order();
      const one = await payment(id);
      await app`insert into payment_events ${app({
        payment_id: one,
        order_id: id,
        event_key: next("key"),
        source: "status",
        provider_status: "created",
        facts: {},
        effect: "applied",
      })}`;
      await app`insert into order_timeline ${app({ order_id: id, kind: "order.created", group: "document", source: "person" })}`;
      await writeAudit(1);
      const [first] = await owner<{ column: string }[]>`
      select column_name as column from information_schema.columns where table_name = ${table} and data_type = 'text' limit 1`;
      const column = first?.column ?? "";
      for (const [sql, said] of [
        [app, "42501"],
        [owner, "append_only"],
      ] as const) {
        expect(await refusal(sql`update ${sql(table)} set ${sql(column)} = 'x'`)).toBe(said);
        expect(await refusal(sql`delete from ${sql(table)}`)).toBe(said);
        expect(await refusal(sql`truncate ${sql(table)} cascade`)).toBe(said);
      }
    },
  );

  test("a webhook in the inbox keeps its identity and its bytes; only its handling moves on", async () => {
    const [row] = await app<{ id: string }[]>`insert into webhook_inbox ${app({
      service_id: SERVICE,
      event_key: next("event"),
      headers: {},
      raw: Buffer.from("{}"),
    })} returning id`;
    const id = row?.id ?? "";
    expect(await refusal(app`update webhook_inbox set state = 'applied', handled_at = now() where id = ${id}`)).toBe(
      "allowed",
    );
    const frozen: Record<string, string | Buffer | Date> = {
      event_key: "other",
      raw: Buffer.from("other"),
      received_at: new Date(0),
      headers: '{"a":"b"}',
    };
    for (const [column, value] of Object.entries(frozen))
      for (const [sql, said] of [
        [app, "42501"],
        [owner, "append_only"],
      ] as const)
        expect([
          column,
          await refusal(sql`update webhook_inbox set ${sql({ [column]: value })} where id = ${id}`),
        ]).toEqual([column, said]);
    expect(await refusal(app`delete from webhook_inbox`)).toBe("42501");
    expect(await refusal(owner`delete from webhook_inbox`)).toBe("append_only");
    expect(await refusal(app`truncate webhook_inbox`)).toBe("42501");
  });

  test("the application's role cannot switch the guards off", async () => {
    for (const statement of [
      "alter table payments disable trigger all",
      "alter table payment_events disable trigger only_added_to",
      "drop trigger ship_gate on shipments",
      "drop table alarms",
      "create or replace function covered_now(p payments) returns bigint language sql stable as 'select 1000000000::bigint'",
      "create or replace function ship_gate() returns trigger language plpgsql as 'begin return new; end'",
      "alter table payments drop constraint payment_amount",
      "drop index one_live_payment",
      "set session_replication_role = replica",
      "set role postgres",
      "create table public.mine (a int)",
    ])
      expect([statement, await refusal(app.unsafe(statement))]).toEqual([statement, "42501"]);
    expect(await refusal(app`delete from alarms`)).toBe("42501");
    await app`grant update, delete on payment_events to holdpoint_app`;
    const [rights] =
      await owner`select has_table_privilege('holdpoint_app', 'payment_events', 'update, delete') as some`;
    expect(rights).toEqual({ some: false });
    const [role] =
      await owner`select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = 'holdpoint_app'`;
    expect(role).toEqual({ rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false });
  });

  test("a statement of the application that waits, runs or idles too long ends by itself", async () => {
    const [settings] = await app`select current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle,
      current_setting('timezone') as zone`;
    expect(settings).toEqual({ statement: "10s", lock: "3s", idle: "15s", zone: "UTC" });
  });
});

async function person(id: string): Promise<string> {
  await owner`insert into users ${owner({ id, email: `${id}@holdpoint.test`, name: id, role: "sales", password_hash: "-" })}
              on conflict do nothing`;
  return id;
}
const allocationRow = (paymentId: string, from: string, to: string): Row => ({
  id: next("all"),
  payment_id: paymentId,
  from_order_id: from,
  to_order_id: to,
  amount_minor: 1_000,
  currency: "UAH",
  reason: "The same customer",
  created_by: "usr_asker",
});
const waiverRow = (orderId: string): Row => ({
  id: next("wai"),
  order_id: orderId,
  currency: "UAH",
  cap_minor: 30_000,
  reason: "A customer of ten years",
  ends_at: new Date(Date.now() + 48 * HOUR_MS),
  requested_by: "usr_asker",
});

const receiptRow = (orderId: string): Row => ({
  id: next("ofr"),
  order_id: orderId,
  kind: "bank_transfer",
  amount_minor: 30_000,
  currency: "UAH",
  received_on: "2026-11-20",
  reference: "№ 4711",
  recorded_by: "usr_asker",
  needs_approval: true,
});

describe("money attached elsewhere, and waivers", () => {
  const insert = (table: string, row: Row) => refusal(app`insert into ${app(table)} ${app(row)}`);
  beforeAll(async () => {
    await person("usr_asker");
    await person("usr_boss");
  });

  test("no more of a payment can be attached to other orders than it has, and what is gone no longer covers its own", async () => {
    const from = await order();
    const to = await order();
    const one = await payment(from.id, { ...paid, captured_minor: 40_000 });
    const attach = (amount_minor: number) =>
      insert("allocations", { ...allocationRow(one, from.id, to.id), amount_minor });
    expect(await attach(40_001)).toBe("allocation_too_large");
    expect(await attach(30_000)).toBe("allowed");
    expect(await attach(10_001)).toBe("allocation_too_large");
    expect(await refusal(ship(to.id))).toBe("allowed");
    expect(await refusal(ship(from.id))).toBe("prepayment_not_covered");
    expect(await insert("allocations", allocationRow(one, to.id, from.id))).toBe("allocation_too_large");
    expect(await refusal(app`update allocations set amount_minor = 1`)).not.toBe("allowed");
    expect(await refusal(app`delete from allocations`)).not.toBe("allowed");
  });

  test("money set aside counts for no order, held money too; no more than there is; and nothing of it is taken back", async () => {
    const { id } = await order();
    const hold = await payment(id, held(100));
    expect(await refusal(ship(id))).toBe("allowed");
    const aside = (amount_minor: number) =>
      insert("allocations", { ...allocationRow(hold, id, id), to_order_id: null, amount_minor });
    // Attached to another order is only what was taken.
    const other = await order();
    expect(await insert("allocations", allocationRow(hold, id, other.id))).toBe("allocation_too_large");
    expect(await aside(30_001)).toBe("allocation_too_large");
    expect(await aside(30_000)).toBe("allowed");
    expect(await aside(1)).toBe("allocation_too_large");
    expect(await refusal(ship(id))).toBe("prepayment_not_covered");
    await app`update payments set state = 'successful', captured_minor = 30000 where id = ${hold}`;
    expect(await refusal(ship(id)), "taken later, it still counts for nothing").toBe("prepayment_not_covered");
  });

  test("the history of a review task is only added to", async () => {
    const task = next("rev");
    await app`insert into review_tasks ${app({ id: task, cause: "late_payment", due_at: new Date() })}`;
    const step = { task_id: task, at: new Date(), kind: "opened", actor_kind: "task", actor_name: "Task" };
    expect(await insert("review_events", step)).toBe("allowed");
    expect(await insert("review_events", { ...step, kind: "forgotten" })).not.toBe("allowed");
    for (const [sql, said] of [
      [app, "42501"],
      [owner, "append_only"],
    ] as const) {
      expect(await refusal(sql`update review_events set actor_name = 'x'`)).toBe(said);
      expect(await refusal(sql`delete from review_events`)).toBe(said);
      expect(await refusal(sql`truncate review_events`)).toBe(said);
    }
  });

  test("a waiver stands in only when another person approved it, while it lasts, and up to its cap", async () => {
    const soon = new Date(Date.now() + 500);
    const approved = { approved_by: "usr_boss", approved_at: new Date() };
    for (const [change, answer] of [
      [{}, "prepayment_not_covered"],
      [approved, "allowed"],
      [{ ...approved, cap_minor: 29_999 }, "prepayment_not_covered"],
      [{ ...approved, revoked_by: "usr_boss", revoked_at: new Date() }, "prepayment_not_covered"],
      [{ ...approved, requested_at: new Date(0), ends_at: new Date(Date.now() - 1_000) }, "prepayment_not_covered"],
    ] as [Row, string][]) {
      const { id } = await order();
      expect(await insert("waivers", { ...waiverRow(id), ...change })).toBe("allowed");
      expect([change, await refusal(ship(id))]).toEqual([change, answer]);
    }
    const { id } = await order();
    const own = { approved_by: "usr_asker", approved_at: new Date() };
    expect(await insert("waivers", { ...waiverRow(id), ...own })).toBe("waiver_four_eyes");
    const theirs = await order({ salesperson_id: "usr_boss" });
    expect(await insert("waivers", { ...waiverRow(theirs.id), ...approved })).toBe("waiver_four_eyes");
    const row = waiverRow(id);
    await insert("waivers", row);
    for (const change of [{ cap_minor: 1 }, { ends_at: soon }, { reason: "Because" }, { order_id: theirs.id }] as Row[])
      expect(await refusal(app`update waivers set ${app(change)} where id = ${row.id as string}`)).toBe(
        "waiver_frozen",
      );
  });
});

/** Rows of one connection stand in one chain; `app` has several. */
async function writeAudit(count: number, sql: postgres.Sql = app): Promise<void> {
  for (let n = 0; n < count; n++)
    await sql`insert into audit_log ${sql({
      seq: 0,
      at: new Date(0),
      actor_kind: "user",
      actor_id: "usr_1",
      actor_name: "Olena Koval",
      action: "payment.finalize",
      entity: "payment",
      entity_id: `pay_${n}`,
      request_id: `req_${n}`,
      body: `{"n":${n}}`,
      prev_hash: "",
      hash: "",
    })}`;
}

describe("the audit chain", () => {
  let rows = 0;
  beforeAll(async () => {
    const one = postgres(database.appUrl, { max: 1, onnotice: () => {} });
    await writeAudit(210, one);
    await one.end();
    rows = Number((await owner`select count(*) as n from audit_log`)[0]?.n);
  });

  /** Does something to the log as somebody with the whole database in hand would, and says where the chain breaks. */
  async function brokenAfter(tamper: (tx: postgres.TransactionSql) => Promise<unknown>): Promise<number | null> {
    const found = await owner
      .begin(async (tx) => {
        await tx`alter table audit_log disable trigger user`;
        await tamper(tx);
        const [row] = await tx`select audit_first_broken()::int as seq`;
        throw Object.assign(new Error("rolled back"), { seq: row?.seq ?? null });
      })
      .catch((fault: Error & { seq?: number | null }) => {
        if (fault.seq === undefined) throw fault;
        return fault.seq;
      });
    return found as number | null;
  }

  test("holds as long as nobody touches it, and its numbers have no gap", async () => {
    expect(await owner`select audit_first_broken() as seq`).toEqual([{ seq: null }]);
    const [span] = await owner`select min(seq)::int as first, max(seq)::int as last from audit_log`;
    expect(span).toEqual({ first: 1, last: rows });
    expect(await brokenAfter(async () => {})).toBeNull();
  });

  test("an edit of row 100 is found at 100, whichever column it is in", async () => {
    const edits: Row = {
      at: new Date(0),
      actor_kind: "task",
      actor_id: "usr_2",
      actor_name: "Somebody else",
      action: "payment.refund",
      entity: "order",
      entity_id: "pay_x",
      request_id: "req_x",
      body: "{}",
      prev_hash: "0",
      hash: "0",
    };
    for (const [column, value] of Object.entries(edits))
      expect([
        column,
        await brokenAfter((tx) => tx`update audit_log set ${tx({ [column]: value })} where seq = 100`),
      ]).toEqual([column, 100]);
    expect(await brokenAfter((tx) => tx`update audit_log set request_id = null where seq = 100`)).toBe(100);
    // The text of one column moved into its neighbour.
    const moved = brokenAfter(
      (
        tx,
      ) => tx`update audit_log set action = action || chr(31) || entity, entity = entity_id, entity_id = body, body = ''
                 where seq = 100`,
    );
    expect(await moved).toBe(100);
  });

  test("a deletion of row 200 is found at 201, and so is one with the numbers closed up", async () => {
    expect(await brokenAfter((tx) => tx`delete from audit_log where seq = 200`)).toBe(201);
    const closedUp = brokenAfter(async (tx) => {
      await tx`delete from audit_log where seq = 200`;
      for (let seq = 201; seq <= rows; seq++) await tx`update audit_log set seq = ${seq - 1} where seq = ${seq}`;
    });
    expect(await closedUp).toBe(200);
  });

  test("200 random changes are each found, and at their place", async () => {
    // The first rows come from the tests above and stand in chains of their own, whose ends nothing follows.
    const row = fc.integer({ min: 10, max: 200 });
    const edit = fc.record({ kind: fc.constant("edit" as const), at: row, text: fc.string({ minLength: 1 }) });
    const removal = fc.record({ kind: fc.constant("delete" as const), at: row, count: fc.integer({ min: 1, max: 5 }) });
    const swap = fc.record({ kind: fc.constant("swap" as const), at: row, with: row });
    const rehash = fc.record({ kind: fc.constant("rehash" as const), at: row });
    await fc.assert(
      fc.asyncProperty(fc.oneof(edit, removal, swap, rehash), async (it) => {
        if (it.kind === "swap" && it.at === it.with) return;
        const found = await brokenAfter(async (tx) => {
          if (it.kind === "edit") {
            const text = it.text.replaceAll("\u0000", "?");
            await tx`update audit_log set body = body || ${text} where seq = ${it.at}`;
          } else if (it.kind === "delete") {
            await tx`delete from audit_log where seq >= ${it.at} and seq < ${it.at + it.count}`;
          } else if (it.kind === "swap") {
            await tx`update audit_log set seq = -1 where seq = ${it.at}`;
            await tx`update audit_log set seq = ${it.at} where seq = ${it.with}`;
            await tx`update audit_log set seq = ${it.with} where seq = -1`;
          } else {
            // Somebody who knows the formula edits a row and makes its own hash fit: the next row tells.
            await tx`update audit_log set body = 'changed' where seq = ${it.at}`;
            await tx`update audit_log set hash = audit_hash(prev_hash, seq, at, actor_kind, actor_id, actor_name, action, entity,
                       entity_id, request_id, body) where seq = ${it.at}`;
          }
        });
        const where = {
          edit: it.at,
          delete: it.kind === "delete" ? it.at + it.count : 0,
          swap: it.kind === "swap" ? Math.min(it.at, it.with) : 0,
          rehash: it.at + 1,
        }[it.kind];
        expect(found).toBe(where);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test("rows written by many at once stand in chains that hold, and none is lost", async () => {
    await Promise.all(Array.from({ length: 30 }, () => writeAudit(2)));
    const [after] = await owner`
      select audit_first_broken() as broken, count(*)::int as rows, count(distinct chain)::int as chains from audit_log`;
    expect(after).toMatchObject({ broken: null, rows: rows + 60 });
    expect(Number(after?.chains)).toBeGreaterThan(1);
  });

  test("a row moved to another chain breaks the chain", async () => {
    expect(await brokenAfter((tx) => tx`update audit_log set chain = 77 where seq = 1`)).toBe(1);
  });
});

describe("amounts, rates and instants that cannot be", () => {
  /** For each CHECK a row that breaks it and nothing else. */
  const broken: Record<string, () => PromiseLike<unknown>> = {
    ...each("sales_orders", orderRow, {
      order_amounts: [
        { net_minor: -1, total_minor: -1, required_minor: 0 },
        { vat_minor: -1 },
        { total_minor: 100_001 },
      ],
      order_required: [{ required_minor: -1 }, { required_minor: 100_001 }],
      order_secured: [{ secured_minor: -1 }, { held_minor: -1 }, { held_minor: 2, secured_minor: 1 }],
      order_prepayment: [
        { prepayment_minor: 0 },
        { prepayment_minor: -1 },
        { prepayment_minor: 100_000_000_001 },
        { prepayment_kind: "none" },
        { prepayment_kind: "percent", prepayment_minor: null, prepayment_bp: 0 },
        { prepayment_kind: "percent", prepayment_minor: null, prepayment_bp: 10_001 },
        { prepayment_kind: "percent", prepayment_minor: null, prepayment_bp: null },
        { prepayment_bp: 100 },
        { prepayment_kind: "twice" },
      ],
      order_currency: [{ currency: "uah" }, { currency: "UAHX" }, { currency: "" }],
      order_status: [{ status: "shipped" }],
      order_progress: [{ shipped: "some" }, { invoiced: "all" }],
      order_instants: [{ released_at: "infinity" }, { cancelled_at: "-infinity" }, { created_at: "infinity" }],
      order_date_range: [{ order_date: "1999-12-31" }, { order_date: "2101-01-01" }, { order_date: "infinity" }],
    }),
    ...each("order_lines", lineRow, {
      line_quantity: [{ quantity_milli: 0 }, { quantity_milli: -1 }, { quantity_milli: 1_000_000_001 }],
      line_price: [{ unit_price_minor: -1 }, { unit_price_minor: 100_000_000_001 }],
      line_rates: [{ discount_bp: -1 }, { discount_bp: 10_001 }, { vat_bp: -1 }, { vat_bp: 10_001 }],
      line_totals: [
        { net_minor: -1, total_minor: -1 },
        { vat_minor: -1, total_minor: 99_999 },
        { total_minor: 100_001 },
      ],
    }),
    ...each("payments", () => paymentRow(ORDER), {
      payment_amount: [{ amount_minor: 0 }, { amount_minor: -1 }, { amount_minor: 100_000_000_001 }],
      payment_facts: [{ held_minor: -1 }, { captured_minor: -1 }, { refunded_minor: -1 }],
      payment_finalize: [{ finalize_requested_minor: 0 }, { finalize_requested_minor: -1 }],
      payment_progress: [{ progress: "almost" }],
      payment_ended: [{ ended: "gone" }],
      payment_type: [{ payment_type: "gift" }],
      payment_mode: [{ mode: "demo" }],
      payment_state: [{ state: "paid" }, { state: "needs_review" }],
      payment_instants: [
        { valid_until: "infinity" },
        { expires_at: "infinity" },
        { hold_expires_at: "infinity" },
        { next_sync_at: "infinity" },
      ],
      payment_deleted_is_moneyless: [
        { state: "successful", deleted_at: new Date(), captured_minor: 1 },
        { state: "withholding", deleted_at: new Date(), held_minor: 1 },
      ],
    }),
    ...each("provider_operations", operationRow, {
      operation_kind: [{ kind: "steal" }],
      operation_state: [{ state: "maybe" }],
      operation_amount: [{ amount_minor: 0 }, { amount_minor: -1 }],
      operation_due: [{ next_attempt_at: null }],
    }),
    ...each(
      "invoices",
      () => ({ id: next("inv"), order_id: ORDER, number: next("IN"), currency: "UAH", total_minor: 1 }),
      {
        invoice_total: [{ total_minor: -1 }, { total_minor: 100_000_000_001 }],
      },
    ),
    ...each("invoice_lines", () => ({ invoice_id: INVOICE, line_id: LINE, quantity_milli: 1, total_minor: 1 }), {
      invoice_quantity: [{ quantity_milli: 0 }, { quantity_milli: -1 }],
      invoice_line_total: [{ total_minor: -1, vat_minor: null }],
      invoice_line_vat: [{ vat_minor: -1 }, { vat_minor: 2 }],
    }),
    ...each("shipment_lines", () => ({ shipment_id: SHIPMENT, line_id: LINE, quantity_milli: 1 }), {
      shipment_quantity: [{ quantity_milli: 0 }, { quantity_milli: -1 }],
    }),
    ...each("items", () => ({ id: next("itm"), sku: next("sku"), name: "x", unit_price_minor: 1, currency: "UAH" }), {
      items_price: [{ unit_price_minor: -1 }, { unit_price_minor: 100_000_000_001 }],
      items_vat: [{ vat_bp: -1 }, { vat_bp: 10_001 }],
      items_currency: [{ currency: "грн" }],
    }),
    ...each("customers", () => ({ id: next("cus"), name: "x" }), {
      customers_language: [{ language: "ru" }],
      customers_name_present: [{ name: "" }, { name: "x".repeat(201) }],
    }),
    ...each("payment_services", serviceRow, {
      service_provider: [{ provider: "" }, { provider: "Mono Bank" }],
      service_payment_type: [{ payment_type: "gift" }],
      service_validity: [{ validity_seconds: 299 }, { validity_seconds: 2_592_001 }],
      service_margin: [{ hold_margin_hours: -1 }, { hold_margin_hours: 169 }],
      service_currency: [{ currency: "uah" }, { currency_numeric: 0 }, { currency_numeric: 1000 }],
      service_mode: [{ mode: "demo" }],
      service_enabled_with_credentials: [{ enabled: true }],
      service_always_included_is_enabled: [{ always_include: true }],
    }),
    ...each("users", () => ({ id: next("usr"), email: next("a"), name: "x", role: "sales", password_hash: "-" }), {
      users_role: [{ role: "owner" }, { role: "" }],
      users_email_lower: [{ email: "Ihor@holdpoint.test" }],
      users_language: [{ language: "de" }],
    }),
    ...each("webhook_inbox", () => ({ service_id: SERVICE, event_key: next("k"), headers: {} as never, raw: "x" }), {
      inbox_state: [{ state: "lost" }],
    }),
    ...each("company", () => ({ id: 1, name: "x" }), {
      one_company: [{ id: 2 }],
      company_vat: [{ default_vat_bp: -1 }, { default_vat_bp: 10_001 }],
    }),
    ...each("allocations", () => allocationRow(PAYMENT, OPEN_ORDER, ORDER), {
      allocation_amount: [{ amount_minor: 0 }, { amount_minor: -1 }],
    }),
    ...each("waivers", () => waiverRow(ORDER), {
      waiver_amount: [{ cap_minor: 0 }, { cap_minor: -1 }, { cap_minor: 100_000_000_001 }],
      waiver_ends: [{ ends_at: "infinity" }, { ends_at: new Date(0) }],
    }),
    ...each("offline_receipts", () => receiptRow(ORDER), {
      offline_amount: [{ amount_minor: 0 }, { amount_minor: -1 }, { amount_minor: 100_000_000_001 }],
      offline_received: [{ received_on: "1999-12-31" }, { received_on: "2101-01-01" }],
    }),
    ...each("alarms", () => ({ order_id: ORDER, kind: "x" }), { alarm_kind: [{ kind: "" }] }),
  };

  let ORDER = "";
  let LINE = "";
  let SHIPMENT = "";
  let INVOICE = "";
  let OPEN_ORDER = "";
  let PAYMENT = "";
  beforeAll(async () => {
    const made = await order();
    ORDER = made.id;
    LINE = made.line;
    await payment(ORDER, paid);
    SHIPMENT = await ship(ORDER);
    INVOICE = await invoice(ORDER);
    OPEN_ORDER = (await order({ released_at: null, status: "open" })).id;
    PAYMENT = await payment(OPEN_ORDER, paid);
    await person("usr_asker");
  });

  function orderRow(): Row {
    const id = next("ord");
    return {
      id,
      number: id,
      order_date: "2026-11-20",
      currency: "UAH",
      prepayment_kind: "amount",
      prepayment_minor: 30_000,
      net_minor: 100_000,
      total_minor: 100_000,
      required_minor: 30_000,
      pay_token: id,
    };
  }
  function lineRow(): Row {
    return {
      id: next("lin"),
      order_id: OPEN_ORDER,
      position: ++counter,
      description: "x",
      quantity_milli: 1_000,
      unit_price_minor: 100_000,
      net_minor: 100_000,
      vat_minor: 0,
      total_minor: 100_000,
    };
  }
  function operationRow(): Row {
    return {
      id: next("opr"),
      payment_id: PAYMENT,
      order_id: ORDER,
      kind: "refund",
      next_attempt_at: new Date(),
      actor_name: "Tests",
    };
  }
  function serviceRow(): Row {
    return {
      id: next("svc"),
      provider: "monobank",
      name: "x",
      currency: "UAH",
      currency_numeric: 980,
      payment_type: "debit",
      validity_seconds: 300,
      mode: "test",
    };
  }
  /** `constraint#n` → an insert that must be refused by it. */
  function each(table: string, good: () => Row, wrong: Record<string, Row[]>) {
    return Object.fromEntries(
      Object.entries(wrong).flatMap(([constraint, changes]) =>
        changes.map((change, index) => [
          `${constraint}#${index}`,
          () => app`insert into ${app(table)} ${app({ ...good(), ...change })}`,
        ]),
      ),
    );
  }

  test.each(Object.keys(broken))("%s", async (name) => {
    expect(await refusal(broken[name]?.() ?? Promise.resolve())).toBe(name.split("#")[0]);
  });

  test("no CHECK on an amount, a quantity, a rate or an instant is without a row that it refuses", async () => {
    const checks = await owner<{ name: string }[]>`
      select conname as name from pg_constraint c join pg_class t on t.oid = c.conrelid
      where contype = 'c' and t.relnamespace = 'public'::regnamespace
        and pg_get_constraintdef(c.oid) ~ '_minor|_milli|_bp|isfinite' order by 1`;
    expect(checks.length).toBeGreaterThan(20);
    const tried = new Set(Object.keys(broken).map((name) => name.split("#")[0]));
    expect(checks.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  test("every column of money is a whole number: NaN, infinity and exponents are not even read", async () => {
    const columns = await owner<{ table: string; column: string; type: string }[]>`
      select table_name as table, column_name as column, data_type as type from information_schema.columns
      where table_schema = 'public' and (column_name like '%\_minor' or column_name like '%\_milli') order by 1, 2`;
    expect(columns.length).toBeGreaterThan(15);
    for (const { table, column, type } of columns) {
      expect([table, column, type]).toEqual([table, column, "bigint"]);
      for (const text of ["NaN", "Infinity", "-Infinity", "1e3", "100.005", "٣", "", "9223372036854775808"]) {
        const question = app.unsafe(`select $1::bigint`, [text] as never[], { prepare: false });
        expect([text, await refusal(question)]).toEqual([text, expect.stringMatching(/^22(P02|003)$/)]);
      }
    }
    const loose = await owner`
      select table_name, column_name from information_schema.columns
      where table_schema = 'public' and data_type in ('numeric', 'real', 'double precision', 'money')`;
    expect(loose).toEqual([]);
  });
});
