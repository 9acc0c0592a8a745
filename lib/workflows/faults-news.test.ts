import { beforeAll, describe, expect, test } from "vitest";
import { codeOf, eventually } from "#e2e/stories/shop";
import {
  agreesInTheEnd,
  at,
  bankOf,
  type Mode,
  ODD,
  once,
  openForTrouble,
  settle,
  ship,
  shop,
  UNCLEAR,
  under,
} from "#e2e/stories/trouble";
import type { PaymentId, PaymentServiceId } from "#lib/domain/ids";
import { refundPayment } from "./refund-payment.ts";

/** The bank is asked, and tells, while it misbehaves: what is known stays, and the truth comes in the end, once. */
openForTrouble();

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
      // What the bank tells by itself is not taken for the forged.
      await shop.atRest(paymentId);
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
    // Where the bank has a statement, its line is left for later: one payment fails once in a run.
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

agreesInTheEnd(60);
