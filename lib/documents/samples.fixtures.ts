import type { InvoiceFacts, ProFormaFacts, ReceiptFacts, ShipmentFacts } from "#db/queries/documents";
import type { OrderId, PaymentId } from "#lib/domain/ids";
import { documentTotals, lineTotals } from "#lib/domain/order-line";

/** Facts of documents for tests, without a database. */

export const HOSTILE = "ТОВ «Зло» \u202e<script>alert(1)</script>\u0000\r\n(endobj) %PDF";

const seller = {
  name: "Дніпро Інструмент",
  legalName: "ТОВ «Дніпро Інструмент»",
  taxId: "41234567",
  address: "49000, м. Дніпро, вул. Набережна Перемоги, 30",
  phone: "+380567001122",
  email: "office@dnipro-instrument.example",
  iban: "UA213223130000026007233566001",
  bankName: "АТ «Перший банк»",
};
export const parties = {
  seller,
  buyer: { name: "ФОП Ґудзь Їжак Євгенович", taxId: "3012345678", phone: "+380501112233", email: "gudz@example.com" },
};

const order = {
  id: "ord_0000000000000000000000000a" as OrderId,
  number: "SO-000042",
  orderDate: "2026-11-19",
  currency: "UAH" as const,
  language: "uk" as const,
  externalReference: "CRM-77",
  pricesIncludeVat: true,
};
const look = { logo: null, zone: "Europe/Kyiv" };

/** `count` lines of prices that do not divide evenly, at two rates, some with a discount. */
export const pricedLines = (count: number, pricesIncludeVat = true) =>
  Array.from({ length: count }, (_, index) => {
    const amounts = {
      quantityMilli: BigInt(1000 + index * 333),
      unitPriceMinor: BigInt(12_345 + index),
      discountBp: index % 3 === 1 ? 750 : 0,
      vatBp: index % 4 === 3 ? 700 : 2000,
    };
    const totals = lineTotals(
      { ...amounts, discountBasisPoints: amounts.discountBp, vatBasisPoints: amounts.vatBp },
      pricesIncludeVat,
    );
    return {
      ...amounts,
      ...totals,
      sku: index % 5 === 4 ? null : `SKU-${index + 1}`,
      description: `Свердло по металу ${index + 1} мм, HSS-Co`,
      unit: "шт",
    };
  });

export function invoiceFacts(count = 3): InvoiceFacts {
  const lines = pricedLines(count);
  const { totalMinor } = documentTotals(lines);
  return {
    ...look,
    document: { number: "IN-000012", createdAt: new Date("2026-11-20T22:30:00Z"), note: null, totalMinor },
    order: { ...order, totalMinor },
    preparedBy: "Olena Koval",
    parties,
    lines,
  };
}

export const shipmentFacts = (count = 3): ShipmentFacts => ({
  ...look,
  document: {
    number: "SH-000007",
    createdAt: new Date("2026-11-20T10:00:00Z"),
    note: "Обережно, скло.\nДзвонити за годину.",
    trackingNumber: "20450000000000",
  },
  order: { ...order, totalMinor: 0n },
  preparedBy: "Ihor Melnyk",
  parties,
  lines: pricedLines(count),
});

export function receiptFacts(more: Partial<ReceiptFacts["payment"]> = {}): ReceiptFacts {
  return {
    ...look,
    payment: {
      id: "pay_0000000000000000000000000b" as PaymentId,
      attempt: 2,
      provider: "monobank",
      mode: "live",
      state: "successful",
      needsReview: false,
      currency: "UAH",
      capturedMinor: 1_105_000n,
      refundedMinor: 0n,
      details: { maskedCard: "444403******1902", rrn: "060189181768", approvalCode: "662476" },
      ...more,
    },
    paidAt: new Date("2026-11-20T12:02:11Z"),
    offline: null,
    order: { ...order, totalMinor: 2_210_000n, securedMinor: 1_105_000n, heldMinor: 0n },
    parties,
  };
}

/** A released order of 22 100 with half of it to be paid first; `pay` overrides what the customer's page knows. */
export function proFormaFacts(
  more: { pay?: Partial<ProFormaFacts["pay"]["order"]>; lines?: number } = {},
): ProFormaFacts {
  const lines = pricedLines(more.lines ?? 3);
  const { netMinor, vatMinor, totalMinor } = documentTotals(lines);
  const requiredMinor = totalMinor / 2n;
  const service = { id: "svc_x", name: "mono", provider: "monobank", mode: "live", logo: null };
  return {
    ...look,
    order: { ...order, netMinor, vatMinor, totalMinor, requiredMinor, payToken: "t".repeat(32) },
    preparedBy: "Ihor Melnyk",
    parties,
    lines,
    // Only what the rules of the page ask for.
    pay: {
      order: {
        ...order,
        totalMinor,
        requiredMinor,
        securedMinor: 0n,
        heldMinor: 0n,
        releasedAt: new Date("2026-11-20T09:00:00Z"),
        cancelledAt: null,
        cancelRequestedAt: null,
        serviceId: "svc_x",
        shipped: "none",
        ...more.pay,
      },
      services: [service],
      attempts: [],
      lines: [],
      customer: null,
      salesperson: null,
      company: null,
    } as unknown as ProFormaFacts["pay"],
  };
}
