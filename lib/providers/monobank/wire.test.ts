import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learn, type MoneyFacts, NO_FACTS, paymentState, reviewReasons, securedMinor } from "../../domain/payment.ts";
import type { PaymentReference } from "../../domain/provider.ts";
import { reference } from "../fixtures.ts";
import { type Invoice, needsConfirmation, observe, readChecks, readInvoice } from "./wire.ts";

const AMOUNT = 149_950;
const payload = (more: Record<string, unknown> = {}) => ({
  invoiceId: "2611209uKpQzXvMw4r7d",
  status: "success",
  amount: AMOUNT,
  ccy: 980,
  createdDate: "2026-11-20T09:15:52Z",
  modifiedDate: "2026-11-20T09:15:54Z",
  reference: "SO-1042-1",
  ...more,
});
const read = (more: Record<string, unknown> = {}): Invoice => {
  const invoice = readInvoice(payload(more));
  if (!invoice) throw new Error("not readable");
  return invoice;
};
const cancel = (amount: number, extRef?: string, status = "success") => ({
  status,
  amount,
  ccy: 980,
  createdDate: "2026-11-21T09:15:54Z",
  modifiedDate: "2026-11-21T09:15:54Z",
  ...(extRef ? { extRef } : {}),
});
/** What one status answer leads to, for a payment of which nothing else is known. */
const learned = (more: Record<string, unknown>, payment: PaymentReference | null = reference()): MoneyFacts =>
  learn(payment?.known ?? NO_FACTS, observe(read(more), payment).facts);
const hold = (more: Partial<PaymentReference> = {}, known: Partial<MoneyFacts> = {}) =>
  reference({ paymentType: "withholding", ...more }, known);

describe("each status word, asked by us", () => {
  test.each([
    ["created", {}, "pending"],
    ["processing", {}, "processing"],
    ["processing", { finalAmount: AMOUNT }, "processing"],
    ["success", { finalAmount: AMOUNT }, "successful"],
    ["success", {}, "successful"],
    ["success", { finalAmount: AMOUNT - 50, cancelList: [cancel(50, "opr_1")] }, "partially_refunded"],
    ["success", { finalAmount: 0, cancelList: [cancel(AMOUNT, "opr_1")] }, "refunded"],
    ["success", { finalAmount: AMOUNT, cancelList: [cancel(50, "opr_1", "processing")] }, "successful"],
    ["success", { finalAmount: AMOUNT, cancelList: [cancel(50, "opr_1", "failure")] }, "successful"],
    ["reversed", { finalAmount: 0, cancelList: [cancel(AMOUNT, "opr_1")] }, "refunded"],
    ["reversed", {}, "refunded"],
    ["reversed", { finalAmount: AMOUNT - 50, cancelList: [cancel(50, "opr_1")] }, "partially_refunded"],
    ["failure", { errCode: "59", failureReason: "Insufficient funds" }, "failed"],
    ["failure", { errCode: "8001" }, "expired"],
    ["failure", { errCode: "8002" }, "cancelled"],
    ["expired", {}, "expired"],
  ])("a debit that is %s with %j is %s", (status, more, state) => {
    expect(paymentState(learned({ status, ...more }))).toBe(state);
    expect(observe(read({ status, ...more }), reference()).unknownStatus).toBe(false);
  });

  test.each([
    ["hold", {}, "withholding"],
    ["success", { finalAmount: AMOUNT }, "successful"],
    ["success", { finalAmount: 50_000 }, "successful"],
    ["reversed", { finalAmount: 0, cancelList: [cancel(AMOUNT, "opr_1")] }, "cancelled"],
    ["reversed", { finalAmount: 0 }, "cancelled"],
    ["reversed", { finalAmount: 0, cancelList: [cancel(50_000, "opr_1")] }, "refunded"],
  ])("a hold that is %s with %j is %s", (status, more, state) => {
    expect(paymentState(learned({ status, ...more }, hold()))).toBe(state);
  });

  test.each(["", "created", "hold", "success"])(
    "an unknown word after %j adds no money and asks for a person",
    (before) => {
      const known = before ? learned({ status: before, finalAmount: 1 }) : NO_FACTS;
      const observation = observe(read({ status: "reticulating", finalAmount: AMOUNT }), reference({}, known));
      expect(observation.unknownStatus).toBe(true);
      expect(learn(known, observation.facts)).toEqual(known);
      expect(observation.providerStatus).toBe("reticulating");
    },
  );
});

describe("what is not money", () => {
  test("a hold carries no finalAmount, and is not a capture", () => {
    expect(learned({ status: "hold" }, hold())).toMatchObject({ heldMinor: 149_950n, capturedMinor: 0n });
  });

  test("processing after finalize shows the whole held sum, and is not a capture either", () => {
    const facts = learned({ status: "processing", finalAmount: AMOUNT }, hold({}, { heldMinor: 149_950n }));
    expect(facts).toMatchObject({ heldMinor: 149_950n, capturedMinor: 0n });
    expect(paymentState(facts)).toBe("withholding");
  });

  test("a capture without its sum is for a person, not for a guess", () => {
    const observation = observe(read({ status: "success" }), hold());
    expect(observation.facts.capturedMinor).toBeUndefined();
    expect(observation.unknownStatus).toBe(true);
  });
});

describe("a part of a hold is finalized", () => {
  test("the asked sum was held, the part is taken, the rest is free", () => {
    expect(learned({ status: "success", finalAmount: 50_000 }, hold())).toMatchObject({
      heldMinor: 149_950n,
      capturedMinor: 50_000n,
      refundedMinor: 0n,
    });
  });

  test("and partly refunded: what was taken is what is left and what went back", () => {
    const more = { status: "success", finalAmount: 30_000, cancelList: [cancel(20_000, "opr_1")] };
    expect(learned(more, hold({ finalizeRequestedMinor: 50_000n }))).toMatchObject({
      capturedMinor: 50_000n,
      refundedMinor: 20_000n,
    });
  });

  test("should the bank list the released rest, it is not a refund", () => {
    const more = { status: "success", finalAmount: 50_000, cancelList: [cancel(99_950)] };
    for (const finalizeRequestedMinor of [50_000n, null]) {
      const observation = observe(read(more), hold({ finalizeRequestedMinor }));
      expect(observation.facts).toMatchObject({ capturedMinor: 50_000n, refundedMinor: 0n });
      expect(observation.refunds).toEqual([]);
    }
    const refunded = { ...more, finalAmount: 30_000, cancelList: [cancel(99_950), cancel(20_000, "opr_1")] };
    expect(learned(refunded, hold({ finalizeRequestedMinor: 50_000n }))).toMatchObject({
      capturedMinor: 50_000n,
      refundedMinor: 20_000n,
    });
  });

  test("the same list after a whole capture is a refund made in the bank's cabinet", () => {
    const more = { status: "success", finalAmount: 50_000, cancelList: [cancel(99_950)] };
    for (const payment of [hold({ finalizeRequestedMinor: 149_950n }), hold({}, { capturedMinor: 149_950n })]) {
      const observation = observe(read(more), payment);
      expect(observation.facts).toMatchObject({ capturedMinor: 149_950n, refundedMinor: 99_950n });
      expect(observation.refunds).toEqual([{ reference: null, amountMinor: 99_950n, status: "success" }]);
    }
  });
});

describe("links that ended", () => {
  test("expired after our removal is our cancellation", () => {
    expect(learned({ status: "expired" }, reference({ cancelRequested: true })).ended).toBe("cancelled");
  });

  test("a hold that the bank let go by itself is a hold let go", () => {
    const known = { heldMinor: 149_950n };
    for (const status of ["expired", "reversed"])
      expect(paymentState(learned({ status, finalAmount: 0 }, hold({}, known)))).toBe("cancelled");
  });
});

describe("a webhook knows nothing of us, so it says only what is true in every case", () => {
  test.each(["created", "processing"])("%s counts at once", (status) => {
    expect(needsConfirmation(read({ status }))).toBe(false);
  });
  test.each(["hold", "success", "reversed", "failure", "expired", "reticulating"])(
    "%s is confirmed by a call",
    (status) => {
      expect(needsConfirmation(read({ status }))).toBe(true);
    },
  );

  test("reversed claims neither a refund nor a release", () => {
    const { facts } = observe(
      read({ status: "reversed", finalAmount: 0, cancelList: [cancel(AMOUNT, "opr_1")] }),
      null,
    );
    expect(facts).toEqual({ progress: "processing" });
  });

  test("success that may hide a released rest claims what is there", () => {
    const { facts } = observe(read({ finalAmount: 50_000, cancelList: [cancel(99_950)] }), null);
    expect(facts).toMatchObject({ capturedMinor: 50_000n, refundedMinor: 0n });
  });
});

describe("reading", () => {
  test.each([
    [{ invoiceId: undefined }],
    [{ invoiceId: 7 }],
    [{ invoiceId: "../../x" }],
    [{ status: "" }],
    [{ status: null }],
    [{ amount: undefined }],
    [{ amount: -1 }],
    [{ amount: 1.5 }],
    [{ amount: "149950" }],
    [{ amount: "9007199254740993" }],
    [{ amount: 2 ** 60 }],
    [{ ccy: "UAH" }],
    [{ ccy: undefined }],
    [{ finalAmount: "1.0" }],
    [{ finalAmount: -5 }],
    [{ cancelList: "x" }],
    [{ cancelList: ["x"] }],
  ])("%j cannot be read", (more) => {
    expect(readInvoice(payload(more))).toBeNull();
  });

  test("unknown fields, absent dates and nulls are no trouble", () => {
    const invoice = read({
      payMethod: "wallet",
      cancelList: null,
      finalAmount: null,
      createdDate: undefined,
      modifiedDate: "?",
    });
    expect(invoice).toMatchObject({ finalMinor: null, cancels: [], createdAt: null, modifiedAt: null });
  });

  test("the currency is compared by its letters; a number nobody knows stays a number", () => {
    expect(observe(read({ ccy: 840 }), null).asked?.currency).toBe("USD");
    expect(observe(read({ ccy: 1 }), null).asked?.currency).toBe("1");
  });

  test("particulars are kept, and a poorer report blanks nothing", () => {
    const paymentInfo = { maskedPan: "44441114******75", rrn: "070000000001", fee: 1949, terminal: "XPZ00001" };
    expect(observe(read({ paymentInfo }), null).details).toEqual({
      maskedCard: "44441114******75",
      rrn: "070000000001",
      feeMinor: "1949",
      terminal: "XPZ00001",
    });
    expect(observe(read({}), null).details).toEqual({});
  });

  test("a hold lasts nine days from when it was made", () => {
    const end = (more: Record<string, unknown>) =>
      observe(read({ status: "hold", ...more }), null).holdExpiresAt?.toISOString();
    expect(end({})).toBe("2026-11-29T09:15:54.000Z");
    expect(end({ cancelList: [cancel(1, "opr_1", "failure")], modifiedDate: "2026-11-25T00:00:00Z" })).toBe(
      "2026-11-29T09:15:52.000Z",
    );
    expect(end({ createdDate: undefined, modifiedDate: undefined })).toBeUndefined();
  });
});

describe("one fact is one event", () => {
  const key = (more: Record<string, unknown>, payment: PaymentReference | null = null) =>
    observe(read(more), payment).eventKey;

  test("told by webhook or by status, in any key order, with or without the card", () => {
    const one = key({ finalAmount: AMOUNT });
    expect(key({ finalAmount: AMOUNT }, reference())).toBe(one);
    expect(key({ finalAmount: AMOUNT, paymentInfo: { fee: 7 }, payMethod: "pan" })).toBe(one);
    const invoice = readInvoice(Object.fromEntries(Object.entries(payload({ finalAmount: AMOUNT })).reverse()));
    expect(invoice && observe(invoice, null).eventKey).toBe(one);
  });

  test("other money, another moment or another list is another event", () => {
    const keys = [
      key({ finalAmount: AMOUNT }),
      key({ finalAmount: 1 }),
      key({ finalAmount: AMOUNT, modifiedDate: "2026-11-20T09:15:55Z" }),
      key({ finalAmount: AMOUNT, status: "processing" }),
      key({ finalAmount: AMOUNT, cancelList: [cancel(1, "opr_1", "processing")] }),
      key({ finalAmount: AMOUNT, cancelList: [cancel(1, "opr_1")] }),
      key({ finalAmount: AMOUNT, cancelList: [cancel(1, "opr_2")] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

/** A whole life at the bank: every report in its true order, how it was paid and what we finalized. */
const LIVES: {
  name: string;
  type: "debit" | "withholding";
  finalized: bigint | null;
  reports: Record<string, unknown>[];
  end: string;
}[] = [
  {
    name: "paid",
    type: "debit",
    finalized: null,
    reports: [{ status: "created" }, { status: "processing" }, { status: "success", finalAmount: AMOUNT }],
    end: "successful",
  },
  {
    name: "declined, tried again, paid, refunded in two parts and the rest",
    type: "debit",
    finalized: null,
    reports: [
      { status: "failure", errCode: "59" },
      { status: "processing" },
      { status: "success", finalAmount: AMOUNT },
      { status: "success", finalAmount: AMOUNT - 100, cancelList: [cancel(100, "a")] },
      { status: "success", finalAmount: AMOUNT - 200, cancelList: [cancel(100, "a"), cancel(100, "b")] },
      {
        status: "reversed",
        finalAmount: 0,
        cancelList: [cancel(100, "a"), cancel(100, "b"), cancel(AMOUNT - 200, "c")],
      },
    ],
    end: "refunded",
  },
  {
    name: "held, let go",
    type: "withholding",
    finalized: null,
    reports: [
      { status: "processing" },
      { status: "hold" },
      { status: "reversed", finalAmount: 0, cancelList: [cancel(AMOUNT, "a")] },
    ],
    end: "cancelled",
  },
  {
    name: "held, taken whole, refunded whole",
    type: "withholding",
    finalized: BigInt(AMOUNT),
    reports: [
      { status: "hold" },
      { status: "processing", finalAmount: AMOUNT },
      { status: "success", finalAmount: AMOUNT },
      { status: "reversed", finalAmount: 0, cancelList: [cancel(AMOUNT, "a")] },
    ],
    end: "refunded",
  },
  {
    name: "held, a part taken, a part of that refunded",
    type: "withholding",
    finalized: 50_000n,
    reports: [
      { status: "hold" },
      { status: "processing", finalAmount: AMOUNT },
      { status: "success", finalAmount: 50_000 },
      { status: "success", finalAmount: 30_000, cancelList: [cancel(20_000, "a")] },
    ],
    end: "partially_refunded",
  },
  {
    name: "held, a part taken, all of that refunded",
    type: "withholding",
    finalized: 50_000n,
    reports: [
      { status: "hold" },
      { status: "success", finalAmount: 50_000 },
      { status: "reversed", finalAmount: 0, cancelList: [cancel(50_000, "a")] },
    ],
    end: "refunded",
  },
];

describe("a life ends the same whatever the order in which it is told", () => {
  for (const { name, type, finalized, reports, end } of LIVES)
    test(name, () => {
      const orders = fc.shuffledSubarray(reports, { minLength: reports.length });
      const repeats = fc.array(fc.constantFrom(...reports), { maxLength: 4 });
      fc.assert(
        fc.property(orders, repeats, fc.boolean(), (order, again, byWebhook) => {
          let known = NO_FACTS;
          for (const report of [...order, ...again]) {
            const payment = reference({ paymentType: type, finalizeRequestedMinor: finalized }, known);
            // A webhook adds what it may, then the status call that confirms it tells the bank's latest word.
            if (byWebhook) known = learn(known, observe(read(report), null).facts);
            else known = learn(known, observe(read(report), payment).facts);
          }
          const last = reference({ paymentType: type, finalizeRequestedMinor: finalized }, known);
          known = learn(known, observe(read(reports.at(-1)), last).facts);
          expect(paymentState(known)).toBe(end);
          expect(reviewReasons(known, BigInt(AMOUNT))).toEqual([]);
        }),
        { numRuns: 300 },
      );
    });

  test("a hold taken in the cabinet, refunded, and told backwards never counts as money", () => {
    const payment = hold();
    const back = observe(read({ status: "reversed", finalAmount: 0, cancelList: [cancel(AMOUNT)] }), payment);
    const late = observe(read({ status: "success", finalAmount: AMOUNT }), payment);
    const facts = learn(learn(NO_FACTS, back.facts), late.facts);
    expect(reviewReasons(facts, 149_950n), "the gate stays shut until a person has looked").toContain("contradiction");
    const asked = observe(read({ status: "reversed", finalAmount: 0 }), hold({}, facts));
    expect(securedMinor(learn(facts, asked.facts))).toBe(0n);
  });
});

test("the sale's check speaks for the payment; its address is followed only where it is safe", () => {
  const url = "https://cabinet.tax.gov.ua/cashregs/check?id=1";
  expect(readChecks([])).toEqual({ status: "none", url: null });
  expect(readChecks([{ type: "return", status: "done", taxUrl: url }])).toEqual({ status: "none", url: null });
  for (const status of ["new", "process", "a word of tomorrow"])
    expect(readChecks([{ type: "sale", status }])).toEqual({ status: "required", url: null });
  expect(
    readChecks([
      { type: "sale", status: "done", taxUrl: url },
      { type: "return", status: "new" },
    ]),
  ).toEqual({
    status: "issued",
    url,
  });
  expect(readChecks([{ type: "sale", status: "failed" }])).toEqual({ status: "failed", url: null });
  for (const taxUrl of [
    "javascript:alert(1)",
    "http://tax.example/1",
    "https://a:b@tax.example/",
    7,
    `https://x/${"y".repeat(500)}`,
  ])
    expect(readChecks([null, "x", { type: "sale", status: "done", taxUrl }])).toEqual({ status: "issued", url: null });
});
