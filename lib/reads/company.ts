import { database } from "#db/client";
import { companyRow } from "#db/queries/company";
import { findSeries } from "#db/queries/document-numbers";
import type { CompanyView } from "#lib/contracts/company";
import { isCurrency, moneyView } from "#lib/domain/money";
import { SERIES_KINDS } from "#lib/domain/number-series";
import { reminderSettings } from "#lib/domain/reminder";
import { percentText } from "./decimal-text.ts";
import type { Viewer } from "./viewer.ts";

/** The company's settings. Before anybody has described it: version 0, no name, and what new orders take meanwhile. */
export async function readCompany(_viewer: Viewer): Promise<CompanyView> {
  const db = database();
  const [row, series] = await Promise.all([companyRow(db), findSeries(db)]);
  const currency = isCurrency(row?.currency) ? row.currency : "UAH";
  const limit = row ? row.offlineLimitMinor : 5_000_000n;
  return {
    version: row?.version ?? 0,
    name: row?.name ?? "",
    legalName: row?.legalName ?? null,
    taxId: row?.taxId ?? null,
    address: row?.address ?? null,
    phone: row?.phone ?? null,
    email: row?.email ?? null,
    iban: row?.iban ?? null,
    bankName: row?.bankName ?? null,
    logo: row?.logo ?? null,
    zone: row?.zone ?? "Europe/Kyiv",
    language: row?.language ?? "uk",
    currency,
    pricesIncludeVat: row?.pricesIncludeVat ?? true,
    defaultVatPercent: percentText(row?.defaultVatBp ?? 2000),
    offlineLimit: limit === null ? null : moneyView(limit, currency),
    reminders: reminderSettings(row?.reminders),
    series: SERIES_KINDS.map((kind) => {
      const found = series.find((one) => one.kind === kind);
      return { kind, prefix: found?.prefix ?? "", next: Number(found?.next ?? 1n) };
    }),
  };
}
