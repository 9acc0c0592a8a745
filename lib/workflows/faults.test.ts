import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Bank } from "#e2e/rig/bank";
import { oracles } from "#e2e/rig/oracles";
import { startWorkflowWorld, type WorkflowWorld } from "#e2e/rig/workflow-world";
import { codeOf, eventually, openShop, type Row, type Shop, WHOLE } from "#e2e/stories/shop";
import type { OrderId, PaymentId, PaymentServiceId } from "#lib/domain/ids";
import type { Provider } from "#lib/domain/provider";
import { cancelOrder } from "./cancel-order.ts";
import { deletePayment } from "./delete-payment.ts";
import { finalizeHold } from "./finalize-hold.ts";
import { invoiceOrder } from "./invoice-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseHold } from "./release-hold.ts";
import { releaseOrder } from "./release-order.ts";
import { reopenOrder } from "./reopen-order.ts";
import { requestNewLink } from "./request-new-link.ts";
import { shipOrder } from "./ship-order.ts";

let at: WorkflowWorld;
let shop: Shop;
beforeAll(async () => {
  at = await startWorkflowWorld();
  shop = openShop(at);
  for (const bank of [at.monobank, at.liqpay])
    await bank.call("POST", "/switches", { processingMs: 20, webhookRetrySpacingMs: [50, 100] });
});
afterAll(() => at?.stop());

const bankOf = (provider: Provider): Bank => (provider === "monobank" ? at.monobank : at.liqpay);
const ship = (id: OrderId) => shipOrder(at.world, at.sales, id, WHOLE);

/** Every fault is over, and what must hold, holds: after each story. What one has broken is told once. */
const told = new Set<string>();
let begun = new Date();
beforeEach(() => {
  begun = new Date(Date.now() - 1_000);
});
const settle = () => shop.settle(begun);
afterEach(async () => {
  for (const bank of [at.monobank, at.liqpay]) await bank.realTime();
  await at.monobank.call("POST", "/switches", { createdWebhook: true, holdLapseStatus: "reversed" });
  await settle();
  const { wrong } = await oracles(shop.watched);
  const news = wrong.filter((line) => !told.has(line));
  for (const line of news) told.add(line);
  expect(news).toEqual([]);
});

/** What comes of an operation of ours when the bank misbehaves in a certain way. */
type Mode = { mode: string; more?: Record<string, unknown> };
/** The bank said no, in its own words. */
const NO: Mode[] = [{ mode: "error", more: { httpStatus: 400, errCode: "err_wrong", errText: "Not today" } }];
/** Nobody can say whether it happened. */
const SILENCE: Mode[] = [
  { mode: "drop_before_commit" },
  { mode: "commit_then_drop" },
  { mode: "half_body" },
  { mode: "garbage" },
  { mode: "empty" },
  { mode: "html_502" },
  { mode: "503" },
  { mode: "500" },
  { mode: "500", more: { effect: true } },
  { mode: "redirect" },
  { mode: "huge_body", more: { value: 400_000 } },
];
/** It certainly did not happen, and may be tried again. */
const LATER: Mode[] = [{ mode: "429", more: { retryAfter: 1 } }];
/** Odd, and still a good answer. */
const ODD: Mode[] = [{ mode: "proto_keys" }, { mode: "extra_fields" }, { mode: "wrong_content_type" }];
const UNCLEAR = [...SILENCE, ...LATER];
const name = ({ mode, more }: Mode) => `${mode}${more ? ` ${JSON.stringify(more)}` : ""}`;
const each = (modes: Mode[]) => modes.map((mode) => [name(mode), mode] as const);
const once = ({ mode, more }: Mode, reference: PaymentId) => ({ mode, ...more, reference, times: 1 });

/** The same story under each fault, side by side. */
async function under<T>(modes: Mode[], story: (fault: Mode) => Promise<T>): Promise<[fault: string, made: T][]> {
  const waiting = [...modes];
  const results: [string, T][] = [];
  const walk = async () => {
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const which = name(fault);
      const made = await story(fault).catch((cause: Error) => {
        throw new Error(`Under ${which}: ${cause.message}`, { cause });
      });
      results.push([which, made]);
    }
  };
  await Promise.all([walk(), walk(), walk(), walk()]);
  return results;
}

describe("creating a link at monobank", () => {
  async function releaseUnder(fault: Mode) {
    const service = await shop.service("monobank");
    const orderId = await shop.openOrder(service);
    await at.monobank.fault({ operation: "create", mode: fault.mode, times: 1, ...fault.more });
    const answer = await releaseOrder(at.world, at.sales, orderId, {});
    return { service, orderId, answer, paymentId: (await shop.last(orderId)).id as PaymentId };
  }
  /** In the end there is one link that can be paid, at the bank and here. */
  async function oneLink(orderId: OrderId, paymentId: PaymentId) {
    await settle();
    expect(await shop.attempts(orderId)).toHaveLength(1);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "pending", needs_review: false, ended: null });
    expect((await shop.payment(paymentId)).url).toMatch(/^http/);
    const [made, removed] = [await shop.booked(paymentId, "link_created"), await shop.booked(paymentId, "removed")];
    expect(made - removed).toBe(1);
    await shop.pay(paymentId);
    await eventually(
      () => shop.order(orderId),
      ({ status }) => status === "released",
      "paid on that link",
    );
  }

  test.each(each(UNCLEAR))("%s: on its way, not failed, and one payable link in the end", async (_n, fault) => {
    const { orderId, answer, paymentId } = await releaseUnder(fault);
    expect(answer).toMatchObject({ ok: true, value: { pending: true } });
    expect(["creating", "pending"]).toContain((await shop.payment(paymentId)).state);
    expect((await shop.payment(paymentId)).url).toBeNull();
    expect(codeOf(await ship(orderId))).toBe("CREATING_LINK");
    // Pressing again joins the same attempt.
    expect(codeOf(await releaseOrder(at.world, at.sales, orderId, {}))).toBe("ok");
    await oneLink(orderId, paymentId);
  });

  test.each(each(ODD))("%s: a link all the same", async (_n, fault) => {
    const { orderId, answer, paymentId } = await releaseUnder(fault);
    expect(answer).toMatchObject({ ok: true, value: { pending: false } });
    await oneLink(orderId, paymentId);
  });

  test("a bank that takes the request and never answers is left after fifteen seconds, and asked", async () => {
    const started = Date.now();
    const { orderId, answer, paymentId } = await releaseUnder({ mode: "hang_after", more: { ms: 60_000 } });
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(answer).toMatchObject({ ok: true, value: { pending: true } });
    await oneLink(orderId, paymentId);
  }, 60_000);

  test("a plain no: the attempt has failed with the bank's sentence, and the next one may be tried", async () => {
    const { orderId, paymentId } = await releaseUnder(NO[0] as Mode);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "failed", url: null });
    expect((await shop.payment(paymentId)).details).toMatchObject({ failureReason: "Not today" });
    expect(codeOf(await ship(orderId))).toBe("NO_LINK");
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    expect(await shop.last(orderId)).toMatchObject({ attempt: 2, state: "pending" });
  });

  test.each(["401", "403"])(
    "%s: the service is flagged, and makes no more links until it is repaired",
    async (mode) => {
      const { service, orderId, paymentId } = await releaseUnder({ mode });
      expect(await shop.payment(paymentId)).toMatchObject({ state: "failed" });
      expect((await shop.serviceRow(service)).credentials_problem_at).not.toBeNull();
      expect(codeOf(await requestNewLink(at.world, at.sales, orderId, { paymentServiceId: service }))).toBe(
        "SERVICE_CREDENTIALS",
      );
      const next = await shop.openOrder(service);
      expect(codeOf(await releaseOrder(at.world, at.sales, next, {}))).toBe("SERVICE_CREDENTIALS");
      expect((await shop.order(next)).status).toBe("open");
      expect(await shop.attempts(next)).toEqual([]);
    },
  );

  test("the bank's firewall is not a bad token: nothing is flagged, the link comes later", async () => {
    const { service, orderId, answer, paymentId } = await releaseUnder({ mode: "403_firewall" });
    expect(answer).toMatchObject({ ok: true, value: { pending: true } });
    expect((await shop.serviceRow(service)).credentials_problem_at).toBeNull();
    await oneLink(orderId, paymentId);
  });

  test("a page address that would run in the browser is never handed out", async () => {
    for (const value of [
      "javascript:alert(document.domain)",
      "https://evil.example/pay",
      `http://localhost/${"x".repeat(2_000)}`,
    ]) {
      const { orderId, paymentId } = await releaseUnder({ mode: "hostile_page_url", more: { value } });
      expect((await shop.payment(paymentId)).url).toBeNull();
      expect(codeOf(await ship(orderId))).not.toBe("ok");
      // Nobody was shown it, and nobody can pay it.
      await cancelLeftovers(paymentId);
    }
  });

  test("an answer with somebody else's invoice: the money is found by our reference, and a person looks", async () => {
    const { orderId, paymentId } = await releaseUnder({ mode: "wrong_id" });
    await at.monobank.act(paymentId, { action: "pay" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ needs_review: true, captured_minor: "44985" });
    expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");
  });

  test("an answer that is lost, and no webhook either: money on the invoice that nobody was shown is still ours", async () => {
    await at.monobank.call("POST", "/switches", { createdWebhook: false });
    const { orderId, paymentId } = await releaseUnder({ mode: "commit_then_drop" });
    await shop.timePasses();
    await shop.run();
    const [stray] = await at.monobank.linesOf(paymentId);
    expect((await shop.payment(paymentId)).provider_payment_id).not.toBe(stray?.providerId);
    await at.monobank.act(stray?.providerId ?? "", { action: "pay" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ captured_minor: "44985", needs_review: true });
    expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");
    await cancelLeftovers(paymentId);
  });

  test("paid before the answer to its creation arrived: matched by our reference", async () => {
    const service = await shop.service("monobank");
    const orderId = await shop.openOrder(service);
    await at.monobank.fault({ operation: "create", mode: "slow", ms: 10, times: 1 });
    await at.monobank.fault({ operation: "create", mode: "commit_then_drop", times: 1 });
    await releaseOrder(at.world, at.sales, orderId, {});
    const paymentId = (await shop.last(orderId)).id as PaymentId;
    await at.monobank.act(paymentId, { action: "pay" }).catch(() => null);
    await settle();
    const [took] = (await at.monobank.linesOf(paymentId)).filter(({ kind }) => kind === "captured");
    expect(await shop.payment(paymentId)).toMatchObject({ captured_minor: took ? "44985" : "0" });
  });

  /** Removes, as somebody at the bank would, what a story has left payable on purpose. */
  async function cancelLeftovers(reference: PaymentId) {
    const { payments } = await at.monobank.call<{ payments: Row[] }>("GET", "/state");
    for (const { id, status } of payments.filter((row) => row.reference === reference && row.status === "created"))
      await fetch(`${process.env.MONOBANK_API_URL}/api/merchant/invoice/remove`, {
        method: "POST",
        headers: { "x-token": "test-monobank-token", "content-type": "application/json" },
        body: JSON.stringify({ invoiceId: id }),
      }).then((response) => expect([status, response.status]).toEqual(["created", 200]));
  }
});

describe("creating a link at LiqPay", () => {
  test("needs no call, so nothing at LiqPay can stand in its way", async () => {
    const service = await shop.service("liqpay");
    for (const { mode, more } of [...SILENCE, ...LATER, { mode: "401" }]) {
      await at.liqpay.fault({ operation: "*", mode, ...more });
      const { paymentId } = await shop.released(service);
      await at.liqpay.noFaults();
      expect(await shop.payment(paymentId)).toMatchObject({ state: "pending" });
    }
  });
});

describe.each(["monobank", "liqpay"] as const)("asking %s how a payment stands", (provider) => {
  let service: PaymentServiceId;
  beforeAll(async () => {
    service = await shop.service(provider);
  });
  /** The customer has paid, and we have not heard of it. */
  const unheard = async (whose: PaymentServiceId) => {
    await bankOf(provider).webhooks({ mode: "lost" });
    return shop.paidQuietly(whose);
  };
  const ask = async (fault: Mode, paymentId: PaymentId) => {
    await bankOf(provider).fault({ operation: "status", ...once(fault, paymentId) });
    return shop.sync(paymentId);
  };

  test(`${UNCLEAR.length} ways not to answer: what is known stays, the gate stays shut, and the next question heals it`, async () => {
    await under(UNCLEAR, async (fault) => {
      const { orderId, paymentId } = await unheard(await shop.service(provider));
      expect(codeOf(await ask(fault, paymentId))).toBe("PROVIDER_UNAVAILABLE");
      expect(await shop.payment(paymentId)).toMatchObject({
        state: "pending",
        captured_minor: "0",
        needs_review: false,
      });
      expect(codeOf(await ship(orderId))).toBe("AWAITING_PAYMENT");
      expect(codeOf(await shop.sync(paymentId))).toBe("ok");
      expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
    });
  });

  test("odd answers that are still good ones are understood", async () => {
    await under(ODD, async (fault) => {
      const { paymentId } = await unheard(service);
      expect(codeOf(await ask(fault, paymentId))).toBe("ok");
      expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
    });
  });

  test("refused credentials flag the service; its payments go on being followed once it is repaired", async () => {
    const own = await shop.service(provider);
    const { orderId, paymentId } = await shop.released(own);
    expect(codeOf(await ask({ mode: "401" }, paymentId))).toBe("PROVIDER_REFUSED");
    expect((await shop.serviceRow(own)).credentials_problem_at).not.toBeNull();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "pending" });
    await shop.pay(paymentId);
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ status: "released" });
    expect((await shop.serviceRow(own)).credentials_problem_at).toBeNull();
  });

  test.each([
    ["wrong_amount", "amount_mismatch", { value: 44_984 }],
    ["wrong_currency", "currency_mismatch", {}],
    ["wrong_reference", "account_mismatch", {}],
    ["unknown_status", "unknown_status", {}],
  ])("%s: a person is told, and nothing ships on it", async (mode, reason, more) => {
    const { orderId, paymentId } = await unheard(service);
    await ask({ mode, more }, paymentId);
    const payment = await shop.payment(paymentId);
    expect(payment).toMatchObject({ needs_review: true });
    expect(payment.review_reasons).toContain(reason);
    expect(await shop.order(orderId)).toMatchObject({
      status: "pending_prepayment",
      needs_review: true,
      accepted: false,
    });
    expect(["IN_REVIEW", "AMOUNT_MISMATCH"]).toContain(codeOf(await ship(orderId)));
    expect(await shop.timeline(orderId)).toContain("payment.review");
    if (mode !== "wrong_amount") expect(payment.captured_minor).toBe("0");
  });
});

describe.each(["monobank", "liqpay"] as const)("finalizing a hold at %s", (provider) => {
  let service: PaymentServiceId;
  beforeAll(async () => {
    service = await shop.service(provider, "withholding");
  });
  async function finalizeUnder(fault: Mode, amountMinor: bigint | null = null) {
    const made = await shop.paid(await shop.service(provider, "withholding"));
    await bankOf(provider).fault({ operation: "finalize", ...once(fault, made.paymentId) });
    return { ...made, answer: await finalizeHold(at.world, at.finance, made.paymentId, { amountMinor }) };
  }

  test(`${UNCLEAR.length} ways not to answer: being checked, never taken twice, and taken in the end`, async () => {
    const all = await under(UNCLEAR, async (fault) => {
      const { paymentId, answer } = await finalizeUnder(fault);
      expect(answer).toMatchObject({ ok: true });
      const again = await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null });
      expect(["OPERATION_RUNNING", "NOTHING_HELD"]).toContain(codeOf(again));
      return paymentId;
    });
    await settle();
    for (const [fault, paymentId] of all) {
      const { state, captured_minor } = await shop.payment(paymentId);
      const operations = (await shop.operations(paymentId, "finalize")).map((row) => row.state);
      const captured = await shop.booked(paymentId, "captured");
      expect([fault, state, captured_minor, operations, captured]).toEqual([
        fault,
        "successful",
        "44985",
        ["confirmed"],
        1,
      ]);
    }
  });

  test("a lost answer to a part: the part is taken, once, and the rest goes back", async () => {
    const { paymentId } = await finalizeUnder({ mode: "commit_then_drop" }, 20_000n);
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({
      state: "successful",
      captured_minor: "20000",
      held_minor: "44985",
    });
    expect(await shop.booked(paymentId, "captured")).toBe(1);
  });

  test("a plain no: the hold stays, the bank's sentence is told, and it may be tried again", async () => {
    const { orderId, paymentId, answer } = await finalizeUnder(NO[0] as Mode);
    expect(codeOf(answer)).toBe("FINALIZE_FAILED");
    expect(JSON.stringify(answer)).toContain("Not today");
    expect(await shop.payment(paymentId)).toMatchObject({ state: "withholding" });
    expect(await shop.timeline(orderId)).toContain("finalize.refused");
    expect(codeOf(await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null }))).toBe("ok");
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful" });
  });

  test("an invoice waits for the money: a refusal stops it and nothing is half-done", async () => {
    const { orderId, paymentId } = await shop.paid(service);
    await bankOf(provider).fault({ operation: "finalize", times: 1, ...NO[0]?.more, mode: "error" });
    expect(codeOf(await invoiceOrder(at.world, at.finance, orderId, { note: null }))).toBe("FINALIZE_FAILED");
    expect(await at.owner`select 1 from invoices where order_id = ${orderId}`).toHaveLength(0);
    expect((await shop.order(orderId)).invoiced).toBe("none");
    expect(codeOf(await invoiceOrder(at.world, at.finance, orderId, { note: null }))).toBe("ok");
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful" });
    expect(await shop.order(orderId)).toMatchObject({ invoiced: "fully" });
  });

  test("401: refused, the service is flagged, the hold stays", async () => {
    const own = await shop.service(provider, "withholding");
    const made = await shop.paid(own);
    await bankOf(provider).fault({ operation: "finalize", mode: "401", times: 1 });
    const answer = await finalizeHold(at.world, at.finance, made.paymentId, { amountMinor: null });
    expect(codeOf(answer)).toBe("FINALIZE_FAILED");
    expect(await shop.payment(made.paymentId)).toMatchObject({ state: "withholding" });
    expect((await shop.serviceRow(own)).credentials_problem_at).not.toBeNull();
  });
});

describe.each(["monobank", "liqpay"] as const)("letting a hold go at %s", (provider) => {
  let service: PaymentServiceId;
  beforeAll(async () => {
    service = await shop.service(provider, "withholding");
  });

  test(`${UNCLEAR.length} ways not to answer: let go once in the end, and the gate is shut`, async () => {
    const all = await under(UNCLEAR, async (fault) => {
      const made = await shop.paid(await shop.service(provider, "withholding"));
      await bankOf(provider).fault({ operation: "cancel", ...once(fault, made.paymentId) });
      expect(codeOf(await releaseHold(at.world, at.finance, made.paymentId))).toBe("ok");
      return made;
    });
    await settle();
    for (const [fault, { orderId, paymentId }] of all) {
      const { state, hold_released, needs_review } = await shop.payment(paymentId);
      expect([fault, state, hold_released, needs_review]).toEqual([fault, "cancelled", true, false]);
      expect([fault, await shop.booked(paymentId, "released")]).toEqual([fault, 1]);
      expect(codeOf(await ship(orderId))).toBe("HOLD_LOST");
    }
  });

  test("a plain no: the hold stays and goes on opening the gate", async () => {
    const { orderId, paymentId } = await shop.paid(service);
    await bankOf(provider).fault({ operation: "cancel", times: 1, ...NO[0]?.more, mode: "error" });
    expect(codeOf(await releaseHold(at.world, at.finance, paymentId))).toBe("PROVIDER_REFUSED");
    expect(await shop.payment(paymentId)).toMatchObject({ state: "withholding" });
    expect(codeOf(await ship(orderId))).toBe("ok");
  });
});

describe.each(["monobank", "liqpay"] as const)("giving money back at %s", (provider) => {
  test(`${UNCLEAR.length} ways not to answer: given back once in the end`, async () => {
    const all = await under(UNCLEAR, async (fault) => {
      const made = await shop.paid(await shop.service(provider));
      await bankOf(provider).fault({ operation: "cancel", ...once(fault, made.paymentId) });
      const wish = { amountMinor: 10_000n, reason: "One less" };
      expect(codeOf(await refundPayment(at.world, at.finance, made.paymentId, wish))).toBe("ok");
      return made;
    });
    await settle();
    for (const [fault, { orderId, paymentId }] of all) {
      const { state, refunded_minor, needs_review } = await shop.payment(paymentId);
      expect([fault, state, refunded_minor, needs_review]).toEqual([fault, "partially_refunded", "10000", false]);
      expect([fault, await shop.booked(paymentId, "refunded")]).toEqual([fault, 1]);
      expect((await shop.order(orderId)).status).toBe("pending_prepayment");
    }
  });
});

describe("cancelling a link at monobank", () => {
  test(`${UNCLEAR.length} ways not to answer: gone in the end, and nobody pays it`, async () => {
    const all = await under(UNCLEAR, async (fault) => {
      const made = await shop.released(await shop.service("monobank"));
      await at.monobank.fault({ operation: "remove", ...once(fault, made.paymentId) });
      expect(codeOf(await shop.cancel(made.paymentId))).toBe("ok");
      return made;
    });
    await settle();
    for (const [fault, { orderId, paymentId }] of all) {
      const { state, needs_review } = await shop.payment(paymentId);
      const removed = await shop.booked(paymentId, "removed");
      expect([fault, state, needs_review, removed]).toEqual([fault, "cancelled", false, 1]);
      expect(codeOf(await ship(orderId))).toBe("LINK_CANCELLED");
    }
  });

  test("a customer who is paying this moment: refused, and what the bank says stands", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await at.monobank.fault({ operation: "remove", mode: "slow", ms: 400, times: 1 });
    const [cancelled] = await Promise.all([shop.cancel(paymentId), shop.pay(paymentId)]);
    expect(codeOf(cancelled)).not.toBe("ok");
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
  });

  test("the removal's answer is lost, and a late payment slips through: recorded, a person looks, the gate stays shut", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await at.monobank.fault({ operation: "remove", mode: "commit_then_drop", times: 1 });
    expect(await shop.cancel(paymentId)).toMatchObject({ ok: true, value: { pending: true } });
    await settle();
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: true });
    expect((await shop.payment(paymentId)).review_reasons).toContain("late_payment");
    expect(await shop.order(orderId)).toMatchObject({ status: "pending_prepayment", needs_review: true });
    expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");
  });
});

describe.each(["monobank", "liqpay"] as const)("money that comes late, at %s", (provider) => {
  test("on a link that was cancelled: kept, matched, reviewed; nothing ships on it", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    expect(codeOf(await shop.cancel(paymentId))).toBe("ok");
    await settle();
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({
      state: "successful",
      captured_minor: "44985",
      needs_review: true,
    });
    expect(await shop.order(orderId)).toMatchObject({ status: "pending_prepayment", secured_minor: "44985" });
    expect(codeOf(await ship(orderId))).toBe("IN_REVIEW");
  });

  test("on a cancelled order: kept, and a person is told", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    expect(codeOf(await cancelOrder(at.world, at.sales, orderId, { reason: "Changed their mind" }))).toBe("ok");
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    const payment = await shop.payment(paymentId);
    expect(payment).toMatchObject({ captured_minor: "44985", needs_review: true });
    expect(payment.review_reasons).toContain("paid_after_cancel");
    expect(await shop.order(orderId)).toMatchObject({ status: "cancelled", needs_review: true });
    expect(codeOf(await ship(orderId))).toBe("ORDER_CANCELLED");
  });

  test("on a link whose payment was deleted after a decline: back in the list, never lost", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    await shop.pay(paymentId, { action: "decline" });
    await eventually(
      () => shop.payment(paymentId),
      ({ state }) => state === "failed",
      "declined",
    );
    expect(codeOf(await deletePayment(at.world, at.finance, paymentId))).toBe("ok");
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({
      captured_minor: "44985",
      deleted_at: null,
      needs_review: true,
    });
    expect(await shop.order(orderId)).toMatchObject({ secured_minor: "44985", needs_review: true });
  });

  test("on an old link after a new one was paid: both kept, the second is a duplicate for a person", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider), null);
    await shop.cancel(paymentId);
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    const second = (await shop.last(orderId)).id as PaymentId;
    await shop.pay(second);
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ accepted: true });
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    const old = await shop.payment(paymentId);
    expect(old).toMatchObject({ captured_minor: "149950", needs_review: true });
    expect(old.review_reasons).toEqual(expect.arrayContaining(["late_payment", "duplicate_payment"]));
    expect(await shop.order(orderId)).toMatchObject({ needs_review: true, accepted: false });
  });
});

describe("a decline", () => {
  test.each(["monobank", "liqpay"] as const)(
    "at %s, and then the same customer pays the same link: an ordinary payment",
    async (provider) => {
      const { orderId, paymentId } = await shop.released(await shop.service(provider));
      await shop.pay(paymentId, { action: "decline" });
      await eventually(
        () => shop.payment(paymentId),
        ({ state }) => state === "failed",
        "declined",
      );
      expect(codeOf(await ship(orderId))).toBe("PAYMENT_FAILED");
      await shop.pay(paymentId, { action: "pay", force: true });
      await settle();
      expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
      expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
    },
  );

  test("and a new link: the declined one can no longer be paid at the bank", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.pay(paymentId, { action: "decline" });
    await eventually(
      () => shop.payment(paymentId),
      ({ state }) => state === "failed",
      "declined",
    );
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    await settle();
    expect(await shop.booked(paymentId, "removed")).toBe(1);
    await expect(shop.pay(paymentId)).rejects.toThrow(/cannot be paid/);
    const second = (await shop.last(orderId)).id as PaymentId;
    await shop.pay(second);
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ status: "released", needs_review: false });
  });

  test("and the order is reopened, or cancelled: its link of the old amount can no longer be paid", async () => {
    for (const stop of [reopenOrder, cancelOrder]) {
      const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
      await shop.pay(paymentId, { action: "decline" });
      await eventually(
        () => shop.payment(paymentId),
        ({ state }) => state === "failed",
        "declined",
      );
      expect(await stop(at.world, at.sales, orderId, { reason: null })).toMatchObject({
        ok: true,
        value: { pending: false },
      });
      await expect(shop.pay(paymentId)).rejects.toThrow(/cannot be paid/);
      expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", needs_review: false });
    }
  });

  test("and a new link, while the old one is being paid this moment: no second link until that is over", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.pay(paymentId, { action: "decline" });
    await eventually(
      () => shop.payment(paymentId),
      ({ state }) => state === "failed",
      "declined",
    );
    await at.monobank.call("POST", "/switches", { processingMs: 1_500 });
    await shop.pay(paymentId, { action: "pay", wait: false });
    const answer = await requestNewLink(at.world, at.sales, orderId, {});
    await at.monobank.call("POST", "/switches", { processingMs: 20 });
    expect(codeOf(answer)).toBe("PROCESSING");
    expect(await shop.attempts(orderId)).toHaveLength(1);
    await settle();
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
  });

  test("and a new link, while the customer tries the old one again: what the bank says stands, and only one is paid", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await shop.pay(paymentId, { action: "decline" });
    await eventually(
      () => shop.payment(paymentId),
      ({ state }) => state === "failed",
      "declined",
    );
    await at.monobank.webhooks({ mode: "lost" });
    await shop.pay(paymentId);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "failed" });
    await requestNewLink(at.world, at.sales, orderId, {});
    await at.monobank.webhooks({ mode: "normal" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
    expect(await shop.attempts(orderId)).toHaveLength(1);
    expect(await shop.order(orderId)).toMatchObject({ status: "released", accepted: true });
  });
});

describe("more or less than was asked", () => {
  test.each([
    ["monobank", -1, "amount_mismatch"],
    ["monobank", +1, "overpaid"],
    ["liqpay", -1, "amount_mismatch"],
    ["liqpay", +1, "overpaid"],
  ] as const)("at %s, by %i: kept as it is, a person looks, nothing ships", async (provider, difference, reason) => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    await shop.pay(paymentId, { action: "pay", amountMinor: 44_985 + difference });
    await settle();
    const payment = await shop.payment(paymentId);
    expect(payment).toMatchObject({ captured_minor: String(44_985 + difference), needs_review: true });
    expect(payment.review_reasons).toContain(reason);
    expect(await shop.order(orderId)).toMatchObject({ status: "pending_prepayment", accepted: false });
    expect(codeOf(await ship(orderId))).toBe("AMOUNT_MISMATCH");
  });

  test.each(["monobank", "liqpay"] as const)(
    "at %s in another currency: never converted, never counted",
    async (provider) => {
      const { orderId, paymentId } = await shop.released(await shop.service(provider));
      await shop.pay(paymentId, { action: "pay", currency: "USD" });
      await settle();
      const payment = await shop.payment(paymentId);
      expect(payment).toMatchObject({ captured_minor: "0", needs_review: true });
      expect(payment.review_reasons).toContain("currency_mismatch");
      expect(await shop.order(orderId)).toMatchObject({ secured_minor: "0", accepted: false });
    },
  );

  test("a hold of less than was asked does not open the gate", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank", "withholding"));
    await shop.pay(paymentId, { action: "pay", amountMinor: 44_984 });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "withholding", held_minor: "44984" });
    expect(codeOf(await ship(orderId))).not.toBe("ok");
  });
});

describe("time at the bank", () => {
  const DAY = 86_400;

  test.each(["reversed", "expired"] as const)(
    "a hold that lapses (%s) closes the gate; after shipping it is an alarm",
    async (word) => {
      await at.monobank.call("POST", "/switches", { holdLapseStatus: word });
      const service = await shop.service("monobank", "withholding");
      const [waiting, shipped] = [await shop.paid(service), await shop.paid(service)];
      expect(codeOf(await ship(shipped.orderId))).toBe("ok");
      await at.monobank.advance(9 * DAY + 60);
      await settle();
      for (const { paymentId } of [waiting, shipped])
        expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", hold_released: true });
      expect(codeOf(await ship(waiting.orderId))).toBe("HOLD_LOST");
      expect(await shop.order(waiting.orderId)).toMatchObject({ accepted: false, secured_minor: "0" });
      const alarms = await at.owner`select kind from alarms where order_id = ${shipped.orderId}`;
      expect(alarms.map(({ kind }) => kind)).toContain("cover_lost_after_shipping");
      expect(await at.owner`select 1 from alarms where order_id = ${waiting.orderId}`).toHaveLength(0);
    },
  );

  test("a LiqPay hold that the payer's bank dropped cannot be finalized: the hold is not called taken", async () => {
    const { orderId, paymentId } = await shop.paid(await shop.service("liqpay", "withholding"));
    await at.liqpay.act(paymentId, { action: "lapse_hold", stage: "bank" } as never);
    const answer = await finalizeHold(at.world, at.finance, paymentId, { amountMinor: null });
    expect(codeOf(answer)).toBe("FINALIZE_FAILED");
    expect(await shop.payment(paymentId)).toMatchObject({ captured_minor: "0" });
    await at.liqpay.act(paymentId, { action: "lapse_hold" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "cancelled", hold_released: true });
    expect(codeOf(await ship(orderId))).toBe("HOLD_LOST");
  });

  test("a link that nobody paid: expired when the bank says so, and the next one may be made", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service("monobank"));
    await at.monobank.advance(3_601);
    // monobank tells nobody that a link has expired.
    expect(await shop.payment(paymentId)).toMatchObject({ state: "pending" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "expired" });
    expect(codeOf(await ship(orderId))).toBe("LINK_EXPIRED");
    await at.monobank.realTime();
    expect(codeOf(await requestNewLink(at.world, at.sales, orderId, {}))).toBe("ok");
    await shop.pay(paymentId, { action: "pay", force: true });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: true });
  });
});

describe.each(["monobank", "liqpay"] as const)("webhooks of %s", (provider) => {
  const bank = () => bankOf(provider);

  test("newest first, and each ten times within a moment: one truth", async () => {
    const { orderId, paymentId } = await shop.released(await shop.service(provider));
    await bank().webhooks({ mode: "reorder", n: 2 });
    await shop.pay(paymentId);
    await bank().call("POST", "/webhooks/flush");
    await bank().webhooks({ mode: "normal" });
    await bank().resend({ reference: paymentId, all: true, times: 10, parallel: true });
    expect(await shop.payment(paymentId)).toMatchObject({ state: "successful", needs_review: false });
    expect((await shop.timeline(orderId)).filter((kind) => kind === "payment.captured")).toHaveLength(1);
  });

  test("every copy at once while it happens: one event each", async () => {
    await bank().webhooks({ mode: "duplicate", n: 10, ms: 60 });
    const { orderId, paymentId } = await shop.paid(await shop.service(provider));
    await eventually(
      async () =>
        (await at.owner`select sum(delivery_count)::int as n from webhook_inbox where reference = ${paymentId}`)[0]?.n,
      (n) => n >= 20,
      "all copies have arrived",
    );
    await bank().webhooks({ mode: "normal" });
    const keys = (await shop.events(paymentId)).map(({ event_key }) => event_key);
    expect(keys.length).toBe(new Set(keys).size);
    expect((await shop.timeline(orderId)).filter((kind) => kind === "order.released_by_payment")).toHaveLength(1);
  });

  test("late ones after the money went back: nothing steps back", async () => {
    const { orderId, paymentId } = await shop.paid(await shop.service(provider));
    await refundPayment(at.world, at.finance, paymentId, { amountMinor: null, reason: "All of it" });
    await settle();
    expect(await shop.payment(paymentId)).toMatchObject({ state: "refunded" });
    await bank().resend({ reference: paymentId, all: true, times: 2 });
    await bank().resend({ reference: paymentId, all: true, reserialize: true });
    expect(await shop.payment(paymentId)).toMatchObject({ state: "refunded", refunded_minor: "44985" });
    expect(codeOf(await ship(orderId))).toBe("MONEY_RETURNED");
  });

  test("forged, or of another account: refused, kept nowhere; the truth comes by asking", async () => {
    for (const mode of ["bad_signature", "other_account"]) {
      const { orderId, paymentId } = await shop.released(await shop.service(provider));
      const before = (await at.owner`select count(*)::int as n from webhook_inbox where reference = ${paymentId}`)[0]
        ?.n;
      await bank().webhooks({ mode });
      await shop.pay(paymentId);
      await bank().webhooks({ mode: "normal" });
      expect(await shop.payment(paymentId)).toMatchObject({ captured_minor: "0" });
      const after = await at.owner`select raw from webhook_inbox where reference = ${paymentId}`;
      if (mode === "bad_signature") expect(after).toHaveLength(before);
      await settle();
      expect(await shop.order(orderId)).toMatchObject({ secured_minor: "44985" });
    }
  });

  test("lost altogether, for a whole batch: one run of Manage Payment Links finds them all", async () => {
    const service = await shop.service(provider);
    await bank().webhooks({ mode: "lost" });
    const all = [];
    for (let n = 0; n < 5; n++) all.push(await shop.paidQuietly(service));
    await bank().webhooks({ mode: "normal" });
    await at.owner`update payments set next_sync_at = now() where state = 'pending'`;
    const run = await shop.run();
    expect(run.moved).toBeGreaterThanOrEqual(5);
    for (const { orderId } of all) expect(await shop.order(orderId)).toMatchObject({ status: "released" });
  });

  test("one payment that the bank answers with garbage does not hold up the others", async () => {
    const service = await shop.service(provider);
    await bank().webhooks({ mode: "lost" });
    const [poison, ...others] = [
      await shop.paidQuietly(service),
      await shop.paidQuietly(service),
      await shop.paidQuietly(service),
    ];
    await bank().webhooks({ mode: "normal" });
    await bank().fault({ operation: "status", mode: "garbage", reference: poison?.paymentId });
    await at.owner`update payments set next_sync_at = now(), locked_until = null where service_id = ${service}`;
    const run = await shop.run();
    expect(run.failed).toBe(1);
    expect(await shop.payment(poison?.paymentId as PaymentId)).toMatchObject({ state: "pending" });
    for (const { orderId } of others) expect(await shop.order(orderId)).toMatchObject({ status: "released" });
  });
});

test("a webhook about an invoice nobody here knows is kept, answered, and changes nothing", async () => {
  const { paymentId } = await shop.released(await shop.service("monobank"));
  await at.monobank.webhooks({ mode: "foreign_invoice" });
  const before = await shop.events(paymentId);
  // Our reference, somebody else's invoice id: the bank does not know it when asked.
  await at.monobank.act(paymentId, { action: "decline" });
  await at.monobank.webhooks({ mode: "normal" });
  expect((await shop.payment(paymentId)).captured_minor).toBe("0");
  expect((await shop.events(paymentId)).length).toBeGreaterThanOrEqual(before.length);
});

test("a missing key refuses a webhook, never lets it through", async () => {
  const service = await shop.service("liqpay");
  const { paymentId } = await shop.released(service);
  await at.owner`update payment_services set credentials = '{}', credentials_complete = false, enabled = false where id = ${service}`;
  await shop.pay(paymentId);
  const sent = await at.liqpay.resend({ reference: paymentId });
  expect((sent[0] as unknown as { answer: number }).answer).toBe(503);
  expect((await shop.payment(paymentId)).captured_minor).toBe("0");
  expect(await at.owner`select 1 from webhook_inbox where service_id = ${service}`).toHaveLength(0);
  await at.owner`update payments set review_reasons = '{outcome_unknown}' where id = ${paymentId}`;
});

test("after all that the banks' ledgers and our books agree", async () => {
  const { movements } = await shop.check();
  expect(movements).toBeGreaterThan(100);
}, 60_000);
