import type { z } from "zod";
import { type CompanyView, companyInput } from "#lib/contracts/company";
import { plainIban } from "#lib/domain/iban";
import { isCurrency, type MoneyView, parseAmount, toDecimal } from "#lib/domain/money";
import { documentNumber, type SeriesKind } from "#lib/domain/number-series";
import type { FieldError } from "#lib/domain/refusal";
import { contractErrors } from "./contract-errors.ts";

/**
 * The company as its form holds it: numbers and amounts are the text that was typed, empty text is none. Pure; the API judges
 * what comes out by the same contract.
 */
export type CompanyDraft = {
  name: string;
  legalName: string;
  taxId: string;
  address: string;
  phone: string;
  email: string;
  iban: string;
  bankName: string;
  logo: string | null;
  zone: string;
  language: "en" | "uk";
  currency: string;
  pricesIncludeVat: boolean;
  defaultVatPercent: string;
  offlineLimit: string;
  steps: { from: "sent" | "expiry"; hours: string }[];
  quiet: boolean;
  quietFrom: string;
  quietTo: string;
  series: Record<SeriesKind, { prefix: string; next: string }>;
};

const TEXTS = ["legalName", "taxId", "address", "bankName"] as const;

export function draftOf(company: CompanyView): CompanyDraft {
  const { reminders, offlineLimit } = company;
  const text = (value: string | null) => value ?? "";
  return {
    name: company.name,
    legalName: text(company.legalName),
    taxId: text(company.taxId),
    address: text(company.address),
    phone: text(company.phone),
    email: text(company.email),
    iban: text(company.iban).replace(/(.{4})(?=.)/g, "$1 "),
    bankName: text(company.bankName),
    logo: company.logo,
    zone: company.zone,
    language: company.language,
    currency: company.currency,
    pricesIncludeVat: company.pricesIncludeVat,
    defaultVatPercent: company.defaultVatPercent,
    offlineLimit: offlineLimit ? toDecimal(BigInt(offlineLimit.amount), offlineLimit.currency) : "",
    steps: reminders.steps.map(({ from, hours }) => ({ from, hours: String(hours) })),
    quiet: reminders.quietFrom !== null,
    quietFrom: reminders.quietFrom ?? "21:00",
    quietTo: reminders.quietTo ?? "09:00",
    series: Object.fromEntries(
      company.series.map(({ kind, prefix, next }) => [kind, { prefix, next: String(next) }]),
    ) as CompanyDraft["series"],
  };
}

/** Whole numbers only: `24`, `1 000`. NaN for anything else, which the contract then refuses. */
function wholeNumber(text: string): number {
  const plain = text.replace(/[\s\u00a0]/g, "");
  return /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
}

export type CompanyBody = z.input<typeof companyInput>;
type Fields = Omit<Required<CompanyBody>, "version">;

function fieldsOf(draft: CompanyDraft): Fields {
  const currency = draft.currency.trim().toUpperCase();
  const texts = Object.fromEntries(TEXTS.map((name) => [name, draft[name].trim() || null]));
  return {
    ...(texts as Record<(typeof TEXTS)[number], string | null>),
    name: draft.name.trim(),
    phone: draft.phone.trim() || null,
    email: draft.email.trim() || null,
    iban: plainIban(draft.iban) || null,
    logo: draft.logo,
    zone: draft.zone,
    language: draft.language,
    currency: currency as never,
    pricesIncludeVat: draft.pricesIncludeVat,
    defaultVatPercent: draft.defaultVatPercent.trim().replace(",", "."),
    offlineLimit: limitOf(draft.offlineLimit, currency),
    reminders: {
      steps: draft.steps.map(({ from, hours }) => ({ from, hours: wholeNumber(hours) })),
      quietFrom: draft.quiet ? draft.quietFrom : null,
      quietTo: draft.quiet ? draft.quietTo : null,
    },
    series: (Object.keys(draft.series) as SeriesKind[]).map((kind) => ({
      kind,
      prefix: draft.series[kind].prefix.trim(),
      next: wholeNumber(draft.series[kind].next),
    })),
  };
}

function limitOf(text: string, currency: string): MoneyView | null {
  if (text.trim() === "" || !isCurrency(currency)) return null;
  const amountMinor = parseAmount(text, currency);
  return { amount: amountMinor === null ? Number.NaN : Number(amountMinor), currency };
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Only what differs from the version the person saw; null when nothing does. Of the series, those that changed. */
export function updateBody(draft: CompanyDraft, base: CompanyView): CompanyBody | null {
  const now = fieldsOf(draft);
  const before = fieldsOf(draftOf(base));
  const changed = Object.entries(now).filter(([name, value]) => !same(value, before[name as keyof Fields]));
  // Before the first save nothing is stored, also where the form shows what holds meanwhile.
  if (base.version > 0 && changed.length === 0) return null;
  const body: CompanyBody = { ...Object.fromEntries(changed), version: base.version };
  if (base.version === 0) body.name = now.name;
  if (body.series)
    body.series = body.series.filter(
      (one) =>
        !same(
          one,
          before.series?.find(({ kind }) => kind === one.kind),
        ),
    );
  // A limit is in the company's currency: it moves along.
  if (body.currency && now.offlineLimit) body.offlineLimit = now.offlineLimit;
  // The contract reads a text that is left out as it stays.
  return body;
}

/** What the API would refuse, by field; a series is named by its kind: `series.invoice.next`. */
export function draftErrors(draft: CompanyDraft): FieldError[] {
  const fields = fieldsOf(draft);
  const errors = contractErrors(companyInput, { ...fields, version: 1 });
  return named(errors, fields.series?.map(({ kind }) => kind) ?? []);
}

/** Errors about the places of a list, by the kinds that stand there. */
export const named = <E extends FieldError>(errors: readonly E[], kinds: readonly SeriesKind[]): E[] =>
  errors.map((error) => {
    const at = /^series\.(\d+)\.(.+)$/.exec(error.field);
    return at ? { ...error, field: `series.${kinds[Number(at[1])]}.${at[2]}` } : error;
  });

/** The next number as it will look; null while it cannot be one. */
export function nextNumberOf({ prefix, next }: { prefix: string; next: string }): string | null {
  const n = wholeNumber(next);
  return Number.isNaN(n) || prefix.trim() === "" ? null : documentNumber(prefix.trim(), BigInt(n));
}

/** The company was changed elsewhere: what was typed here stays, everything untouched takes the newer value. */
export function rebase(draft: CompanyDraft, seen: CompanyView, newer: CompanyView): CompanyDraft {
  const [before, after] = [draftOf(seen), draftOf(newer)];
  const merged = { ...after };
  for (const name of Object.keys(after) as (keyof CompanyDraft)[])
    if (!same(draft[name], before[name])) Object.assign(merged, { [name]: draft[name] });
  return merged;
}
