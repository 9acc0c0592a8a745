import { beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "#e2e/stories/shop";
import {
  agreesInTheEnd,
  at,
  bankOf,
  type Mode,
  NO,
  once,
  openForTrouble,
  settle,
  ship,
  shop,
  UNCLEAR,
  under,
} from "#e2e/stories/trouble";
import type { PaymentServiceId } from "#lib/domain/ids";
import { finalizeHold } from "./finalize-hold.ts";
import { invoiceOrder } from "./invoice-order.ts";
import { refundPayment } from "./refund-payment.ts";
import { releaseHold } from "./release-hold.ts";

/** Held money is taken or let go, and taken money given back, while the bank misbehaves: done once, or not at all. */
openForTrouble();

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

agreesInTheEnd(150);
