import type { DocumentParties } from "#db/queries/documents";
import type { Currency } from "#lib/domain/money";
import { currencySign, formatBareMoney, formatLongDate, formatMoney, formatPercent, formatQuantity } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import { type PrintedColumn, type PrintedFact, type PrintedParty, type PrintedTable, plain } from "./document.ts";
import { type Words, wordsIn } from "./words.ts";

/** What every document needs to turn facts into text for one reader. */
export type Pen = {
  say: Words;
  locale: Locale;
  zone: string;
  money: (amountMinor: bigint) => string;
  bare: (amountMinor: bigint) => string;
  /** The day of a moment. */
  day: (at: Date) => string;
  /** A calendar date, which has no time. */
  date: (date: string) => string;
  sign: string;
};

export function penOf(locale: Locale, currency: Currency, zone: string): Pen {
  return {
    say: wordsIn(locale),
    locale,
    zone,
    money: (amountMinor) => formatMoney(amountMinor, currency, locale),
    bare: (amountMinor) => formatBareMoney(amountMinor, currency, locale),
    day: (at) => formatLongDate(at, { locale, zone }),
    date: (date) => formatLongDate(`${date}T12:00:00Z`, { locale, zone: "UTC" }),
    sign: currencySign(currency),
  };
}

const said = (...lines: (string | null | false | undefined)[]): string[] =>
  lines.flatMap((line) => {
    const text = line ? plain(line) : "";
    return text ? [text] : [];
  });

/** Who sells, as the register has it, with the way to pay by transfer. */
export function sellerOf({ seller }: DocumentParties, { say }: Pen): PrintedParty {
  const { name, legalName, taxId, address, phone, email, iban, bankName } = seller;
  return {
    role: say("seller"),
    name: plain(legalName ?? name),
    lines: said(
      taxId && say("taxId", { id: taxId }),
      address,
      [phone, email].filter(Boolean).join(", "),
      iban && say("iban", { iban: ibanGroups(iban) }),
      iban && bankName && say("bank", { name: bankName }),
    ),
  };
}

export function buyerOf({ buyer }: DocumentParties, { say }: Pen): PrintedParty {
  return {
    role: say("buyer"),
    name: buyer ? plain(buyer.name) : say("noBuyer"),
    lines: buyer
      ? said(buyer.taxId && say("taxId", { id: buyer.taxId }), [buyer.phone, buyer.email].filter(Boolean).join(", "))
      : [],
  };
}

/** In fours, as people read them out. */
export const ibanGroups = (iban: string): string => iban.replace(/(.{4})(?=.)/g, "$1 ");

/** Facts that are there. */
export const factsOf = (...facts: [label: string, value: string | null | undefined][]): PrintedFact[] =>
  facts.flatMap(([label, value]) => {
    const text = value ? plain(value) : "";
    return text ? [{ label, value: text }] : [];
  });

export type PricedLine = {
  sku: string | null;
  description: string;
  unit: string | null;
  unitPriceMinor: bigint;
  discountBp: number;
  vatBp: number;
  quantityMilli: bigint;
  totalMinor: bigint;
  vatMinor: bigint;
};

// A plain space: at any other place a long unit would be parted from its number by a hyphen, which reads as a minus.
const quantity = (line: { quantityMilli: bigint; unit: string | null }, locale: Locale): string =>
  line.unit
    ? `${formatQuantity(line.quantityMilli, locale)} ${plain(line.unit)}`
    : formatQuantity(line.quantityMilli, locale);

const named = (line: { sku: string | null; description: string }) => {
  const text = plain(line.description);
  return line.sku ? { text, more: plain(line.sku) } : text;
};

/** Lines with prices; discounts get a column where there are any. */
export function pricedTable(lines: readonly PricedLine[], { say, locale, bare, sign }: Pen): PrintedTable {
  const discounted = lines.some(({ discountBp }) => discountBp > 0);
  const columns: (PrintedColumn | false)[] = [
    { label: say("column.position"), width: 24 },
    { label: say("column.item"), width: 0 },
    { label: say("column.quantity"), width: 58, end: true },
    { label: say("column.price", { sign }), width: 62, end: true },
    discounted && { label: say("column.discount"), width: 44, end: true },
    { label: say("column.vat"), width: 34, end: true },
    { label: say("column.total", { sign }), width: 74, end: true },
  ];
  return {
    columns: columns.filter((column) => column !== false),
    rows: lines.map((line, index) => [
      String(index + 1),
      named(line),
      quantity(line, locale),
      bare(line.unitPriceMinor),
      ...(discounted ? [line.discountBp > 0 ? formatPercent(line.discountBp, locale) : "–"] : []),
      formatPercent(line.vatBp, locale),
      bare(line.totalMinor),
    ]),
  };
}

/** Lines without prices, for whoever carries and counts them. */
export function countedTable(
  lines: readonly { sku: string | null; description: string; unit: string | null; quantityMilli: bigint }[],
  { say, locale }: Pen,
): PrintedTable {
  return {
    columns: [
      { label: say("column.position"), width: 24 },
      { label: say("column.sku"), width: 90 },
      { label: say("column.item"), width: 0 },
      { label: say("column.quantity"), width: 90, end: true },
    ],
    rows: lines.map((line, index) => [
      String(index + 1),
      line.sku ? plain(line.sku) : "–",
      plain(line.description),
      quantity(line, locale),
    ]),
  };
}

/** Net, the VAT of each rate, and the sum. Nothing is rounded again. */
export function totalsOf(lines: readonly PricedLine[], { say, locale, money }: Pen) {
  const total = lines.reduce((sum, line) => sum + line.totalMinor, 0n);
  const vat = lines.reduce((sum, line) => sum + line.vatMinor, 0n);
  const rates = [...new Set(lines.map(({ vatBp }) => vatBp))].filter((rate) => rate > 0).sort((a, b) => b - a);
  return [
    { label: say("total.net"), value: money(total - vat) },
    ...rates.map((rate) => ({
      label: say("total.vat", { rate: formatPercent(rate, locale) }),
      value: money(lines.filter(({ vatBp }) => vatBp === rate).reduce((sum, line) => sum + line.vatMinor, 0n)),
    })),
    { label: say("total.gross"), value: money(total), strong: true },
  ];
}

export const pricesNote = (includeVat: boolean, { say }: Pen): string =>
  say(includeVat ? "note.pricesWithVat" : "note.pricesWithoutVat");

/** At the foot of every page: what it is a page of. */
export const footOf = (title: string, parties: DocumentParties, { say }: Pen) => ({
  text: [title, plain(parties.seller.name)].filter(Boolean).join(" · "),
  page: say("page", { page: "{page}", pages: "{pages}" }),
});
