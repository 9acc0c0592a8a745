import type { MoneyFacts } from "./payment.ts";
import type { StatementLine } from "./provider.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What is asked for in one question. */
const WINDOW_MS = 2 * DAY_MS;
/** Read once more with every reading: a bank enters some things late, and what is refunded today was mostly paid today. */
const OVERLAP_MS = DAY_MS;
/** How far back a statement is read at all. */
const BACK_DAYS = 30;
/** A bank lists a payment by the day it was paid, so an older one's refund is found by looking at its day again. */
const LOOK_BACK_EACH_MS = 20 * 60_000;

export type StatementWindow = { from: Date; to: Date };

/**
 * Which parts of a statement are read now, the oldest news first, and until when all is read after each. The last is a day of
 * the month behind, another one in each run, until all have had their turn and the first comes again.
 */
export function statementWindows(
  readTo: Date | null,
  bornAt: Date,
  now: Date,
): (StatementWindow & { readTo: Date | null })[] {
  const first = Math.max(bornAt.getTime() - HOUR_MS, now.getTime() - BACK_DAYS * DAY_MS);
  const windows: (StatementWindow & { readTo: Date | null })[] = [];
  for (let from = Math.max(first, (readTo?.getTime() ?? first) - OVERLAP_MS); from < now.getTime(); from += WINDOW_MS) {
    const to = new Date(Math.min(from + WINDOW_MS, now.getTime()));
    windows.push({ from: new Date(from), to, readTo: to });
  }
  const turn = Math.floor(now.getTime() / LOOK_BACK_EACH_MS) % (BACK_DAYS - 1);
  const to = now.getTime() - OVERLAP_MS - turn * DAY_MS;
  if (readTo && to > first) windows.push({ from: new Date(to - DAY_MS), to: new Date(to), readTo: null });
  return windows;
}

/**
 * Whether a line says something that our books do not, so that the provider is asked how the payment stands. A line alone
 * proves nothing: what it calls the amount after a part was taken, and whether the rest of a hold counts as given back, is
 * documented nowhere, so each reading that agrees with our books does.
 */
export function saysMore(
  line: Pick<StatementLine, "providerPaymentId" | "money" | "amountMinor" | "backMinor">,
  ours: { providerPaymentId: string | null; facts: MoneyFacts },
): boolean {
  if (line.money === "none") return false;
  if (line.money === "unknown" || line.providerPaymentId !== ours.providerPaymentId) return true;
  const { heldMinor: held, capturedMinor: captured, refundedMinor: refunded, holdReleased } = ours.facts;
  if (line.money === "held" && held === 0n && captured === 0n) return true;
  if (line.money === "taken" && captured === 0n && !holdReleased) return true;
  const rest = captured > 0n && held > captured ? held - captured : 0n;
  const back = captured > 0n ? [refunded, refunded + rest] : holdReleased ? [0n, held] : [0n];
  const amounts = captured > 0n ? [captured, captured - refunded, held] : holdReleased ? [held, 0n] : [held];
  return !back.includes(line.backMinor) || !amounts.includes(line.amountMinor);
}
