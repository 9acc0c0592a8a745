import { describe, expect, test } from "vitest";
import type { OrderFormChoices } from "#lib/contracts/orders";
import {
  blankLine,
  combined,
  createBody,
  differences,
  draftErrors,
  draftTotals,
  emptyDraft,
  errorsOfServer,
  type LineDraft,
  likelyPicks,
  type OrderDraft,
} from "./order-draft.ts";

const choices: OrderFormChoices = {
  services: [
    {
      id: "svc_1",
      name: "monobank",
      provider: "monobank",
      paymentType: "withholding",
      currency: "UAH",
      validitySeconds: 16_200,
      alwaysInclude: true,
      mode: "test",
    },
  ],
  salespeople: [{ id: "usr_1", name: "Ihor Melnyk" }],
  company: {
    name: "Trader",
    currency: "UAH",
    pricesIncludeVat: true,
    zone: "Europe/Kyiv",
    language: "uk",
    defaultVatPercent: "20",
  },
};
const line = (over: Partial<LineDraft>): LineDraft => ({
  ...blankLine("20"),
  description: "Drill",
  quantity: "2",
  price: "4 890,00",
  ...over,
});
const draft = (over: Partial<OrderDraft> = {}): OrderDraft => ({
  ...emptyDraft(choices, "usr_1", "2026-11-20", "uk"),
  ...over,
});

describe("a new order", () => {
  test("takes its author and the service that is always included", () => {
    expect(draft()).toMatchObject({ salespersonId: "usr_1", paymentServiceId: "svc_1", prepayment: "none" });
  });

  test("offers its customer other services than its own, and none where it has none", () => {
    const chosen = { otherServiceIds: ["svc_1", "svc_2"] };
    expect(createBody(draft(chosen)).otherServiceIds).toEqual(["svc_2"]);
    expect(createBody(draft({ ...chosen, paymentServiceId: "" })).otherServiceIds).toEqual([]);
    expect(differences(draft(chosen), draft())).toEqual(["otherServiceIds"]);
  });

  test("may be saved empty; to be released it needs a customer and a line", () => {
    expect(draftErrors(draft(), false)).toEqual({});
    expect(draftErrors(draft(), true)).toEqual({ customerId: "required", lines: "required" });
  });
});

describe("totals while typing", () => {
  test("are the server's: discount, VAT inside the price, 30 % asked before shipping", () => {
    const typed = draft({
      lines: [line({ discount: "5" }), line({ quantity: "0,5", price: "100" })],
      prepayment: "percent",
      percent: "30",
    });
    expect(draftTotals(typed, true)).toMatchObject({ totalMinor: 934_100n, requiredMinor: 280_230n, vatRates: [2000] });
  });

  test("a line that cannot be read yet counts for nothing and says so", () => {
    const half = line({ price: "12," });
    const totals = draftTotals(draft({ lines: [half, line({})] }), true);
    expect(totals.ofLine.get(half.key)).toBeNull();
    expect(totals.totalMinor).toBe(978_000n);
  });

  test("a percentage outside 0–100 asks for nothing readable", () => {
    const typed = draft({ lines: [line({})], prepayment: "percent", percent: "0" });
    expect(draftTotals(typed, true)).toMatchObject({ requiredMinor: null, prepaymentProblem: "percent_out_of_range" });
  });
});

describe("mistakes", () => {
  test("belong to the cell, whichever place the line has", () => {
    const wrong = line({ quantity: "x", price: "" });
    const errors = draftErrors(draft({ lines: [blankLine("20"), wrong] }), false);
    expect(errors).toEqual({
      [`lines.${wrong.key}.quantity`]: "bad_quantity",
      [`lines.${wrong.key}.price`]: "required",
    });
  });

  test("of the server come back to the line that was sent, blank lines not counted", () => {
    const second = line({});
    const typed = draft({ lines: [line({}), blankLine("20"), second] });
    const errors = errorsOfServer(typed, [{ field: "lines.1.unitPrice.amount", code: "too_large" }]);
    expect(errors).toEqual({ [`lines.${second.key}.price`]: "too_large" });
  });

  test("an amount above the total is refused; before there are lines it may stand", () => {
    const asked = draft({ prepayment: "amount", amount: "500" });
    expect(draftErrors(asked, false)).toEqual({});
    expect(draftErrors({ ...asked, lines: [line({ price: "10" })] }, false)).toEqual({
      "prepayment.amount": "amount_above_total",
    });
  });

  test("a prepayment without a service is said before releasing", () => {
    const typed = draft({ lines: [line({})], prepayment: "percent", percent: "30", paymentServiceId: "" });
    expect(draftErrors(typed, true)).toMatchObject({ paymentServiceId: "service_needed" });
  });
});

describe("what is sent", () => {
  test("numbers with a decimal point, whole minor units, no blank lines", () => {
    const body = createBody(
      draft({
        lines: [line({ quantity: "1 200,5", discount: "7,5" }), blankLine("20")],
        prepayment: "amount",
        amount: "3 000",
      }),
    );
    expect(body.lines).toEqual([
      expect.objectContaining({
        quantity: "1200.5",
        discountPercent: "7.5",
        vatPercent: "20",
        unitPrice: { amount: 489_000, currency: "UAH" },
      }),
    ]);
    expect(body.prepayment).toEqual({ kind: "amount", amount: { amount: 300_000, currency: "UAH" } });
  });

  test("a customer made on the spot travels instead of a picked one", () => {
    const body = createBody(
      draft({
        newCustomer: { name: " ФОП Гончар ", email: "", phone: "+380 44 555 01 90", language: "uk", taxId: "" },
      }),
    );
    expect(body).toMatchObject({ customerId: null, customer: { name: "ФОП Гончар", email: null } });
  });
});

test("a conflict names the fields that differ", () => {
  const mine = draft({ note: "mine", lines: [line({})] });
  const theirs = draft({ note: "theirs", lines: [line({ price: "5" })] });
  expect(differences(mine, theirs)).toEqual(["note", "lines"]);
});

describe("a conflict, field by field", () => {
  const base = draft({ note: "", externalReference: "CRM-0", prepayment: "percent", percent: "30", lines: [line({})] });
  const mine = { ...base, note: "mine", percent: "50" };
  const theirs = {
    ...base,
    note: "theirs",
    externalReference: "CRM-1",
    prepayment: "amount" as const,
    percent: "",
    amount: "100",
  };

  test("what I changed is mine unless I say otherwise, what only they changed is theirs", () => {
    expect(likelyPicks(mine, theirs, base)).toEqual({ note: "mine", externalReference: "theirs", prepayment: "mine" });
    expect(combined(mine, theirs, likelyPicks(mine, theirs, base))).toEqual({ ...mine, externalReference: "CRM-1" });
  });
  test("a prepayment is taken as a whole, its kind with its figure", () => {
    expect(combined(mine, theirs, { prepayment: "theirs" })).toEqual({
      ...mine,
      prepayment: "amount",
      percent: "",
      amount: "100",
    });
  });
  test("nothing picked is all mine; everything picked is theirs in every field that differs", () => {
    expect(combined(mine, theirs, {})).toEqual(mine);
    const all = Object.fromEntries(differences(mine, theirs).map((field) => [field, "theirs" as const]));
    expect(combined(mine, theirs, all)).toEqual(theirs);
  });
  test("a figure that does not count is no difference", () => {
    expect(differences({ ...base, amount: "5" }, { ...base, amount: "7" })).toEqual([]);
  });
});
