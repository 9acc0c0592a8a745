import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CURRENCIES, toDecimal } from "../../domain/money.ts";
import { learn, type MoneyFacts, NO_FACTS, paymentState, reviewReasons } from "../../domain/payment.ts";
import type { PaymentReference, ServiceAccount } from "../../domain/provider.ts";
import { parseJsonObject } from "../exact-json.ts";
import { account, NOW, reference } from "../fixtures.ts";
import { needsConfirmation, observe, type Report, readReport } from "./wire.ts";

const shop = account("liqpay");
const AMOUNT = "1499.5";
/** Built as text, in LiqPay's way of writing money, and parsed like an answer. */
const read = (more: Record<string, unknown> = {}): Report => {
  const fields: Record<string, unknown> = {
    payment_id: 2_763_752_316,
    action: "pay",
    status: "success",
    version: 3,
    type: "buy",
    public_key: shop.credentials.publicKey,
    order_id: "SO-1042-1",
    amount: AMOUNT,
    currency: "UAH",
    amount_debit: "36.13",
    currency_debit: "USD",
    create_date: 1_763_629_200_000,
    ...more,
  };
  const text = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `"${name}":${/amount$/.test(name) ? value : JSON.stringify(value)}`);
  const report = readReport(parseJsonObject(`{${text.join(",")}}`) ?? {});
  if (!report) throw new Error("not readable");
  return report;
};
const learned = (more: Record<string, unknown>, payment = reference(), service: ServiceAccount = shop): MoneyFacts =>
  learn(payment.known, observe(read(more), service, payment).facts);
const hold = (more: Partial<PaymentReference> = {}, known: Partial<MoneyFacts> = {}) =>
  reference({ paymentType: "withholding", ...more }, known);
const LATE = new Date(NOW.getTime() + 49 * 3_600_000);

const PENDING =
  "invoice_wait prepared cash_wait 3ds_verify otp_verify cvv_verify captcha_verify ivr_verify pin_verify password_verify phone_verify sender_verify receiver_verify senderapp_verify p24_verify mp_verify wait_qr wait_sender try_again payment_not_found";

describe("each status word, asked by us", () => {
  test.each(PENDING.split(" "))("%s is pending", (status) => {
    expect(paymentState(learned({ status }))).toBe("pending");
  });

  test.each([
    ["processing", {}, "processing"],
    ["success", {}, "successful"],
    ["wait_compensation", {}, "successful"],
    ["sandbox", {}, "successful"],
    ["success", { refund_amount: "100.0" }, "partially_refunded"],
    ["success", { refund_amount: "1499.50" }, "refunded"],
    ["reversed", { refund_amount: "100.0" }, "partially_refunded"],
    ["reversed", { refund_amount: "1499.5" }, "refunded"],
    ["reversed", {}, "refunded"],
    ["failure", { err_code: "9859" }, "failed"],
    ["failure", { err_code: "cancel" }, "cancelled"],
    ["failure", { err_code: "expired_3ds" }, "expired"],
    ["error", { err_code: "limit" }, "failed"],
    ["expired", {}, "expired"],
  ])("a debit that is %s with %j is %s", (status, more, state) => {
    expect(paymentState(learned({ status, ...more }))).toBe(state);
  });

  test.each([
    ["hold_wait", {}, {}, "withholding"],
    ["success", { completion_date: 1_763_629_300_000 }, {}, "successful"],
    ["reversed", {}, { heldMinor: 149_950n }, "cancelled"],
    ["reversed", {}, {}, "cancelled"],
    ["reversed", {}, { heldMinor: 149_950n, capturedMinor: 149_950n }, "refunded"],
    ["reversed", { completion_date: 1_763_629_300_000 }, {}, "refunded"],
    ["reversed", { refund_amount: "100.0" }, { capturedMinor: 149_950n }, "partially_refunded"],
  ])("a hold that is %s with %j, knowing %o, is %s", (status, more, known, state) => {
    const facts = learned({ status, action: "hold", type: "hold", ...more }, hold({}, known));
    expect(paymentState(facts)).toBe(state);
  });

  test.each([
    "wait_accept",
    "wait_secure",
    "wait_card",
    "wait_lc",
    "active",
    "subscribed",
    "unsubscribed",
    "reticulating",
    "SUCCESS",
  ])("%s is not money and asks for a person", (status) => {
    const observation = observe(read({ status }), shop, reference());
    expect(observation).toMatchObject({ unknownStatus: true, facts: {} });
  });

  test("wait_reserve takes nothing from what is known", () => {
    const known = { capturedMinor: 149_950n };
    const facts = learned({ status: "wait_reserve" }, reference({}, known));
    expect(paymentState(facts)).toBe("successful");
    expect(paymentState(learned({ status: "wait_reserve" }))).toBe("processing");
  });
});

describe("test payments", () => {
  const live = account("liqpay", {
    mode: "live",
    credentials: { publicKey: "i10000000001", privateKey: "k".repeat(20) },
  });

  test("never settle anything on a live service", () => {
    const byWord = observe(read({ status: "sandbox", public_key: "i10000000001" }), live, reference());
    expect(byWord).toMatchObject({ wrongAccount: true, facts: {} });
    const byKey = observe(read({ status: "success" }), { ...shop, mode: "live" }, reference());
    expect(byKey).toMatchObject({ wrongAccount: true, facts: {} });
  });

  test("another shop's payment adds nothing", () => {
    const other = observe(read({ public_key: "i99999999999" }), shop, reference());
    expect(other).toMatchObject({ wrongAccount: true, facts: {} });
    expect(observe(read({ status: "success", public_key: "i10000000001" }), live, reference()).wrongAccount).toBe(
      false,
    );
  });
});

describe("a hold", () => {
  test.each([
    ["the taken sum", "500.0"],
    ["still the held sum", AMOUNT],
  ])("a part taken, told as %s", (_name, amount) => {
    const observation = observe(
      read({ action: "hold", amount, completion_date: 1 }),
      shop,
      hold({ finalizeRequestedMinor: 50_000n }, { heldMinor: 149_950n }),
    );
    expect(observation.facts).toMatchObject({ heldMinor: 149_950n, capturedMinor: 50_000n, refundedMinor: 0n });
    expect(observation.asked === null || observation.asked.amountMinor === 149_950n).toBe(true);
  });

  test("of less than was asked stays what it was when a part of it is taken", () => {
    const known = { heldMinor: 149_949n };
    const taken = { action: "hold", amount: "500.0", completion_date: 1 };
    expect(learned(taken, hold({ finalizeRequestedMinor: 50_000n }, known))).toMatchObject({
      heldMinor: 149_949n,
      capturedMinor: 50_000n,
    });
    expect(learned({ status: "reversed", amount: "1499.49" }, hold({}, known))).toMatchObject({ heldMinor: 149_949n });
  });

  test("that somebody refunded in part without a capture we know of does not add up: a person looks, nothing counts", () => {
    const observation = observe(read({ status: "reversed", refund_amount: "1.0" }), shop, hold());
    expect(observation.unknownStatus).toBe(true);
    expect(paymentState(learn(NO_FACTS, observation.facts))).toBe("cancelled");
  });

  test("is over when the very payment that held fails, but not when another try fails", () => {
    const known = { heldMinor: 149_950n };
    const same = hold({ providerPaymentId: "2763752316" }, known);
    expect(paymentState(learned({ status: "failure", err_code: "9854" }, same))).toBe("cancelled");
    expect(paymentState(learned({ status: "failure", payment_id: 7 }, same))).toBe("withholding");
  });

  test("counts for seven days from the payment's birth, whatever the bank may allow", () => {
    const end = observe(read({ status: "hold_wait", action: "hold" }), shop, null).holdExpiresAt;
    expect(end?.getTime()).toBe(1_763_629_200_000 + 7 * 86_400_000);
  });
});

describe("a link that nobody paid", () => {
  test.each(["payment_not_found", "prepared", "invoice_wait", "try_again"])(
    "%s is over half an hour after its end",
    (status) => {
      const at = (minutes: number) => reference({ expiresAt: NOW, now: new Date(NOW.getTime() + minutes * 60_000) });
      expect(learned({ status, payment_id: undefined }, at(29)).ended).toBeNull();
      expect(learned({ status, payment_id: undefined }, at(31)).ended).toBe("expired");
      const keys = [at(29), at(31)].map((payment) => observe(read({ status }), shop, payment).eventKey);
      expect(new Set(keys).size).toBe(2);
    },
  );

  test("somebody at the code from the bank, or with money on it, is waited for", () => {
    expect(learned({ status: "3ds_verify" }, reference({ now: LATE })).ended).toBeNull();
    expect(learned({ status: "prepared" }, reference({ now: LATE }, { capturedMinor: 1n })).ended).toBeNull();
  });
});

describe("a callback knows nothing of us, so it says only what is true in every case", () => {
  const facts = (more: Record<string, unknown>) => observe(read(more), shop, null).facts;

  test("success of a hold may be the held or the taken sum: so much was held at least", () => {
    expect(facts({ action: "hold", type: "hold" })).toEqual({ progress: "processing", heldMinor: 149_950n });
    expect(observe(read({ action: "hold" }), shop, null).asked).toBeNull();
  });
  test("reversed may be a release or a refund: neither", () => {
    expect(facts({ status: "reversed", refund_amount: AMOUNT })).toEqual({ progress: "processing" });
  });
  test("a refund that failed is not a payment that failed", () => {
    expect(facts({ status: "failure", action: "refund" })).toEqual({});
  });
  test.each(["success", "sandbox", "wait_compensation", "hold_wait", "reversed", "wait_reserve"])(
    "%s is confirmed by a call",
    (status) => {
      expect(needsConfirmation(read({ status }))).toBe(true);
    },
  );
  test.each(["processing", "prepared", "failure", "3ds_verify"])("%s counts at once", (status) => {
    expect(needsConfirmation(read({ status }))).toBe(false);
  });
});

describe("money is read digit by digit", () => {
  test.each([
    ["210.0", 21_000n],
    ["1499.5", 149_950n],
    ["5", 500n],
    ["7.34", 734n],
    ["0.1", 10n],
    ["90071992547409.91", 9_007_199_254_740_991n],
    ['"12.30"', 1230n],
  ])("%s", (amount, minor) => {
    expect(read({ amount }).amountMinor).toBe(minor);
  });

  test.each(["210.005", "-1", "1e2", '"1,5"', "[1]", '" "', "true"])("%s is no amount", (amount) => {
    expect(() => read({ amount })).toThrow("not readable");
    expect(() => read({ refund_amount: amount })).toThrow("not readable");
  });

  test("money words without a sum are no reports", () => {
    expect(() => read({ amount: undefined })).toThrow();
    expect(() => read({ amount: undefined, status: "hold_wait" })).toThrow();
    expect(read({ amount: undefined, status: "prepared" }).amountMinor).toBeNull();
  });

  test("every amount of every currency goes out and comes back the same", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CURRENCIES), fc.bigInt(1n, 100_000_000_000n), (currency, minor) => {
        const sent = JSON.stringify({ amount: Number(toDecimal(minor, currency)) });
        const amount = sent.slice(10, -1);
        expect(read({ amount, currency }).amountMinor).toBe(minor);
        expect(read({ amount: toDecimal(minor, currency), currency }).amountMinor).toBe(minor);
      }),
    );
  });

  test("what the payer's card was charged in its own currency is not compared", () => {
    expect(
      observe(read({ currency: "USD", amount: "36.0", amount_debit: AMOUNT, currency_debit: "UAH" }), shop, null).asked,
    ).toEqual({
      amountMinor: 3600n,
      currency: "USD",
    });
  });

  test("ids above 2^53 keep their digits", () => {
    const payload = parseJsonObject(
      '{"status":"success","payment_id":90071992547409931,"amount":1.0,"currency":"UAH"}',
    );
    expect(readReport(payload ?? {})?.paymentId).toBe("90071992547409931");
  });
});

test("one fact is one event, by callback or by status; more refunded is another", () => {
  const key = (more: Record<string, unknown>, payment: PaymentReference | null = null) =>
    observe(read(more), shop, payment).eventKey;
  expect(key({})).toBe(key({}, reference()));
  expect(key({})).toBe(key({ amount: "1499.50", ip: "203.0.113.7", action: "refund" }));
  const keys = [
    key({}),
    key({ refund_amount: "1.0" }),
    key({ refund_amount: "2.0" }),
    key({ status: "hold_wait" }),
    key({ payment_id: 8 }),
    key({ end_date: 1_763_629_200_001 }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("particulars and the kept payload name no person", () => {
  const observation = observe(
    read({
      sender_card_mask2: "424242*42",
      sender_card_bank: "Test",
      paytype: "card",
      rrn_debit: "000664267598",
      receiver_commission: 22.49,
      transaction_id: 2_763_752_316,
      sender_phone: "380950000001",
      sender_first_name: "Олена",
      ip: "203.0.113.7",
      card_token: "T",
    }),
    shop,
    null,
  );
  expect(observation.details).toEqual({
    maskedCard: "424242*42",
    cardBank: "Test",
    method: "card",
    rrn: "000664267598",
    transactionId: "2763752316",
    feeMinor: "2249",
  });
  expect(JSON.stringify(observation.raw)).not.toMatch(/380950000001|Олена|203\.0|"T"/);
});

/** A whole life, every report in its true order. */
const LIVES: {
  name: string;
  type: "debit" | "withholding";
  finalized: bigint | null;
  reports: Record<string, unknown>[];
  end: string;
  reviews?: string[];
}[] = [
  {
    name: "opened, declined, tried again under another id, paid",
    type: "debit",
    finalized: null,
    reports: [
      { status: "prepared" },
      { status: "failure", payment_id: 1, err_code: "9859" },
      { status: "processing" },
      {},
    ],
    end: "successful",
  },
  {
    name: "paid, refunded in two parts",
    type: "debit",
    finalized: null,
    reports: [{}, { status: "reversed", refund_amount: "100.0" }, { refund_amount: "1499.5", status: "reversed" }],
    end: "refunded",
  },
  {
    name: "held, a part taken, a part of that refunded",
    type: "withholding",
    finalized: 50_000n,
    reports: [
      { status: "hold_wait", action: "hold" },
      { action: "hold", amount: "500.0", completion_date: 1_763_629_300_000 },
      { action: "hold", amount: "500.0", completion_date: 1_763_629_300_000, refund_amount: "200.0" },
    ],
    end: "partially_refunded",
  },
  {
    name: "held, taken, refunded",
    type: "withholding",
    finalized: 149_950n,
    reports: [
      { status: "hold_wait", action: "hold" },
      { action: "hold", completion_date: 1_763_629_300_000 },
      { action: "hold", status: "reversed", completion_date: 1_763_629_300_000, refund_amount: AMOUNT },
    ],
    end: "refunded",
  },
  {
    name: "held, let go",
    type: "withholding",
    finalized: null,
    reports: [
      { status: "hold_wait", action: "hold" },
      { status: "reversed", action: "hold", refund_amount: AMOUNT },
    ],
    end: "cancelled",
  },
];

describe("a life ends the same whatever the order in which it is told", () => {
  for (const { name, type, finalized, reports, end } of LIVES)
    test(name, () => {
      fc.assert(
        fc.property(
          fc.shuffledSubarray(reports, { minLength: reports.length }),
          fc.array(fc.constantFrom(...reports), { maxLength: 4 }),
          fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
          (order, again, byCallback) => {
            const known = [...order, ...again].reduce<MoneyFacts>((facts, report, index) => {
              const payment = reference({ paymentType: type, finalizeRequestedMinor: finalized }, facts);
              return learn(facts, observe(read(report), shop, byCallback[index] ? null : payment).facts);
            }, NO_FACTS);
            const last = reference({ paymentType: type, finalizeRequestedMinor: finalized }, known);
            const facts = learn(known, observe(read(reports.at(-1)), shop, last).facts);
            expect(paymentState(facts)).toBe(end);
            expect(reviewReasons(facts, 149_950n)).toEqual([]);
          },
        ),
        { numRuns: 300 },
      );
    });
});
