import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PayAttempt, PayFacts, PayService } from "#db/queries/pay-page";
import { NO_FACTS } from "#lib/domain/payment";
import { LOCALES } from "#lib/i18n/locale";
import en from "../i18n/messages/en.json" with { type: "json" };
import { FAILURE_KINDS, failureKind } from "./failure-words.ts";
import { html, withParts } from "./html.ts";
import { type PageContext, payPageHtml, plainPageHtml, plainWords, stateOfPage } from "./page.ts";
import { PAY_STATES, type PayState, payPage } from "./page-model.ts";
import { COLOURS, FONTS, STYLE, STYLE_HASH } from "./style.ts";
import { cameFrom, isProgram } from "./visitors.ts";
import { maskedEmail } from "./words.ts";

const NOW = new Date("2026-11-20T12:03:00.000Z");
const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

const POLICY = { mayRenew: true, mayPayWhole: false };
const MONOBANK = {
  id: "svc_1",
  name: "monobank",
  provider: "monobank",
  mode: "live",
  logo: null,
  ...POLICY,
} as PayService;
const LIQPAY = { id: "svc_2", name: "LiqPay", provider: "liqpay", mode: "live", logo: null, ...POLICY } as PayService;

const attempt = (change: Partial<PayAttempt> = {}): PayAttempt => ({
  id: "pay_1" as PayAttempt["id"],
  attempt: 1,
  serviceId: MONOBANK.id,
  serviceName: MONOBANK.name,
  serviceLogo: null,
  serviceMayPayWhole: false,
  provider: "monobank",
  mode: "live",
  state: "pending",
  facts: NO_FACTS,
  amountMinor: 2_210_000n,
  needsReview: false,
  url: "https://pay.mbnk.biz/1",
  expiresAt: later(237),
  holdExpiresAt: null,
  checkedAt: null,
  createdAt: later(-30),
  moneyAt: null,
  unsettled: null,
  stoppedBy: null,
  failureCode: null,
  failureReason: null,
  maskedCard: null,
  way: null,
  ...change,
});

const facts = (change: Partial<Omit<PayFacts, "order">> & { order?: Partial<PayFacts["order"]> } = {}): PayFacts => ({
  customer: { id: "cus_1" as never, name: "ТОВ «Ромашка Буд»", email: "o.hnatiuk@romashka.example" },
  salesperson: "Ihor Melnyk",
  company: {
    name: "ТОВ «Дніпро Інструмент»",
    phone: "+380 44 555 01 77",
    email: "office@dnipro.example",
    zone: "Europe/Kyiv",
    logo: null,
    legalName: null,
    taxId: null,
    iban: null,
    bankName: null,
    currency: "UAH",
  },
  services: [MONOBANK],
  linkAskedAt: null,
  attempts: [attempt()],
  lines: [
    { description: "Перфоратор SDS+ 800 Вт", unit: "шт", quantityMilli: 4000n, totalMinor: 1_858_200n },
    { description: "Доставка", unit: null, quantityMilli: 1000n, totalMinor: 2_561_800n },
  ],
  ...change,
  order: {
    id: "ord_1" as never,
    number: "SO-001042",
    payToken: "k".repeat(32),
    orderDate: "2026-11-20",
    language: "uk",
    currency: "UAH",
    totalMinor: 4_420_000n,
    requiredMinor: 2_210_000n,
    securedMinor: 0n,
    heldMinor: 0n,
    releasedAt: later(-60),
    cancelledAt: null,
    cancelRequestedAt: null,
    shipped: "none",
    serviceId: MONOBANK.id,
    ...change.order,
  },
});

const taken = { ...NO_FACTS, progress: "processing" as const, capturedMinor: 2_210_000n };
const held = { ...NO_FACTS, progress: "processing" as const, heldMinor: 2_210_000n };
const ended = (state: PayAttempt["state"], change: Partial<PayAttempt> = {}) =>
  facts({ attempts: [attempt({ state, ...change })] });

/** How an order gets into each state. */
const STORIES: Record<PayState, { facts: PayFacts; returned?: boolean; pays: boolean }> = {
  ready: { facts: facts(), pays: true },
  replaced: {
    facts: facts({ attempts: [attempt({ attempt: 2 }), attempt({ state: "cancelled", stoppedBy: "seller" })] }),
    pays: true,
  },
  not_yet: { facts: facts({ attempts: [attempt({ checkedAt: later(-0.1) })] }), returned: true, pays: true },
  preparing: { facts: ended("creating", { url: null }), pays: false },
  checking: { facts: facts({ attempts: [attempt({ checkedAt: later(-10) })] }), returned: true, pays: false },
  processing: { facts: ended("processing"), pays: false },
  paid: {
    facts: facts({
      order: { securedMinor: 2_210_000n },
      attempts: [attempt({ state: "successful", facts: taken, moneyAt: later(-1), maskedCard: "444403******1902" })],
    }),
    pays: false,
  },
  held: {
    facts: facts({
      order: { securedMinor: 2_210_000n, heldMinor: 2_210_000n },
      attempts: [attempt({ state: "withholding", facts: held, holdExpiresAt: later(9 * 1440) })],
    }),
    pays: false,
  },
  partly_paid: {
    facts: facts({
      order: { securedMinor: 1_000_000n },
      attempts: [attempt({ state: "successful", facts: { ...taken, capturedMinor: 1_000_000n } })],
    }),
    pays: true,
  },
  failed: { facts: ended("failed", { failureCode: "59" }), pays: true },
  not_prepared: { facts: ended("failed", { url: null }), pays: true },
  expired: { facts: ended("expired", { expiresAt: later(-5) }), pays: true },
  link_cancelled: { facts: ended("cancelled", { stoppedBy: "seller" }), pays: false },
  cancelling: {
    facts: facts({ order: { cancelRequestedAt: later(-1) }, attempts: [attempt({ unsettled: "cancel_link" })] }),
    pays: false,
  },
  cancelled: { facts: facts({ order: { cancelledAt: later(-1) }, attempts: [] }), pays: false },
  nothing_to_pay: { facts: facts({ order: { requiredMinor: 0n }, attempts: [] }), pays: false },
  refunded: {
    facts: ended("refunded", { facts: { ...taken, refundedMinor: 2_210_000n }, maskedCard: "4444***1902" }),
    pays: false,
  },
  in_review: {
    facts: facts({
      order: { securedMinor: 2_210_000n },
      attempts: [attempt({ state: "successful", facts: taken, needsReview: true })],
    }),
    pays: false,
  },
  not_released: { facts: facts({ order: { releasedAt: null }, attempts: [] }), pays: false },
  unavailable: { facts: facts({ services: [], attempts: [] }), pays: false },
};

const context = (change: Partial<PageContext> = {}): PageContext => ({
  token: "t".repeat(32),
  locale: "en",
  now: NOW,
  search: { lang: null, returned: false },
  notice: null,
  mails: false,
  ...change,
});
const pageOf = (of: PayFacts, returned = false) => payPage(of, { returned }, NOW);
const rendered = (of: PayFacts, change: Partial<PageContext> = {}) =>
  payPageHtml(of, pageOf(of, change.search?.returned), context(change));
const textOf = (page: string) =>
  page
    .replace(/<(style|script|noscript)[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/[\s\u00a0]+/g, " ")
    .replace(/ (?=[.,])/g, "");

describe("every state", () => {
  for (const state of PAY_STATES)
    for (const locale of LOCALES)
      test(`${state} in ${locale}`, () => {
        const { facts: of, returned = false, pays } = STORIES[state];
        const page = pageOf(of, returned);
        expect(page.state).toBe(state);
        expect(page.pay !== null, "may pay").toBe(pays);
        const text = rendered(of, { locale, search: { lang: null, returned } });
        expect(text).toContain(`<html lang="${locale}">`);
        expect(text.match(/<h1[ >]/g)).toHaveLength(1);
        expect(text).toMatch(/<title>[^<]+ · SO-001042<\/title>/);
        expect(text.includes(`action="/pay/${"t".repeat(32)}/pay`), "Pay button").toBe(pays);
        // No sentence is missing a value, and none is a key.
        expect(textOf(text)).not.toMatch(/undefined|null|NaN|\bnone\b|[{}\ue000\ue001]|pay\.state|state\./);
        expect(textOf(text)).toContain("SO-001042");
      });
});

describe("what the page says", () => {
  test("amounts, deadline and zone, in the language of the reader", () => {
    const english = textOf(rendered(facts()));
    expect(english).toContain("Prepayment, pay now ₴22 100.00");
    expect(english).toContain("Pay by today 18:00 (Kyiv time), 3 h 57 min left.");
    expect(english).toContain("Later, after delivery 22 100.00");
    expect(english).toContain("What you are paying for, 2 lines");
    const ukrainian = textOf(rendered(facts(), { locale: "uk" }));
    expect(ukrainian).toContain("22 100,00 ₴");
    expect(ukrainian).toContain("сьогодні 18:00 (за Києвом), лишилося 3 год 57 хв.");
    expect(ukrainian).toContain("2 позиції");
  });

  test("a zone that has no name of its own is told by its distance", () => {
    const company = { ...(facts().company as NonNullable<PayFacts["company"]>), zone: "Europe/Lisbon" };
    expect(textOf(rendered(facts({ company })))).toContain("today 16:00 (GMT+0)");
  });

  test("who is paid, when, with which card", () => {
    expect(textOf(rendered(STORIES.paid.facts))).toContain("Today 14:02, card •••• 1902. There is nothing else to pay");
    expect(textOf(rendered(STORIES.held.facts))).toContain("If that has not happened by 29 Nov 14:03");
  });

  test("money that came past the bank's page is told by its way, never by a card", () => {
    const byHand = (way: string) =>
      facts({
        order: { securedMinor: 2_210_000n },
        attempts: [
          attempt({
            provider: "offline",
            serviceId: null,
            serviceName: "",
            state: "successful",
            facts: taken,
            moneyAt: later(-1),
            way,
          }),
        ],
      });
    expect(textOf(rendered(byHand("bank_transfer")))).toContain(
      ", by bank transfer. There is nothing else to pay now.",
    );
    expect(textOf(rendered(byHand("cash"), { locale: "uk" }))).toContain(
      ", готівка. Зараз більше нічого платити не треба.",
    );
    expect(rendered(byHand("cash"))).not.toContain("••••");
  });

  test("a declined card has a reason to act on, in both languages, else the bank's own words", () => {
    expect(textOf(rendered(ended("failed", { failureCode: "59" })))).toContain(
      "There is not enough money on the card.",
    );
    expect(textOf(rendered(ended("failed", { provider: "liqpay", failureCode: "9859" }), { locale: "uk" }))).toContain(
      "На картці недостатньо грошей.",
    );
    const strange = ended("failed", { failureCode: "4711", failureReason: "Ask <b>later</b>." });
    expect(rendered(strange)).toContain("The bank says: “Ask &lt;b&gt;later&lt;/b&gt;”.");
    expect(textOf(rendered(ended("failed")))).toContain("The bank did not say why.");
    for (const kind of FAILURE_KINDS) expect(en.pay.failure).toHaveProperty(kind);
    expect(failureKind("monobank", "8002")).toBe("payer");
    expect(failureKind("liqpay", null)).toBeNull();
  });

  test("papers: a pro-forma invoice while the order asks for something, a receipt for each time money was taken", () => {
    const at = `/pay/${"t".repeat(32)}`;
    const papersOf = (of: PayFacts) => [...rendered(of).matchAll(/href="([^"]+\.pdf)"/g)].map(([, href]) => href);
    expect(papersOf(facts())).toEqual([`${at}/pro-forma.pdf`]);
    expect(papersOf(STORIES.paid.facts)).toEqual([`${at}/pro-forma.pdf`, `${at}/receipt/1.pdf`]);
    expect(papersOf(STORIES.held.facts)).toEqual([`${at}/pro-forma.pdf`]);
    expect(papersOf(STORIES.in_review.facts)).toEqual([`${at}/pro-forma.pdf`]);
    expect(papersOf(STORIES.not_released.facts)).toEqual([]);
    expect(papersOf(STORIES.cancelled.facts)).toEqual([]);
    expect(papersOf(STORIES.cancelling.facts)).toEqual([]);
    const [once] = STORIES.paid.facts.attempts as [PayAttempt];
    const twice = { ...STORIES.paid.facts, attempts: [{ ...once, attempt: 2 }, once] };
    expect(textOf(rendered(twice))).toContain("Receipt for ₴22 100.00 (PDF) Receipt for ₴22 100.00 (PDF)");
  });

  test("a hold that was let go is not called a refund", () => {
    const released = { ...held, holdReleased: true };
    const of = ended("cancelled", { facts: released, stoppedBy: null });
    expect(pageOf(of).state).toBe("refunded");
    expect(textOf(rendered(of))).toContain("₴22 100.00 is no longer reserved.");
  });

  test("an order that is being cancelled asks for nothing, and says what is still reserved", () => {
    const order = { cancelRequestedAt: later(-1) };
    const [link, hold] = [
      attempt({ attempt: 2 }),
      attempt({ state: "withholding", facts: held, unsettled: "release_hold" }),
    ];
    const of = facts({ order: { ...order, securedMinor: 2_210_000n, heldMinor: 2_210_000n }, attempts: [link, hold] });
    expect(pageOf(of)).toMatchObject({ state: "cancelling", askedMinor: 0n, pay: null, mayAsk: false });
    expect(textOf(rendered(of))).toContain("₴22 100.00 is still reserved on your card until your bank confirms");
    expect(textOf(rendered(of, { locale: "uk" }))).toContain("Продавець скасовує це замовлення.");
    const linkOnly = textOf(rendered(facts({ order, attempts: [link] })));
    expect(linkOnly).toContain("Please don’t pay. This page looks again by itself.");
    // Once each provider has confirmed, or where it came to nothing, the page says what is so.
    expect(pageOf(facts({ order: { ...order, cancelledAt: later(0) } })).state).toBe("cancelled");
    expect(pageOf(facts({ attempts: [link] })).state).toBe("ready");
  });

  test("test mode wears a ribbon, live mode does not", () => {
    expect(rendered(facts({ attempts: [attempt({ mode: "test" })] }))).toContain('class="test"');
    expect(rendered(facts())).not.toContain('class="test"');
  });

  test("the address of the customer is shown only where messages are sent, and only to its owner", () => {
    expect(rendered(STORIES.processing.facts)).not.toContain("romashka");
    expect(textOf(rendered(STORIES.processing.facts, { mails: true }))).toContain("o...k@romashka.example");
    expect(maskedEmail("ab@x.example")).toBe("...@x.example");
  });

  test("several services are a choice, the live one is chosen; its own service is there even when it was switched off", () => {
    const two = rendered(facts({ services: [MONOBANK, LIQPAY] }));
    expect(two.match(/type="radio"/g)).toHaveLength(2);
    expect(two).toMatch(/value="svc_1" checked/);
    const named = (...services: PayService[]) =>
      [...rendered(facts({ services })).matchAll(/<label class="choice">.*?<span>(.*?)<\/span>/g)].map(
        ([, name]) => name,
      );
    const ours = { ...MONOBANK, name: "Our mono, taken at once" };
    expect(named(ours, LIQPAY)).toEqual(["monobank", "LiqPay"]);
    expect(named(ours, { ...ours, id: "svc_3" as PayService["id"], name: "Our mono, held" })).toEqual([
      "Our mono, taken at once",
      "Our mono, held",
    ]);
    const off = pageOf(facts({ services: [LIQPAY] }));
    expect(off.pay?.services.map(({ id }) => id)).toEqual(["svc_1", "svc_2"]);
    expect(off.pay?.chosen.id).toBe("svc_1");
  });

  test("the page looks again by itself without script only while something is awaited", () => {
    const refreshed = (state: PayState) =>
      rendered(STORIES[state].facts, { search: { lang: null, returned: STORIES[state].returned ?? false } }).includes(
        'http-equiv="refresh"',
      );
    expect(PAY_STATES.filter(refreshed)).toEqual(["not_yet", "preparing", "checking", "processing", "cancelling"]);
  });
});

describe("when the customer may pay", () => {
  const states = (change: Parameters<typeof facts>[0]) => pageOf(facts(change)).state;
  test("money in review locks paying, also beside a link that is alive", () => {
    const late = attempt({ state: "expired", facts: { ...taken, ended: "expired" }, needsReview: true });
    const of = facts({ attempts: [attempt({ attempt: 2, id: "pay_2" as never }), late] });
    expect(pageOf(of)).toMatchObject({ state: "in_review", pay: null });
  });

  test("what is covered is never asked for again, whatever links are alive", () => {
    const of = facts({
      order: { securedMinor: 2_210_000n },
      attempts: [attempt({ attempt: 2 }), attempt({ state: "successful", facts: taken, moneyAt: later(-1) })],
    });
    expect(pageOf(of)).toMatchObject({ state: "paid", pay: null });
  });

  test("the rest, once the seller asks for it, is one press away; a link from before the money is not", () => {
    const paid = attempt({ state: "successful", facts: taken, moneyAt: later(-20) });
    const order = { securedMinor: 2_210_000n };
    const rest = attempt({ attempt: 2, createdAt: later(-10) });
    const asked = facts({ order, attempts: [rest, paid] });
    expect(pageOf(asked)).toMatchObject({ state: "partly_paid", askedMinor: 2_210_000n, laterMinor: 0n });
    expect(pageOf(asked).pay).not.toBeNull();
    const before = attempt({ attempt: 2, createdAt: later(-40) });
    expect(pageOf(facts({ order, attempts: [before, paid] }))).toMatchObject({ state: "paid", pay: null });
    const tooMuch = attempt({ attempt: 2, createdAt: later(-10), amountMinor: 2_210_001n });
    expect(pageOf(facts({ order, attempts: [tooMuch, paid] }))).toMatchObject({ state: "paid", pay: null });
  });

  test("a link whose time is over is a question, not an end", () => {
    expect(pageOf(facts({ attempts: [attempt({ expiresAt: later(-1) })] }))).toMatchObject({
      state: "checking",
      pay: null,
    });
  });

  test("who cancelled decides what comes next", () => {
    expect(states({ attempts: [attempt({ state: "cancelled", stoppedBy: "seller" })] })).toBe("link_cancelled");
    expect(states({ attempts: [attempt({ state: "cancelled", stoppedBy: "customer" })] })).toBe("ready");
    expect(states({ attempts: [attempt({ state: "cancelled" })] })).toBe("failed");
  });

  test("money that went back is no invitation to pay again", () => {
    expect(pageOf(STORIES.refunded.facts).pay).toBeNull();
    expect(states({ attempts: [attempt({ attempt: 2 }), attempt({ state: "refunded" })] })).toBe("ready");
  });

  test("a cancelled order with money on it is being checked, one without says it is cancelled", () => {
    const cancelledAt = later(-1);
    const money = attempt({ state: "successful", facts: taken, needsReview: true });
    expect(states({ order: { cancelledAt }, attempts: [money] })).toBe("in_review");
    expect(states({ order: { cancelledAt }, attempts: [attempt({ state: "refunded" })] })).toBe("cancelled");
  });

  test("without a service that could make a link there is no button", () => {
    expect(pageOf(facts({ services: [], attempts: [attempt({ state: "expired" })] }))).toMatchObject({
      state: "expired",
      pay: null,
    });
  });
});

describe("other ways to pay", () => {
  const bank = {
    ...(facts().company as NonNullable<PayFacts["company"]>),
    legalName: "ТОВ «Дніпро Інструмент Плюс»",
    taxId: "12345678",
    iban: "UA213223130000026007233566001",
    bankName: "АТ «Банк»",
  };

  test("a transfer's details stand there to be copied, the amount as a bank's form takes it", () => {
    const page = rendered(facts({ company: bank }), { locale: "uk" });
    expect(textOf(page)).toContain("UA21 3223 1300 0002 6007 2335 6600 1");
    expect(textOf(page)).toContain("Оплата за замовлення SO-001042 від 20.11.2026");
    for (const copied of ["UA213223130000026007233566001", "22100.00", "ТОВ «Дніпро Інструмент Плюс»", "12345678"])
      expect(page).toContain(`data-copy="${copied}"`);
    // Buttons come with the script; what they copy can be read and marked without.
    expect(page.match(/<button class="copy" type="button" hidden/g)).toHaveLength(6);
  });

  test("without an account, in another currency, or with nothing to pay there are none", () => {
    expect(rendered(facts())).not.toContain('data-part="other"');
    expect(rendered(facts({ company: bank, order: { currency: "USD" } }))).not.toContain('data-part="other"');
    for (const state of PAY_STATES) {
      const { facts: of, returned = false } = STORIES[state];
      const page = rendered({ ...of, company: bank }, { search: { lang: null, returned } });
      const offered = page.includes('data-part="other"');
      expect(offered, state).toBe(pageOf(of, returned).pay !== null || state === "unavailable");
    }
  });

  test("a code for a phone is offered beside the button only, and a telephone is sent no picture", () => {
    expect(rendered(facts())).toContain('media="(min-width:48rem)" srcset="/pay/');
    expect(rendered(STORIES.paid.facts)).not.toContain("<picture");
  });
});

describe("the whole order in place of its prepayment", () => {
  const offering = { ...MONOBANK, mayPayWhole: true };
  const offered = (change: Partial<PayAttempt> = {}) =>
    facts({ services: [offering], attempts: [attempt({ serviceMayPayWhole: true, ...change })] });

  test("is a choice of two where the service allows it; the live link's sum is chosen", () => {
    expect(pageOf(offered()).pay?.whole).toEqual({
      depositMinor: 2_210_000n,
      wholeMinor: 4_420_000n,
      chosen: "deposit",
    });
    const page = rendered(offered());
    expect(page.match(/type="radio" name="sum"/g)).toHaveLength(2);
    expect(page).toMatch(/value="deposit" checked/);
    expect(textOf(page)).toMatch(/Prepayment ₴22 100\.00.*The whole order ₴44 200\.00/);
    const whole = pageOf(offered({ amountMinor: 4_420_000n }));
    expect(whole).toMatchObject({ pay: { whole: { chosen: "whole" } }, askedMinor: 4_420_000n, laterMinor: 0n });
  });

  test("is not there where the service does not allow it, where all is asked for, or for a link over some other sum", () => {
    expect(pageOf(facts()).pay?.whole).toBeNull();
    expect(rendered(facts())).not.toContain('name="sum"');
    const all = facts({ ...offered(), order: { requiredMinor: 4_420_000n } });
    expect(pageOf(all).pay?.whole).toBeNull();
    expect(pageOf(offered({ amountMinor: 1_000_000n })).pay?.whole).toBeNull();
  });
});

describe("who makes the next link", () => {
  const strict = { ...MONOBANK, mayRenew: false };
  const over = (state: PayAttempt["state"], change: Partial<PayAttempt> = {}) =>
    facts({ services: [strict], attempts: [attempt({ state, ...change })] });

  test("the seller, where the service says so: the page offers to ask them", () => {
    for (const of of [over("expired"), over("failed", { failureCode: "59" }), over("failed", { url: null })]) {
      expect(pageOf(of)).toMatchObject({ pay: null, mayAsk: true });
      const page = rendered(of);
      expect(page).toContain(`action="/pay/${"t".repeat(32)}/ask"`);
      expect(page).not.toContain("data-pay>");
      const asked = rendered({ ...of, linkAskedAt: later(-3) });
      expect(asked).not.toContain("/ask");
      expect(textOf(asked)).toContain("You asked for a new link today 14:00. The seller has been told.");
    }
  });

  test("never asked for where the customer can pay, has paid, or nobody could help", () => {
    const asking = PAY_STATES.filter((state) => {
      const { facts: of, returned = false } = STORIES[state];
      return pageOf(of, returned).mayAsk;
    });
    expect(asking).toEqual(["link_cancelled", "unavailable"]);
  });

  test("the first link is no renewal, nor is the one that follows a choice of the customer's", () => {
    expect(pageOf(facts({ services: [strict], attempts: [] })).pay).not.toBeNull();
    expect(pageOf(over("cancelled", { stoppedBy: "customer" })).pay).not.toBeNull();
    expect(pageOf(over("cancelled")).pay).toBeNull();
  });

  test("asking is news for other windows of the same page", () => {
    const [before, after] = [over("expired"), { ...over("expired"), linkAskedAt: later(-3) }];
    const version = (of: PayFacts) => stateOfPage(of, pageOf(of), NOW, "en").version;
    expect(version(before)).not.toBe(version(after));
  });
});

describe("hostile names", () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(2)>' onmouseover='x \u202e{evil}`;
  const hostile = facts({
    salesperson: EVIL,
    company: {
      name: EVIL,
      phone: `+380${EVIL}`,
      email: `a@b.c"${EVIL}`,
      zone: "Europe/Kyiv",
      logo: null,
      legalName: EVIL,
      taxId: EVIL,
      iban: EVIL,
      bankName: EVIL,
      currency: "UAH",
    },
    services: [
      { ...MONOBANK, name: EVIL },
      { ...LIQPAY, name: EVIL },
    ],
    lines: [{ description: EVIL, unit: EVIL, quantityMilli: 1000n, totalMinor: 1n }],
    order: { number: EVIL },
    attempts: [attempt({ state: "failed", failureReason: EVIL, failureCode: EVIL, maskedCard: EVIL })],
  });

  test("stay text, wherever they stand", () => {
    for (const locale of LOCALES) {
      const page = rendered(hostile, { locale });
      expect(page).not.toMatch(/<script>|<img src=x|\u202e/);
      expect(page.match(/<script/g)).toHaveLength(1);
      // Between tags and inside attributes alike: a quote of theirs never ends one of ours.
      for (const tag of page.match(/<[a-z](?:[^>"]|"[^"]*")*>/g) ?? [])
        expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/onerror|onmouseover|alert/);
    }
  });

  test("the template escapes whatever it is given, and lists of it", () => {
    expect(html`<p title="${'"'}">${["<", [">", "&"]]}${null}${false}${0}</p>`.text).toBe(
      '<p title="&quot;">&lt;&gt;&amp;0</p>',
    );
    expect(withParts({ at: html`<b>${"<"}</b>` }, ({ at }) => `<i> ${at}`).text).toBe("&lt;i&gt; <b>&lt;</b>");
  });
});

describe("the state for the script", () => {
  test("names nobody, and changes when the page does", () => {
    const of = facts();
    const state = stateOfPage(of, pageOf(of), NOW, "en");
    expect(Object.keys(state)).toEqual(["state", "version", "left"]);
    expect(state.left).toBe("3\u00a0h\u00a057\u00a0min");
    expect(rendered(of)).toContain(`data-version="${state.version}"`);
    const versions = PAY_STATES.map((name) => {
      const { facts: story, returned } = STORIES[name];
      return stateOfPage(story, pageOf(story, returned), NOW, "en").version;
    });
    expect(new Set(versions).size).toBe(PAY_STATES.length);
  });
});

describe("pages without an order", () => {
  test("say nothing about any", () => {
    for (const locale of LOCALES)
      for (const key of ["unknown", "tooMany", "away", "foreign"] as const) {
        const page = plainPageHtml(locale, plainWords(locale, key, 15));
        expect(textOf(page)).not.toMatch(/SO-|[{}]|undefined/);
        expect(page).not.toContain("<script");
      }
  });
});

describe("the style", () => {
  test("is allowed by its digest as it is sent", () => {
    const sent = /<style>([\s\S]*?)<\/style>/.exec(rendered(facts()))?.[1] ?? "";
    expect(sent).toBe(STYLE);
    expect(STYLE_HASH).toBe(`sha256-${createHash("sha256").update(sent).digest("base64")}`);
  });

  test("has the colours of app/tokens.css", () => {
    const tokens = readFileSync("app/tokens.css", "utf8");
    for (const [name, values] of Object.entries(COLOURS)) {
      const declared = new RegExp(`--${name}: light-dark\\((oklch\\([^)]*\\)), (oklch\\([^)]*\\))\\)`).exec(tokens);
      expect(declared, name).not.toBeNull();
      for (const at of [0, 1] as const)
        for (const [channel, value] of channels(declared?.[at + 1] ?? "").entries())
          expect(
            Math.abs(value - Number.parseInt(values[at].slice(1 + channel * 2, 3 + channel * 2), 16)),
            name,
          ).toBeLessThan(2);
    }
  });

  test("names files that the package has", () => {
    const folder = "node_modules/@fontsource-variable/ibm-plex-sans/files";
    for (const { file } of Object.values(FONTS))
      expect(readFileSync(`${folder}/${file}`).byteLength).toBeGreaterThan(9000);
  });
});

/** oklch(L C h) as 8-bit sRGB. */
function channels(colour: string): number[] {
  const [l = 0, c = 0, h = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const cube = (value: number) => value ** 3;
  const x = cube(l + 0.3963377774 * a + 0.2158037573 * b);
  const y = cube(l - 0.1055613458 * a - 0.0638541728 * b);
  const z = cube(l - 0.0894841775 * a - 1.291485548 * b);
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ].map((linear) => {
    const value = Math.min(1, Math.max(0, linear));
    return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
  });
}

describe("who looks", () => {
  test.each([
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "Viber/20.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Microsoft Office Existence Discovery",
    "Barracuda Sentinel (EE)",
    "curl/8.5.0",
    "Go-http-client/2.0",
    "",
    null,
  ])("a program: %s", (agent) => expect(isProgram(agent)).toBe(true));

  test.each([
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36 Viber/21.0.0.0",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36 Telegram-Android/11.4.2 (Google Pixel 8; Android 14; SDK 34; HIGH)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
  ])("a person: %s", (agent) => expect(isProgram(agent)).toBe(false));

  test("from where, as far as it can be told, and never a text of somebody's choosing", () => {
    const from = (agent: string, referrer: string) => cameFrom(agent, referrer, "pay.example");
    expect(from("… Viber/21.0", "")).toBe("Viber");
    expect(from("", "https://web.telegram.org/k/")).toBe("Telegram");
    expect(from("", "android-app://com.google.android.gm/")).toBe("Gmail");
    expect(from("", "https://crm.trader.example/deal/4?secret=1")).toBe("crm.trader.example");
    expect(from("", "https://pay.example/pay/x")).toBeNull();
    expect(from("", "")).toBeNull();
    expect(from("", "javascript:alert(1)")).toBeNull();
    expect(from("", "https://<script>.example/")).toBeNull();
  });
});
