import { createHash } from "node:crypto";
import type { PayFacts, PayService } from "#db/queries/pay-page";
import { formatBareMoney, formatDuration, formatLongDate, formatQuantity } from "#lib/format";
import { LOCALES, type Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";
import { CHEVRON, drawn, ICON, ICON_DONE, LOCK, LOOKS, PHONE } from "./drawings.ts";
import { Html, html, withParts } from "./html.ts";
import { askedLately, fingerprintOf, type PayPage, type PayState } from "./page-model.ts";
import { STYLE } from "./style.ts";
import { choiceName, maskedEmail, providerName, type Say, sayIn, type Teller, tellerOf, wordsOf } from "./words.ts";

export type PageContext = {
  token: string;
  locale: Locale;
  now: Date;
  /** Of the address: keeps a chosen language and the return from the bank in the links and forms of the page. */
  search: { lang: Locale | null; returned: boolean };
  /** Why the press that this page answers started nothing. */
  notice: string | null;
  /** Whether messages are sent at all. */
  mails: boolean;
};

/** How often the page looks again by itself, and whether the bank is asked then. 0: nothing is awaited. */
const PACE: Record<PayState, { everyMs: number; asks: boolean }> = {
  ready: { everyMs: 20_000, asks: false },
  replaced: { everyMs: 20_000, asks: false },
  not_yet: { everyMs: 5_000, asks: true },
  preparing: { everyMs: 1_500, asks: false },
  checking: { everyMs: 2_000, asks: true },
  processing: { everyMs: 4_500, asks: true },
  paid: { everyMs: 0, asks: false },
  held: { everyMs: 0, asks: false },
  partly_paid: { everyMs: 20_000, asks: false },
  failed: { everyMs: 30_000, asks: false },
  not_prepared: { everyMs: 30_000, asks: false },
  expired: { everyMs: 30_000, asks: false },
  link_cancelled: { everyMs: 30_000, asks: false },
  cancelling: { everyMs: 4_500, asks: false },
  cancelled: { everyMs: 0, asks: false },
  nothing_to_pay: { everyMs: 0, asks: false },
  refunded: { everyMs: 0, asks: false },
  in_review: { everyMs: 30_000, asks: false },
  not_released: { everyMs: 30_000, asks: false },
  unavailable: { everyMs: 30_000, asks: false },
};
/** Without script the page is fetched anew while the bank is being asked, and only then. */
const REFRESHED: ReadonlySet<PayState> = new Set(["checking", "processing", "preparing", "not_yet", "cancelling"]);
const REFRESH_SECONDS = 5;

/** What `/pay/{token}/state` says: enough to know whether to fetch the page, nothing about anybody. */
export function stateOfPage(facts: PayFacts, page: PayPage, now: Date, locale: Locale) {
  const { deadline, version } = changing(facts, page, locale);
  return { state: page.state, version, left: deadline ? tellerOf(facts, locale, now).left(deadline) : null };
}

function changing(facts: PayFacts, page: PayPage, locale: Locale) {
  const print = `${fingerprintOf(page, facts)}.${locale}`;
  return {
    version: createHash("sha256").update(print).digest("base64url").slice(0, 12),
    deadline: page.pay?.live ? (page.attempt?.expiresAt ?? null) : null,
  };
}

/** The whole page. */
export function payPageHtml(facts: PayFacts, page: PayPage, context: PageContext): string {
  const { locale, token, now } = context;
  const teller = tellerOf(facts, locale, now);
  const { say } = teller;
  const { pill, title, text } = wordsOf(facts, page, teller);
  const { version, deadline } = changing(facts, page, locale);
  const { state } = page;
  const pace = PACE[state];
  const address = (path = "") => `${pages.pay(token)}${path}${searchOf(context)}`;
  const showsAmount = state === "ready";
  const kind = facts.order.securedMinor > 0n ? "rest" : page.laterMinor > 0n ? "prepayment" : "full";
  const label = say("label", { kind });
  const money = teller.money(page.askedMinor);

  const body = html`
${page.testMode && html`<aside class="test"><p>${say("test")}</p></aside>`}
<main id="page" data-version="${version}" data-state="${state}" data-every="${pace.everyMs}" data-asks="${pace.asks ? "bank" : ""}" data-returned="${context.search.returned ? "yes" : ""}" data-title="${title}">
${header(facts, context, teller)}
${context.notice && html`<p class="notice" role="alert">${say(`notice.${context.notice}`)}</p>`}
<div class="head">
${
  showsAmount
    ? html`<h1><span class="label">${label}</span> <span class="amount${money.length > 14 ? " long" : ""}">${money}</span></h1>`
    : html`<p class="pill ${LOOKS[state].tone}">${drawn(LOOKS[state].glyph, 12, 12)}${pill}</p>
<h1>${title}</h1>
<p class="quiet">${text}${WAITING.has(state) && html` ${say("mayClose", { email: mailOf(facts, context) })}`}</p>`
}
${
  page.pay && SHOWS_SUM.has(state)
    ? html`<p class="sum"><span class="label">${label}</span><span class="amount${money.length > 14 ? " long" : ""}">${money}</span></p>`
    : null
}
${deadline && dueLine(deadline, teller)}
${state === "checking" || state === "processing" ? asking(page, money, teller, now) : null}
</div>
${page.pay && payForm(page.pay, page, address, teller)}
${page.mayAsk && askSeller(facts, address("/ask"), teller)}
${MAY_ASK_BANK.has(state) && askForm(page, address("/check"), say)}
${page.pay && phoneCode(token, say)}
${(page.pay || (page.mayAsk && state !== "link_cancelled")) && page.askedMinor > 0n && transfer(facts, money, teller)}
${(state === "paid" || state === "held") && html`<p class="due"><strong>${say("nextTitle")}:</strong> ${say("next", { shipped: facts.order.shipped })}</p>`}
${sums(facts, page, teller)}
${lines(facts, page, teller)}
${papers(facts, address, teller)}
${footer(facts, say)}
</main>
<p class="said" id="said" role="status" aria-live="polite"></p>`;

  const refresh = REFRESHED.has(state)
    ? html`<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS};url=${address("").split("?")[0]}${searchOf(context, true)}"></noscript>`
    : null;
  const done = state === "paid" || state === "held";
  return documentOf(locale, say("pageTitle", { headline: title, number: facts.order.number }), body, {
    done,
    script: true,
    head: refresh,
  });
}

/** Where the sum stands on its own: elsewhere the headline, the button or the line under it carries it. */
const SHOWS_SUM: ReadonlySet<PayState> = new Set(["replaced", "not_yet"]);
const WAITING: ReadonlySet<PayState> = new Set(["checking", "processing"]);
/** Where "I have already paid" makes sense. */
const MAY_ASK_BANK: ReadonlySet<PayState> = new Set([
  "ready",
  "replaced",
  "not_yet",
  "checking",
  "processing",
  "partly_paid",
  "failed",
  "expired",
  "link_cancelled",
]);

function searchOf({ search }: Pick<PageContext, "search">, returned = search.returned): string {
  const query = new URLSearchParams();
  if (returned) query.set("from", "bank");
  if (search.lang) query.set("lang", search.lang);
  return query.size > 0 ? `?${query}` : "";
}

function header({ order, company }: PayFacts, context: PageContext, { say, locale }: Teller): Html {
  const { token } = context;
  const name = company?.name ?? "";
  // A calendar date has no time and no zone.
  const date = formatLongDate(`${order.orderDate}T12:00:00Z`, { locale, zone: "UTC" });
  const link = (lang: Locale) => `${pages.pay(token)}${searchOf({ search: { ...context.search, lang } })}`;
  return html`<header class="seller">
${
  company?.logo
    ? html`<img class="logo" src="${pages.pay(token)}/logo?of=seller&v=${company.logo}" alt="" width="36" height="36">`
    : html`<span class="logo initials" aria-hidden="true">${initialOf(name)}</span>`
}
<div><strong>${name}</strong><span class="small quiet">${say("orderOf", { number: order.number, date })}</span></div>
<nav class="langs" aria-label="${say("language")}">
${LOCALES.map((lang) => html`<a href="${link(lang)}" hreflang="${lang}" lang="${lang}"${lang === locale && new Html(' aria-current="true"')}><span aria-hidden="true">${lang === "uk" ? "UA" : "EN"}</span><span class="said">${lang === "uk" ? "Українською" : "English"}</span></a>`)}
</nav>
</header>`;
}

/** The first letter of the name itself: `ТОВ «Дніпро Інструмент»` → Д. */
function initialOf(name: string): string {
  const own = /[«"“„]\s*(\p{L})/u.exec(name)?.[1] ?? /\p{L}/u.exec(name)?.[0] ?? "";
  return own.toLocaleUpperCase();
}

function dueLine(deadline: Date, { say, moment, zone, left }: Teller): Html {
  return html`<p class="due">${withParts(
    {
      moment: html`<time datetime="${deadline.toISOString()}"><b>${moment(deadline)}</b></time>`,
      left: html`<span class="num" data-left>${left(deadline)}</span>`,
    },
    (places) => say("deadline", { ...places, zone: zone(deadline) }),
  )}</p>`;
}

function asking({ attempt }: PayPage, money: string, { say, locale }: Teller, now: Date): Html {
  const ago = attempt?.checkedAt && askedLately(attempt, now) ? now.getTime() - attempt.checkedAt.getTime() : null;
  return html`<p class="sum"><span class="asked">${money}</span></p>
<div class="bar"></div>
<p class="small quiet">${ago === null ? say("looksAgain") : say("askedAgo", { ago: formatDuration(ago, locale) })}</p>`;
}

function payForm(
  { services, chosen, live, whole }: NonNullable<PayPage["pay"]>,
  page: PayPage,
  address: (path: string) => string,
  { say, money, locale }: Teller,
): Html {
  const amount = money(page.askedMinor);
  const several = services.length > 1;
  const words =
    page.state === "expired"
      ? say("newLink")
      : whole
        ? say("payChosen")
        : page.state === "failed"
          ? say("again", { amount })
          : say("pay", { amount });
  return html`<form method="post" action="${address("/pay")}" data-pay>
${
  several &&
  html`<fieldset><legend>${say("services")}</legend>
${services.map((service) => html`<label class="choice"><input type="radio" name="service" value="${service.id}"${service.id === chosen.id && new Html(" checked")}><span>${choiceName(service, services, locale)}</span>${pictureOf(service, address)}</label>`)}
</fieldset>`
}
${
  whole &&
  html`<fieldset><legend>${say("sum.legend")}</legend>
${(
  [
    ["deposit", whole.depositMinor],
    ["whole", whole.wholeMinor],
  ] as const
).map(
  ([sum, minor]) =>
    html`<label class="choice"><input type="radio" name="sum" value="${sum}"${sum === whole.chosen && new Html(" checked")}><span>${say(`sum.${sum}`)}</span><b class="num">${money(minor)}</b></label>`,
)}
</fieldset>`
}
<button class="button" type="submit">${words}</button>
${page.state === "expired" && html`<p class="small quiet under">${say("sameAmount", { amount })}</p>`}
${(several || whole) && live && html`<p class="small quiet under">${say("otherService")}</p>`}
<p class="at">${several ? LOCK : (pictureOf(chosen, address) ?? LOCK)}<span>${several ? say("cardElsewhere") : say("cardAt", { service: providerName(chosen.provider, locale) })}</span></p>
</form>`;
}

/** For somebody who reads this at a desk and pays with a phone. A telephone fetches no picture: it is one. */
const phoneCode = (token: string, say: Say): Html =>
  html`<p class="code"><picture><source media="(min-width:48rem)" srcset="${pages.pay(token)}/qr"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="${say("qrAlt")}" width="96" height="96"></picture><span class="quiet">${say("qr")}</span></p>`;

/** By bank transfer: what a person copies into their bank's form. Only in the seller's own currency. */
function transfer({ order, company }: PayFacts, amount: string, { say }: Teller): Html | null {
  if (!company?.iban || company.currency !== order.currency) return null;
  // In figures, as it stands on invoices: bank forms take no non-breaking spaces.
  const date = order.orderDate.split("-").reverse().join(".");
  const rows: [label: string, text: string | null, copied?: string][] = [
    [say("transfer.name"), company.legalName ?? company.name],
    [say("transfer.iban"), company.iban.replace(/(.{4})(?=.)/g, "$1 "), company.iban],
    [say("transfer.taxId"), company.taxId],
    [say("transfer.bank"), company.bankName],
    [say("transfer.amount"), amount, plainAmount(amount)],
    [say("transfer.purpose"), say("transfer.purposeText", { number: order.number, date })],
  ];
  return html`<details class="other" data-part="other"><summary>${say("transfer.title")}${CHEVRON}</summary>
<dl>${rows
    .filter(([, text]) => text)
    .map(
      ([label, text, copied]) =>
        html`<div><dt>${label}</dt><dd><span>${text}</span><button class="copy" type="button" hidden data-copy="${copied ?? text}" data-copied="${say("transfer.copied")}" aria-label="${say("transfer.copy", { what: label })}">${say("transfer.copyShort")}</button></dd></div>`,
    )}</dl>
<p class="small quiet">${say("transfer.slow")}</p></details>`;
}

/** As a bank's form takes it: `22100.00`. */
const plainAmount = (amount: string): string => amount.replace(/[^\d.,]/g, "").replace(",", ".");

const pictureOf = ({ id, logo }: PayService, address: (path: string) => string): Html | null =>
  logo === null
    ? null
    : html`<img src="${address("/logo").split("?")[0]}?of=${id}&v=${logo}" alt="" width="24" height="24">`;

const askForm = ({ state, pay, mayAsk }: PayPage, action: string, say: Say): Html =>
  html`<form class="again" method="post" action="${action}"><button class="button second${(pay || mayAsk) && " plain"}" type="submit">${
    ASKED_BEFORE.has(state) ? say("askAgain") : say("alreadyPaid")
  }</button></form>`;
/** Asking the seller for a link, and that they know. */
const askSeller = ({ linkAskedAt }: PayFacts, action: string, { say, moment }: Teller): Html =>
  linkAskedAt
    ? html`<p class="due"><b>${say("asked", { moment: moment(linkAskedAt) })}</b> ${say("askedMore")}</p>`
    : html`<form method="post" action="${action}"><button class="button" type="submit">${say("askSeller")}</button><p class="small quiet under">${say("askSellerMore")}</p></form>`;
const ASKED_BEFORE: ReadonlySet<PayState> = new Set(["not_yet", "checking", "processing"]);

/** Where nobody knows yet, or any more, what is left for later. */
const ENDS_HERE: ReadonlySet<PayState> = new Set([
  "cancelling",
  "cancelled",
  "refunded",
  "not_released",
  "nothing_to_pay",
]);

function sums({ order }: PayFacts, page: PayPage, { say, locale }: Teller): Html | null {
  const bare = (amountMinor: bigint) => formatBareMoney(amountMinor, order.currency, locale);
  const taken = order.securedMinor - order.heldMinor;
  const rows: [label: string, amountMinor: bigint, shown: boolean][] = [
    [say("total"), order.totalMinor, true],
    [say("paidSum"), taken, taken > 0n],
    [say("heldSum"), order.heldMinor, order.heldMinor > 0n],
    [say("returnedSum"), page.returnedMinor, page.returnedMinor > 0n],
    [say("payNow"), page.askedMinor, page.pay !== null || page.state === "preparing"],
    [say("later"), page.laterMinor, page.laterMinor > 0n && !ENDS_HERE.has(page.state)],
  ];
  if (WAITING.has(page.state) && order.securedMinor === 0n) return null;
  return html`<dl class="facts">${rows
    .filter(([, , shown]) => shown)
    .map(([label, amountMinor]) => html`<div><dt>${label}</dt><dd>${bare(amountMinor)}</dd></div>`)}</dl>`;
}

function lines({ lines: rows, order }: PayFacts, page: PayPage, { say, locale }: Teller): Html | null {
  if (rows.length === 0) return null;
  const alone = WAITING.has(page.state) && order.securedMinor === 0n;
  const open = page.state === "ready" && rows.length <= 6;
  const words = page.pay ? say("lines", { count: rows.length }) : say("linesShort", { count: rows.length });
  return html`<details data-part="lines"${alone && new Html(' class="alone"')}${open && new Html(" open")}><summary>${words}${CHEVRON}</summary>
<ul class="lines">${rows.map(
    (line) =>
      html`<li><span>${line.description}<span class="quiet">, ${formatQuantity(line.quantityMilli, locale)}${line.unit && `\u00a0${line.unit}`}</span></span><span class="num">${formatBareMoney(line.totalMinor, order.currency, locale)}</span></li>`,
  )}</ul></details>`;
}

/** The order as a pro-forma invoice, and a receipt for each time money was taken. */
function papers({ order, attempts }: PayFacts, address: (path: string) => string, { say, money }: Teller): Html | null {
  const over = order.cancelledAt !== null || order.cancelRequestedAt !== null;
  const proForma = order.releasedAt !== null && !over && order.totalMinor > 0n;
  const paid = attempts.filter(({ facts, needsReview }) => facts.capturedMinor > 0n && !needsReview).toReversed();
  if (!proForma && paid.length === 0) return null;
  return html`<p class="papers">${proForma && html`<a href="${address("/pro-forma.pdf")}">${say("papers.proForma")}</a>`}
${paid.map(({ attempt, facts }) => html`<a href="${address(`/receipt/${attempt}.pdf`)}">${paid.length > 1 ? say("papers.receiptOf", { amount: money(facts.capturedMinor) }) : say("papers.receipt")}</a>`)}</p>`;
}

function footer({ company, salesperson }: PayFacts, say: Say): Html | null {
  const phone = company?.phone?.trim() ?? "";
  const dialled = phone.replace(/[^\d+]/g, "");
  const email = company?.email?.trim() ?? "";
  if (!phone && !email && !salesperson) return null;
  return html`<footer>${PHONE}<span>${say("questions")} ${salesperson}${salesperson && (phone || email) && ","}</span>
${dialled.length > 4 && html`<a href="tel:${dialled}" aria-label="${say("phone", { phone })}">${phone}</a>`}
${/^[^\s@]+@[^\s@]+$/.test(email) && html`<a href="mailto:${encodeURIComponent(email).replace("%40", "@")}">${email}</a>`}</footer>`;
}

const mailOf = ({ customer }: PayFacts, { mails }: PageContext): string =>
  mails && customer?.email ? maskedEmail(customer.email) : "none";

/** A page without an order: an unknown address, too many tries, an outage. Says nothing about any order. */
export function plainPageHtml(
  locale: Locale,
  words: { title: string; text: string; back?: { href: string; label: string } },
): string {
  const body = html`<main id="page"><div class="head"><h1>${words.title}</h1><p class="quiet">${words.text}</p>
${words.back && html`<p class="under"><a href="${words.back.href}">${words.back.label}</a></p>`}</div></main>`;
  return documentOf(locale, words.title, body, { done: false, script: false, head: null });
}

export const plainWords = (locale: Locale, key: "unknown" | "tooMany" | "away" | "foreign", minutes = 1) => ({
  title: sayIn(locale)(`${key}.title`),
  text: sayIn(locale)(`${key}.text`, { minutes }),
});

function documentOf(
  locale: Locale,
  title: string,
  body: Html,
  { done, script, head }: { done: boolean; script: boolean; head: Html | null },
): string {
  const page = html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
<link rel="icon" href="${done ? ICON_DONE : ICON}">
<style>${new Html(STYLE)}</style>
${head}${script && html`<script src="/pay-page.js" defer></script>`}
</head>
<body>${body}</body>
</html>
`;
  return page.text.replace(/\n(?:[ \t]*\n)+/g, "\n");
}
