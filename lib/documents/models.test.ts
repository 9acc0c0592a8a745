import { describe, expect, test } from "vitest";
import { documentTotals } from "#lib/domain/order-line";
import { formatMoney } from "#lib/format";
import { deliveryNoteModel } from "./delivery-note-model.ts";
import type { PrintedDocument } from "./document.ts";
import { invoiceModel } from "./invoice-model.ts";
import { codeOf, proFormaModel } from "./pro-forma-model.ts";
import { hasReceipt, hasReceiptForCustomer, receiptModel } from "./receipt-model.ts";
import {
  HOSTILE,
  invoiceFacts,
  parties,
  pricedLines,
  proFormaFacts,
  receiptFacts,
  shipmentFacts,
} from "./samples.fixtures.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const ORIGIN = "https://pay.trader.example";
const proForma = (more: Parameters<typeof proFormaFacts>[0] = {}, locale: "en" | "uk" = "en") =>
  proFormaModel(proFormaFacts(more), locale, NOW, ORIGIN);
const total = (document: PrintedDocument, label: string) => document.totals.find((row) => row.label === label)?.value;
const fact = (document: PrintedDocument, label: string) => document.facts.find((row) => row.label === label)?.value;
const uah = (amountMinor: bigint, locale: "en" | "uk" = "en") => formatMoney(amountMinor, "UAH", locale);

describe("an invoice", () => {
  test("says in both languages who sells, who buys and what it belongs to", () => {
    const en = invoiceModel(invoiceFacts(), "en");
    const uk = invoiceModel(invoiceFacts(), "uk");
    expect([en.title, uk.title]).toEqual(["Invoice IN-000012", "Рахунок-фактура IN-000012"]);
    expect(uk.seller).toEqual({
      role: "Постачальник",
      name: "ТОВ «Дніпро Інструмент»",
      lines: [
        "Код 41234567",
        "49000, м. Дніпро, вул. Набережна Перемоги, 30",
        "+380567001122, office@dnipro-instrument.example",
        "IBAN UA21 3223 1300 0002 6007 2335 6600 1",
        "Банк: АТ «Перший банк»",
      ],
    });
    expect(uk.buyer.lines).toEqual(["Код 3012345678", "+380501112233, gudz@example.com"]);
    expect(fact(en, "Order")).toBe("SO-000042 of 19\u00a0November\u00a02026");
    expect(fact(uk, "Замовлення")).toBe("SO-000042 від 19\u00a0листопада\u00a02026");
  });

  test("is dated in the company's zone", () => {
    expect(invoiceModel(invoiceFacts(), "uk").subtitle).toBe("21\u00a0листопада\u00a02026");
    expect(invoiceModel({ ...invoiceFacts(), zone: "America/New_York" }, "uk").subtitle).toBe(
      "20\u00a0листопада\u00a02026",
    );
  });

  test("adds up to the minor unit: lines, the VAT of each rate, the sum", () => {
    const lines = pricedLines(50);
    const sums = documentTotals(lines);
    const printed = invoiceModel(invoiceFacts(50), "en");
    const vatAt = (rate: number) =>
      lines.filter(({ vatBp }) => vatBp === rate).reduce((sum, one) => sum + one.vatMinor, 0n);
    expect(printed.totals).toEqual([
      { label: "Without VAT", value: uah(sums.netMinor) },
      { label: "VAT 20\u00a0%", value: uah(vatAt(2000)) },
      { label: "VAT 7\u00a0%", value: uah(vatAt(700)) },
      { label: "Total", value: uah(sums.totalMinor), strong: true },
    ]);
    expect(vatAt(2000) + vatAt(700)).toBe(sums.vatMinor);
  });

  test("has a column for discounts only where there are any", () => {
    const heads = (facts: ReturnType<typeof invoiceFacts>) =>
      invoiceModel(facts, "en").table?.columns.map(({ label }) => label);
    expect(heads(invoiceFacts(3))).toContain("Discount");
    expect(heads(invoiceFacts(1))).not.toContain("Discount");
    const rows = invoiceModel(invoiceFacts(3), "en").table?.rows ?? [];
    expect(rows[1]).toEqual([
      "2",
      { text: "Свердло по металу 2 мм, HSS-Co", more: "SKU-2" },
      "1.333 шт",
      "123.46",
      "7.5\u00a0%",
      "20\u00a0%",
      "152.23",
    ]);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([7]));
  });

  test("of before VAT was kept with its lines works it out", () => {
    const facts = invoiceFacts(1);
    const [line] = facts.lines;
    if (!line) throw new Error("no line");
    expect(
      total(
        invoiceModel({ ...facts, lines: [{ ...line, totalMinor: 12_000n, vatMinor: null }] }, "en"),
        "VAT 20\u00a0%",
      ),
    ).toBe(uah(2000n));
  });
});

test("a delivery note names no price and no bank, and has two lines to sign", () => {
  const printed = deliveryNoteModel(shipmentFacts(), "uk");
  expect(printed.title).toBe("Накладна SH-000007");
  expect(JSON.stringify(printed)).not.toMatch(/₴|IBAN|123,45/);
  expect(printed.signatures).toHaveLength(2);
  expect(printed.notes).toEqual(["Обережно, скло.", "Дзвонити за годину."]);
  expect(fact(printed, "Номер відправлення")).toBe("20450000000000");
});

describe("a pro-forma invoice", () => {
  test("asks for what the customer's page asks for, and carries that page's address as a code", () => {
    const { order } = proFormaFacts();
    const printed = proForma();
    expect(total(printed, "To pay now")).toBe(uah(order.requiredMinor));
    expect(total(printed, "To pay later")).toBe(uah(order.totalMinor - order.requiredMinor));
    const link = `${ORIGIN}/pay/${"t".repeat(32)}`;
    expect(printed.pay).toMatchObject({ link, code: codeOf(link) });
    expect(printed.warning).toBeNull();
    expect(printed.notes[0]).toContain("UA21 3223 1300");
    expect(printed.notes[0]).toContain("SO-000042");
  });

  test("of a paid order asks for nothing more now", () => {
    const { order } = proFormaFacts();
    const printed = proForma({ pay: { securedMinor: order.requiredMinor } });
    expect(total(printed, "Already paid or held")).toBe(uah(order.requiredMinor));
    expect(total(printed, "To pay now")).toBeUndefined();
    expect(printed.pay).toBeNull();
    expect(printed.notes.join()).not.toContain("IBAN");
  });

  test("of a draft says so and shows no way to pay; of a cancelled order asks not to", () => {
    const draft = proForma({ pay: { releasedAt: null } }, "uk");
    expect(draft.warning).toBe("Чернетка. Кількість і ціни ще можуть змінитися.");
    expect(draft.pay).toBeNull();
    expect(total(draft, "До сплати зараз")).toBe(uah(proFormaFacts().order.requiredMinor, "uk"));
    const cancelled = proForma({ pay: { cancelledAt: NOW } });
    expect(cancelled.warning).toBe("Cancelled order. Please do not pay.");
    expect([cancelled.pay, total(cancelled, "To pay now"), total(cancelled, "To pay later")]).toEqual([
      null,
      undefined,
      undefined,
    ]);
  });

  test("without lines has no table", () => {
    expect(proForma({ lines: 0 }).table).toBeNull();
  });
});

describe("a receipt", () => {
  test("is there for money that was taken; for the customer not while finance looks into it", () => {
    const { payment } = receiptFacts();
    const held = receiptFacts({ capturedMinor: 0n }).payment;
    expect([hasReceipt(payment), hasReceipt(held)]).toEqual([true, false]);
    expect(hasReceiptForCustomer(payment)).toBe(true);
    expect(hasReceiptForCustomer({ ...payment, needsReview: true })).toBe(false);
  });

  test("names the amount, the moment with its zone, the card's last four and the references", () => {
    const printed = receiptModel(receiptFacts(), "uk");
    expect(printed.title).toBe("Квитанція про оплату SO-000042/2");
    expect(printed.fileName).toBe("Квитанція про оплату SO-000042-2");
    expect(total(printed, "Отримано")).toBe(uah(1_105_000n, "uk"));
    expect(total(printed, "Залишилося сплатити")).toBe(uah(1_105_000n, "uk"));
    expect(fact(printed, "Отримано")).toBe("20\u00a0лист.\u00a02026 14:02 (за Києвом)");
    expect(fact(printed, "Картка")).toBe("•••• 1902");
    expect(fact(printed, "RRN")).toBe("060189181768");
    expect(JSON.stringify(printed)).not.toContain("444403");
  });

  test("for a bank transfer names its day and its own reference, and no moment that nobody knows", () => {
    const offline = { kind: "bank_transfer" as const, receivedOn: "2026-11-18", reference: "ПЛ-77" };
    const printed = receiptModel({ ...receiptFacts({ provider: "offline", details: {} }), offline }, "en");
    expect(printed.subtitle).toBe("18\u00a0November\u00a02026");
    expect(fact(printed, "Received")).toBe("18\u00a0November\u00a02026");
    expect(fact(printed, "Paid through")).toBe("Bank transfer");
    expect(fact(printed, "Document number")).toBe("ПЛ-77");
  });

  test("says what went back", () => {
    const printed = receiptModel(receiptFacts({ refundedMinor: 5_000n, state: "partially_refunded" }), "en");
    expect(total(printed, "Given back")).toBe(uah(5_000n));
    expect(total(printed, "Kept")).toBe(uah(1_100_000n));
  });

  test("of test money says so", () => {
    expect(receiptModel(receiptFacts({ mode: "test" }), "en").warning).toBe("Test mode. No real money.");
  });
});

test("names and texts from outside keep to their line and hide nothing", () => {
  const bad = {
    ...parties,
    seller: { ...parties.seller, legalName: HOSTILE },
    buyer: { ...parties.buyer, name: HOSTILE },
  };
  for (const printed of [
    invoiceModel({ ...invoiceFacts(), parties: bad }, "uk"),
    deliveryNoteModel(
      { ...shipmentFacts(), parties: bad, document: { ...shipmentFacts().document, note: HOSTILE } },
      "uk",
    ),
    receiptModel({ ...receiptFacts(), parties: bad }, "uk"),
  ]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is the point
    expect(JSON.stringify(printed)).not.toMatch(/\\u0000|\\r|\\n|\u202e|[\u0000-\u001f]/);
    expect(printed.buyer.name).toBe("ТОВ «Зло» <script>alert(1)</script> (endobj) %PDF");
  }
});
