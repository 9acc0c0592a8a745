import { currencyOfNumeric } from "../../domain/money.ts";
import type { Statement, StatementLine } from "../../domain/provider.ts";
import { isJsonObject } from "../exact-json.ts";
import { maskedCard, sentence } from "../redact.ts";
import { absent, minor, time } from "./wire.ts";

const MEANS: Record<string, StatementLine["money"]> = {
  hold: "held",
  success: "taken",
  // Not documented here, but the word that `status` has for what was given back whole.
  reversed: "taken",
  processing: "none",
  failure: "none",
};

/** The rows of `statement`; one that cannot be read is counted and hides no other. */
export function readStatementList(list: readonly unknown[]): Statement {
  const lines = list.map(readLine).filter((line) => line !== null);
  return { lines, unreadable: list.length - lines.length };
}

function readLine(row: unknown): StatementLine | null {
  if (!isJsonObject(row)) return null;
  const { invoiceId, status, ccy, reference, cancelList } = row;
  const amountMinor = minor(row.amount);
  const backMinor = absent(cancelList) ? 0n : backOf(cancelList);
  if (typeof invoiceId !== "string" || !/^[\w-]{1,64}$/.test(invoiceId)) return null;
  if (typeof status !== "string" || status === "" || status.length > 64) return null;
  if (amountMinor === null || backMinor === null || !Number.isInteger(ccy)) return null;
  return {
    reference: typeof reference === "string" && reference !== "" && reference.length <= 255 ? reference : null,
    providerPaymentId: invoiceId,
    providerStatus: sentence(status),
    money: Object.hasOwn(MEANS, status) ? (MEANS[status] ?? "unknown") : "unknown",
    amountMinor,
    currency: currencyOfNumeric(ccy as number) ?? String(ccy),
    backMinor,
    maskedCard: maskedCard(row.maskedPan) ?? null,
    at: time(row.date),
  };
}

/** Only what went through is listed. */
function backOf(value: unknown): bigint | null {
  if (!Array.isArray(value)) return null;
  const amounts = value.map((item) => (isJsonObject(item) ? minor(item.amount) : null));
  return amounts.reduce<bigint | null>((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0n);
}
