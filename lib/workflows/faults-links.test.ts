import { describe, expect, test } from "vitest";
import { codeOf, eventually, type Row } from "#e2e/stories/shop";
import {
  agreesInTheEnd,
  at,
  each,
  LATER,
  type Mode,
  NO,
  ODD,
  once,
  openForTrouble,
  SILENCE,
  settle,
  ship,
  shop,
  UNCLEAR,
  under,
} from "#e2e/stories/trouble";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { releaseOrder } from "./release-order.ts";
import { requestNewLink } from "./request-new-link.ts";

/** A link is made, or taken back, while the bank misbehaves: on its way, never lost, and one that can be paid in the end. */
openForTrouble();

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
    const { orderId, answer, paymentId } = await releaseUnder({ mode: "hang_after", more: { ms: 600_000 } });
    expect(Date.now() - started).toBeGreaterThan(14_000);
    expect(await shop.operations(paymentId, "create_link")).toMatchObject([{ code: "timeout" }]);
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
    // The bank takes its time over the removal, and the customer comes first.
    const slow = await at.monobank.fault({ operation: "remove", mode: "slow", ms: 10_000, times: 1 });
    const cancelling = shop.cancel(paymentId);
    await eventually(
      () => at.monobank.met(slow),
      (hits) => hits === 1,
      "the bank was asked to remove it",
    );
    await shop.pay(paymentId);
    await at.monobank.call("DELETE", `/faults/${slow.id}`);
    expect(codeOf(await cancelling)).not.toBe("ok");
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

agreesInTheEnd(20);
