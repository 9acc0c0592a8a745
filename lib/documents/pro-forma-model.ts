import { create } from "qrcode";
import type { ProFormaFacts } from "#db/queries/documents";
import { formatMoment, formatOffset } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";
import { payPage } from "#lib/pay/page-model";
import type { PrintedDocument } from "./document.ts";
import {
  buyerOf,
  factsOf,
  footOf,
  ibanGroups,
  type Pen,
  penOf,
  pricedTable,
  pricesNote,
  sellerOf,
  totalsOf,
} from "./parts.ts";

/**
 * A pro-forma invoice: the whole order, what is to be paid now, and the ways to pay it. Its amounts are those of the order's
 * page for the customer. `origin`: under which address that page is.
 */
export function proFormaModel(facts: ProFormaFacts, locale: Locale, now: Date, origin: string): PrintedDocument {
  const { order, parties, pay } = facts;
  const pen = penOf(locale, order.currency, facts.zone);
  const { say, money } = pen;
  const page = payPage(pay, { returned: false }, now);
  const { securedMinor, releasedAt, cancelledAt } = pay.order;
  const isOpen = releasedAt === null && cancelledAt === null;
  const askedMinor = isOpen ? order.requiredMinor : page.askedMinor;
  const laterMinor = isOpen ? order.totalMinor - order.requiredMinor : page.laterMinor;
  const title = say("title.proForma", { number: order.number });
  const paying = askedMinor > 0n && !isOpen;
  return {
    language: locale,
    title,
    fileName: title,
    madeAt: now,
    subtitle: pen.date(order.orderDate),
    warning: cancelledAt
      ? say("warning.cancelled")
      : isOpen
        ? say("warning.open")
        : page.testMode
          ? say("warning.test")
          : null,
    logo: facts.logo,
    seller: sellerOf(parties, pen),
    buyer: buyerOf(parties, pen),
    facts: factsOf([say("fact.reference"), order.externalReference], [say("fact.preparedBy"), facts.preparedBy]),
    table: facts.lines.length > 0 ? pricedTable(facts.lines, pen) : null,
    totals: [
      ...totalsOf(facts.lines, pen),
      ...(securedMinor > 0n ? [{ label: say("total.secured"), value: money(securedMinor) }] : []),
      ...(askedMinor > 0n ? [{ label: say("total.payNow"), value: money(askedMinor), strong: true }] : []),
      ...(laterMinor > 0n && !cancelledAt ? [{ label: say("total.payLater"), value: money(laterMinor) }] : []),
    ],
    pay:
      paying && page.pay
        ? wayToPay(pen, origin + pages.pay(order.payToken), money(askedMinor), deadlineOf(page))
        : null,
    notes: [
      ...(paying && parties.seller.iban
        ? [say("note.transfer", { iban: ibanGroups(parties.seller.iban), number: order.number })]
        : []),
      pricesNote(order.pricesIncludeVat, pen),
      say("note.proForma"),
    ],
    signatures: [],
    foot: footOf(title, parties, pen),
  };

  function deadlineOf({ pay: way, attempt }: typeof page): string | null {
    const until = way?.live ? attempt?.expiresAt : null;
    if (!until) return null;
    // Far from now, so that the year is written out: paper is read later.
    const moment = formatMoment(until, { locale, zone: facts.zone, now: 0 });
    const zone = facts.zone === "Europe/Kyiv" ? say("pay.kyivTime") : formatOffset(until, { zone: facts.zone });
    return say("pay.until", { moment, zone });
  }
}

function wayToPay({ say }: Pen, link: string, amount: string, deadline: string | null): PrintedDocument["pay"] {
  return {
    title: say("pay.title", { amount }),
    lines: [say("pay.how"), ...(deadline ? [deadline] : [])],
    link,
    code: codeOf(link),
  };
}

/** The code as one path of unit squares. */
export function codeOf(text: string): { path: string; size: number } {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  let path = "";
  for (let y = 0; y < modules.size; y++)
    for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) path += `M${x} ${y}h1v1h-1z`;
  return { path, size: modules.size };
}
