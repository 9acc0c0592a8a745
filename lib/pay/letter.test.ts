import { expect, test } from "vitest";
import type { PayFacts } from "#db/queries/pay-page";
import { NO_FACTS } from "#lib/domain/payment";
import { letterOf } from "./letter.ts";

const NOW = new Date("2026-11-20T12:03:00.000Z");
const LINK = "https://pay.trader.example/pay/kVb1mB4n5Xo3Qw7eRt9yUi2oPaSdFgHj";

/** An order over 44 200.00 that asks for half, with its link; only what a letter reads. */
const facts = (change: { company?: string; securedMinor?: bigint; requiredMinor?: bigint } = {}): PayFacts =>
  ({
    order: {
      number: "SO-000042",
      currency: "UAH",
      totalMinor: 4_420_000n,
      requiredMinor: change.requiredMinor ?? 2_210_000n,
      securedMinor: change.securedMinor ?? 0n,
      heldMinor: 0n,
      releasedAt: NOW,
      cancelledAt: null,
      cancelRequestedAt: null,
      serviceId: "svc_1",
    },
    company: { name: change.company ?? "ТОВ «Дніпро Інструмент»", zone: "Europe/Kyiv" },
    services: [],
    lines: [],
    attempts: [
      {
        id: "pay_1",
        attempt: 1,
        serviceId: "svc_1",
        serviceName: "monobank",
        serviceLogo: null,
        provider: "monobank",
        mode: "live",
        state: "pending",
        facts: NO_FACTS,
        amountMinor: (change.requiredMinor ?? 2_210_000n) - (change.securedMinor ?? 0n),
        needsReview: false,
        url: "https://pay.mbnk.biz/x",
        expiresAt: new Date("2026-11-21T10:00:00.000Z"),
        createdAt: NOW,
        moneyAt: null,
        unsettled: null,
        stoppedBy: null,
      },
    ],
  }) as unknown as PayFacts;

test("says who asks, for what, how much and until when, in both languages", () => {
  expect(letterOf(facts(), LINK, "en", NOW)).toEqual({
    subject: "Order SO-000042: ₴22\u00a0100.00 to pay",
    text: `Hello! ТОВ «Дніпро Інструмент», order SO-000042. Prepayment: ₴22\u00a0100.00. Pay by 21\u00a0November\u00a02026, 12:00 (Kyiv time).\n${LINK}`,
  });
  expect(letterOf(facts(), LINK, "uk", NOW)).toEqual({
    subject: "Замовлення SO-000042: до сплати 22\u00a0100,00\u00a0₴",
    text: `Вітаємо! ТОВ «Дніпро Інструмент», замовлення SO-000042. Передоплата: 22\u00a0100,00\u00a0₴. Сплатіть до: 21\u00a0листопада\u00a02026, 12:00 (за Києвом).\n${LINK}`,
  });
});

test("calls the whole sum and the rest by their names", () => {
  expect(letterOf(facts({ requiredMinor: 4_420_000n }), LINK, "en", NOW).text).toContain("To pay: ₴44\u00a0200.00.");
  expect(letterOf(facts({ securedMinor: 210_000n }), LINK, "en", NOW).text).toContain("The rest: ₴20\u00a0000.00.");
});

test("a hostile name stays on its line and hides nothing", () => {
  const { text, subject } = letterOf(facts({ company: "A\r\nBcc: x@y.z\u202e\u2028<b>{amount}</b>" }), LINK, "en", NOW);
  expect(text.split("\n")).toHaveLength(2);
  expect(text).not.toMatch(/[\u202e\u2028\r]/);
  expect(text).toContain("<b>{amount}</b>");
  expect(subject).not.toContain("Bcc");
});
