import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDatabase } from "#db/client";
import { payFactsOfOrder } from "#db/queries/pay-page";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Row, type Shop, WHOLE } from "#e2e/stories/shop";
import type { UpdateOrderInput } from "#lib/contracts/orders";
import type { MoneyChoice } from "#lib/domain/edit-money";
import { makeId, type OrderId, type PaymentId, type PaymentServiceId, type ReviewTaskId } from "#lib/domain/ids";
import { readReview } from "#lib/reads/reviews";
import type { Viewer } from "#lib/reads/viewer";
import { finalizeHold } from "./finalize-hold.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseOrder } from "./release-order.ts";
import { reopenOrder } from "./reopen-order.ts";
import { requestNewLink } from "./request-new-link.ts";
import { resolveReview } from "./resolve-review.ts";
import { shipOrder } from "./ship-order.ts";
import { previewOrder, updateOrder } from "./update-order.ts";
import type { Actor } from "./world.ts";

let at: WorkflowWorld;
let shop: Shop;
let admin: Actor;
const services: Record<string, PaymentServiceId> = {};
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  for (const bank of [at.monobank, at.liqpay])
    await bank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
  admin = { ...at.sales, role: "admin" };
  Object.assign(services, at.services, { liqpayHold: await shop.service("liqpay", "withholding") });
});
afterAll(async () => {
  await closeDatabase();
  await at?.stop();
});

/** An order of two drills over 1 499.50 asks for 30 %: 449.85. With three it asks for 674.78, with one for 224.93. */
const BEFORE = { total: 149_950n, required: 44_985n };
const AFTER = {
  rises: { drills: 3, total: 224_925n, required: 67_478n },
  falls: { drills: 1, total: 74_975n, required: 22_493n },
  stays: { drills: 2, total: 149_950n, required: 44_985n },
};
type Sign = keyof typeof AFTER;

const drills = (count: number): NonNullable<UpdateOrderInput["lines"]> =>
  Array.from({ length: count }, () => ({
    description: "Перфоратор",
    unitPrice: { amount: 74_975, currency: "UAH" as const },
    discountPercent: "0",
    vatPercent: "20",
    sku: null,
    unit: null,
    quantity: "1",
  }));
const change = (version: number, sign: Sign, money?: UpdateOrderInput["money"]): UpdateOrderInput => ({
  version,
  externalReference: null,
  note: null,
  lines: drills(AFTER[sign].drills),
  ...(money ? { money } : {}),
});
const uah = (amount: bigint) => ({ amount: Number(amount), currency: "UAH" as const });
const edit = async (orderId: OrderId, sign: Sign, money?: UpdateOrderInput["money"], by: Actor = admin) =>
  updateOrder(at.world, by, orderId, change((await shop.order(orderId)).version, sign, money));
const reopened = async (orderId: OrderId) =>
  expect(await reopenOrder(at.world, at.sales, orderId, {})).toMatchObject({ ok: true, value: { pending: false } });
const live = (attempts: Row[]) => attempts.filter(({ state }) => ["creating", "pending", "processing"].includes(state));

/** Every state that money of an order can be in when somebody wants to edit it; what of it is there, and how it got so. */
const STATES: Record<string, { service: string; covered: bigint; make: (service: PaymentServiceId) => Promise<Made> }> =
  {
    "no link yet": { service: "debit", covered: 0n, make: async (service) => made(await shop.openOrder(service)) },
    "a live link": { service: "debit", covered: 0n, make: (service) => shop.released(service) },
    "a live link that cannot be cancelled": {
      service: "liqpay",
      covered: 0n,
      make: (service) => shop.released(service),
    },
    "a declined link": {
      service: "debit",
      covered: 0n,
      make: async (service) => {
        const it = await shop.released(service);
        await shop.declined(it.paymentId);
        return it;
      },
    },
    "held at monobank": { service: "hold", covered: 44_985n, make: (service) => shop.paid(service) },
    "held at LiqPay": { service: "liqpayHold", covered: 44_985n, make: (service) => shop.paid(service) },
    "taken at monobank": { service: "debit", covered: 44_985n, make: (service) => shop.paid(service) },
    "taken at LiqPay": { service: "liqpay", covered: 44_985n, make: (service) => shop.paid(service) },
    "taken, and a part given back": {
      service: "debit",
      covered: 34_985n,
      make: async (service) => {
        const it = await shop.paid(service);
        await refundPayment(at.world, at.finance, it.paymentId, { amountMinor: 10_000n, reason: "Scratched" });
        await eventually(
          () => shop.payment(it.paymentId),
          ({ refunded_minor }) => refunded_minor === "10000",
          "a part has gone back",
        );
        return it;
      },
    },
  };
type Made = { orderId: OrderId; paymentId: PaymentId | null };
const made = (orderId: OrderId): Made => ({ orderId, paymentId: null });

const cells = Object.keys(STATES).flatMap((state) =>
  (Object.keys(AFTER) as Sign[]).flatMap((sign): [string, Sign, MoneyChoice | null][] => {
    const { covered } = STATES[state] ?? { covered: 0n };
    const difference = AFTER[sign].required - covered;
    if (covered === 0n || sign === "stays" || difference === 0n) return [[state, sign, null]];
    return difference > 0n
      ? [
          [state, sign, "link"],
          [state, sign, "keep"],
        ]
      : [
          [state, sign, "keep"],
          [state, sign, "give_back"],
        ];
  }),
);

describe("an edit, cell by cell: money × what it asks × what is chosen", () => {
  test.each(cells)("%s, %s, %s", { timeout: 60_000 }, async (name, sign, choice) => {
    const state = STATES[name];
    if (!state) throw new Error(name);
    const { orderId, paymentId } = await state.make(services[state.service] as PaymentServiceId);
    if ((await shop.order(orderId)).released_at) await reopened(orderId);
    const { total, required } = AFTER[sign];
    const missing = required > state.covered ? required - state.covered : 0n;
    const surplus = state.covered > required ? state.covered - required : 0n;

    // What is shown before saving.
    const { version } = await shop.order(orderId);
    const preview = await previewOrder(at.world, admin, orderId, {
      externalReference: null,
      note: null,
      lines: drills(AFTER[sign].drills),
    });
    if (!preview.ok) throw new Error(JSON.stringify(preview.error));
    expect(preview.value.money).toMatchObject({
      before: { totalMinor: BEFORE.total, requiredMinor: BEFORE.required },
      after: { totalMinor: total, requiredMinor: required },
      coveredMinor: state.covered,
      missingMinor: missing,
      surplusMinor: surplus,
    });
    expect((await shop.order(orderId)).version).toBe(version);

    if (choice) {
      // Never silently: without the choice, or on numbers that are not so, nothing is saved.
      const silent = await edit(orderId, sign);
      expect(silent).toMatchObject({
        ok: false,
        error: {
          kind: "invalid",
          errors: [
            {
              field: "money",
              code: "money_choice_needed",
              params: { requiredMinor: Number(required), coveredMinor: Number(state.covered) },
            },
          ],
        },
      });
      const outdated = await edit(orderId, sign, { choice, amount: uah(missing + surplus + 1n) });
      expect(outdated).toMatchObject({ ok: false, error: { errors: [{ field: "money", code: "money_changed" }] } });
      expect(await shop.order(orderId)).toMatchObject({ version, total_minor: `${BEFORE.total}` });
    }
    const saved = await edit(orderId, sign, choice ? { choice, amount: uah(missing + surplus) } : undefined);
    expect(codeOf(saved)).toBe("ok");
    if (!choice) expect(codeOf(await releaseOrder(at.world, at.sales, orderId, {}))).toBe("ok");
    await shop.settle();

    const order = await shop.order(orderId);
    const attempts = await shop.attempts(orderId);
    expect(order).toMatchObject({ total_minor: `${total}`, required_minor: `${required}`, needs_review: false });
    // One live link where something is asked for, for what is missing; none otherwise.
    const asks = missing > 0n && choice !== "keep";
    expect(live(attempts).map(({ amount_minor }) => amount_minor)).toEqual(asks ? [`${missing}`] : []);
    expect(order.secured_minor).toBe(`${choice === "give_back" ? required : state.covered}`);
    expect(order.accepted).toBe(missing === 0n);

    // The old amount can neither be paid nor taken.
    const old = attempts.find(({ id }) => id === paymentId);
    if (old?.provider === "monobank" && state.covered === 0n)
      await expect(shop.pay(old.id)).rejects.toThrow(/cannot be paid/);
    if (old?.state === "withholding" && choice === "give_back") throw new Error("the whole hold can still be taken");
    if (choice === "give_back" && old?.payment_type === "withholding")
      expect(old).toMatchObject({ state: "successful", captured_minor: `${required}`, held_minor: "44985" });
    const shipped = await shipOrder(at.world, at.sales, orderId, WHOLE);
    expect(codeOf(shipped)).toBe(
      missing === 0n
        ? "ok"
        : choice === "keep"
          ? "EDITED_AFTER_LINK"
          : state.covered > 0n
            ? "PARTLY_COVERED"
            : "AWAITING_PAYMENT",
    );
  });

  test("there is a cell for every state, sign and choice", () => {
    expect(cells.length).toBe(4 * 3 + 4 * (2 + 2 + 1) + (2 + 2 + 1));
  });
});

test("a hold that is more than the changed order costs is not taken as a whole without having been seen", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.hold);
  await reopened(orderId);
  const { version } = await shop.order(orderId);
  const [line] = drills(1);
  const cheap = { ...change(version, "falls"), lines: [{ ...line, unitPrice: { amount: 40_000, currency: "UAH" } }] };
  const money = { choice: "keep" as const, amount: uah(44_985n - 12_000n) };
  expect(codeOf(await updateOrder(at.world, at.sales, orderId, { ...cheap, money } as UpdateOrderInput))).toBe("ok");
  const whole = await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null });
  expect(whole).toMatchObject({
    error: { blocker: { code: "EDITED_AFTER_LINK", params: { left: uah(40_000n), held: uah(44_985n) } } },
  });
  expect(codeOf(await finalizeHold(at.world, at.finance, paymentId, { amountMinor: 40_000n }))).toBe("ok");
  await shop.settle();
  expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", captured_minor: "40000" });
});

test("who may not send money back asks Finance: a task with the sum, done from the desk, closed by the bank's word", async () => {
  for (const [service, kind] of [
    [at.services.debit, "refunded"],
    [at.services.hold, "released"],
  ] as const) {
    const { orderId, paymentId } = await shop.paid(service);
    await reopened(orderId);
    const surplus = 44_985n - 22_493n;
    expect(codeOf(await edit(orderId, "falls", { choice: "give_back", amount: uah(surplus) }, at.sales))).toBe("ok");
    expect(await shop.payment(paymentId)).toMatchObject({
      captured_minor: service === at.services.debit ? "44985" : "0",
    });
    const [task] = await at.owner`select * from review_tasks where payment_id = ${paymentId}`;
    expect(task).toMatchObject({ cause: "refund_proposed", closed_at: null, details: { amount: uah(surplus) } });
    // It holds nothing up: the order is covered.
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
    const answer = { answer: "refund" as const, note: "Fewer drills" };
    expect(codeOf(await resolveReview(at.world, at.finance, task?.id as ReviewTaskId, answer))).toBe("ok");
    await shop.settle();
    expect(await shop.booked(paymentId, kind)).toBe(1);
    expect(await shop.order(orderId)).toMatchObject({ secured_minor: "22493", accepted: true });
    const [closed] = await at.owner`select resolution from review_tasks where payment_id = ${paymentId}`;
    expect(closed).toEqual({ resolution: "refunded" });
  }
});

test("a part of a hold that goes back by taking the rest is on its way until the bank's word is known", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.hold);
  await reopened(orderId);
  const surplus = 44_985n - 22_493n;
  expect(codeOf(await edit(orderId, "falls", { choice: "give_back", amount: uah(surplus) }, at.sales))).toBe("ok");
  const [task] = await at.owner`select id from review_tasks where payment_id = ${paymentId}`;
  const viewer: Viewer = { ...at.finance, email: "olena@holdpoint.test", role: "finance", language: "en" };
  const desk = () => readReview(task?.id as ReviewTaskId, viewer);
  expect(await desk()).toMatchObject({ pending: false, closedAt: null });
  await at.monobank.fault({ operation: "finalize", mode: "drop_before_commit", times: 1 });
  const answer = { answer: "refund" as const, note: "Fewer drills" };
  expect(codeOf(await resolveReview(at.world, at.finance, task?.id as ReviewTaskId, answer))).toBe("ok");
  await at.monobank.noFaults();
  expect(await desk()).toMatchObject({ pending: true, closedAt: null });
});

test("a refused refund leaves the order released and covered, and says so", async () => {
  const { orderId, paymentId } = await shop.paid(at.services.debit);
  await reopened(orderId);
  await at.monobank.fault({
    operation: "cancel",
    mode: "error",
    times: 1,
    httpStatus: 400,
    errCode: "BAD_REQUEST",
    errText: "insufficient funds",
  });
  expect(codeOf(await edit(orderId, "falls", { choice: "give_back", amount: uah(22_492n) }))).toBe("ok");
  await at.monobank.noFaults();
  expect(await shop.timeline(orderId)).toContain("refund.refused");
  expect(await shop.order(orderId)).toMatchObject({ status: "released", secured_minor: "44985", accepted: true });
  expect(await shop.booked(paymentId, "refunded")).toBe(0);
});

test("a link for the difference whose answer is lost: saved, released, and one link in the end", async () => {
  const { orderId } = await shop.paid(at.services.debit);
  await reopened(orderId);
  await at.monobank.fault({ operation: "create", mode: "commit_then_drop", times: 1 });
  const saved = await edit(orderId, "rises", { choice: "link", amount: uah(22_493n) });
  expect(saved).toMatchObject({ ok: true, value: { pending: true } });
  await shop.settle();
  expect(live(await shop.attempts(orderId))).toMatchObject([{ amount_minor: "22493", state: "pending" }]);
});

test("the history names what was changed, not everything that was sent", async () => {
  const orderId = await shop.openOrder(at.services.debit);
  const { version, customer_id, order_date, language } = await shop.order(orderId);
  const sent = {
    ...change(version, "stays"),
    customerId: customer_id,
    orderDate: order_date.toISOString?.().slice(0, 10) ?? order_date,
    language,
    note: "Call before ten",
  };
  expect(codeOf(await updateOrder(at.world, at.sales, orderId, sent))).toBe("ok");
  expect(codeOf(await edit(orderId, "rises"))).toBe("ok");
  const told =
    await at.owner`select params from order_timeline where order_id = ${orderId} and kind = 'order.edited' order by id`;
  expect(told.map(({ params }) => params.fields)).toEqual(["note", "note, lines"]);
});

test("services for the customer to choose from are named with the order and follow its own", async () => {
  const { debit, hold, liqpay } = at.services;
  const orderId = await shop.openOrder(debit);
  const page = async () => ((await payFactsOfOrder(at.world.db, orderId))?.services ?? []).map(({ id }) => id);
  const save = async (more: Partial<UpdateOrderInput>) =>
    updateOrder(at.world, at.sales, orderId, { ...change((await shop.order(orderId)).version, "stays"), ...more });
  expect(await page()).toEqual([debit]);
  expect(codeOf(await save({ otherServiceIds: [liqpay, debit, liqpay, hold] }))).toBe("ok");
  expect(await page()).toEqual([debit, liqpay, hold]);
  // What says nothing of them leaves them, beside whichever service is the order's own then.
  expect(codeOf(await save({ paymentServiceId: liqpay }))).toBe("ok");
  expect(await page()).toEqual([liqpay, hold]);
  const ghost = makeId("svc", Date.now(), new Uint8Array(16)) as PaymentServiceId;
  expect(await save({ otherServiceIds: [hold, ghost] })).toMatchObject({
    error: { errors: [{ field: "otherServiceIds.1", code: "unknown_id" }] },
  });
  expect(codeOf(await save({ otherServiceIds: [] }))).toBe("ok");
  expect(await page()).toEqual([liqpay]);
  const told =
    await at.owner`select params from order_timeline where order_id = ${orderId} and kind = 'order.edited' order by id`;
  expect(told.map(({ params }) => params.fields)).toEqual([
    "otherServices",
    "paymentService, otherServices",
    "otherServices",
  ]);
});

test("two people save the same change with a choice: one of them, and one link", async () => {
  const { orderId } = await shop.paid(at.services.debit);
  await reopened(orderId);
  const { version } = await shop.order(orderId);
  const wish = change(version, "rises", { choice: "link", amount: uah(22_493n) });
  const answers = await Promise.all([1, 2, 3].map(() => updateOrder(at.world, at.sales, orderId, wish)));
  expect(answers.map(codeOf).sort()).toEqual(["ok", "version_conflict", "version_conflict"]);
  expect(live(await shop.attempts(orderId))).toHaveLength(1);
});

test("money that comes while somebody edits is seen before the save: the choice has to be made again", async () => {
  const { orderId, paymentId } = await shop.released(at.services.liqpay);
  await reopened(orderId);
  const { version } = await shop.order(orderId);
  await shop.pay(paymentId, { action: "pay", force: true });
  await eventually(
    () => shop.order(orderId),
    ({ secured_minor }) => secured_minor === "44985",
    "the late money is known",
  );
  expect(await updateOrder(at.world, at.sales, orderId, change(version, "rises"))).toMatchObject({
    error: { errors: [{ field: "money", code: "money_choice_needed" }] },
  });
});

test("a deposit, the balance and late money add up to one requirement; each is counted once", async () => {
  const { orderId, paymentId } = await shop.released(at.services.liqpay);
  // The first link is replaced; it is paid late all the same, besides the new one.
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true }))).toBe("ok");
  const second = (await shop.last(orderId)).id as PaymentId;
  await shop.pay(second);
  await eventually(
    () => shop.order(orderId),
    ({ accepted }) => accepted,
    "the deposit is there",
  );
  const rest = await requestNewLink(at.world, at.sales, orderId, { forBalance: true });
  expect(codeOf(rest)).toBe("ok");
  const third = await shop.last(orderId);
  expect(third).toMatchObject({ attempt: 3, amount_minor: "104965", state: "pending" });
  await shop.pay(third.id);
  await shop.settle();
  expect(await shop.order(orderId)).toMatchObject({ secured_minor: "149950", accepted: true, needs_review: false });
  // Now the first, on which nobody counts any more.
  await shop.pay(paymentId, { action: "pay", force: true });
  await shop.settle();
  expect(await shop.order(orderId)).toMatchObject({ secured_minor: "194935", needs_review: true, accepted: false });
  expect((await shop.payment(paymentId)).review_reasons).toEqual(
    expect.arrayContaining(["late_payment", "duplicate_payment"]),
  );
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { forBalance: true }))).toBe("IN_REVIEW");
});

test.each(["monobank", "liqpay"] as const)(
  "%s does not answer while a link is replaced: nothing new is made",
  async (provider) => {
    const bank = provider === "monobank" ? at.monobank : at.liqpay;
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    await bank.fault({ operation: "*", mode: "hang_before", ms: 100, times: 20 });
    await bank.fault({ operation: "*", mode: "503", times: 20 });
    const answer = await requestNewLink(at.world, at.sales, orderId, { replace: true });
    await bank.noFaults();
    expect(["OPERATION_RUNNING", "PROVIDER_UNAVAILABLE"]).toContain(codeOf(answer));
    expect(await shop.attempts(orderId)).toHaveLength(1);
    await shop.settle();
    // Then it answers, and the same wish is done.
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true }))).toBe("ok");
    expect((await shop.attempts(orderId)).map(({ id, state }) => [id === paymentId, state])).toEqual([
      [true, "cancelled"],
      [false, "pending"],
    ]);
  },
);

test("a link for the rest is not taken away for one that nobody needs", async () => {
  const { orderId } = await shop.paid(at.services.debit);
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { forBalance: true }))).toBe("ok");
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true }))).toBe("NOTHING_MISSING");
  expect(await shop.last(orderId)).toMatchObject({ attempt: 2, state: "pending" });
  expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { replace: true, forBalance: true }))).toBe("ok");
  expect((await shop.attempts(orderId)).map(({ state }) => state)).toEqual(["successful", "cancelled", "pending"]);
});

test.each(["monobank", "liqpay"] as const)(
  "%s: a link whose time is over by our clock is asked about once, and what the bank says decides",
  async (provider) => {
    const service = await shop.service(provider);
    const bank = provider === "monobank" ? at.monobank : at.liqpay;
    // At LiqPay a page that was opened in time may be paid half an hour longer.
    const seconds = provider === "monobank" ? 3_700 : 5_600;
    const later = { ...at.world, now: () => new Date(Date.now() + seconds * 1000) };
    const [unpaid, paid] = [await shop.released(service), await shop.released(service)];
    await bank.webhooks({ mode: "lost" });
    await shop.pay(paid.paymentId);
    await bank.advance(seconds);
    const answers = [
      await requestNewLink(later, at.sales, unpaid.orderId, {}),
      await requestNewLink(later, at.sales, paid.orderId, {}),
    ];
    await bank.realTime();
    await bank.webhooks({ mode: "normal" });
    expect(answers.map(codeOf)).toEqual(["ok", "NOTHING_MISSING"]);
    expect((await shop.attempts(unpaid.orderId)).map(({ state }) => state)).toEqual(["expired", "pending"]);
    expect(await shop.order(paid.orderId)).toMatchObject({ status: "released", accepted: true });
    expect(await shop.attempts(paid.orderId)).toHaveLength(1);
  },
);

test("after all that the banks' ledgers and our books agree", async () => {
  const { movements } = await shop.check();
  expect(movements).toBeGreaterThan(30);
}, 60_000);
