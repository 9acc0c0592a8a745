import { HOLD_WARNING_HOURS } from "./hold-warning.ts";
import { isLive, type MoneyFacts, type PaymentState } from "./payment.ts";
import type { PaymentSource } from "./provider.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Days after which taken money is looked at again: a refund made at the bank whose webhook got lost is found by them. */
const LOOK_AGAIN_DAYS = [1, 3, 7, 14, 30];

export type SyncSubject = {
  provider: PaymentSource;
  state: PaymentState;
  facts: MoneyFacts;
  createdAt: Date;
  expiresAt: Date | null;
  holdExpiresAt: Date | null;
  /** A report came by webhook only: ask once, so that the bank has confirmed it. */
  unconfirmed: boolean;
  /** The fiscal receipt is on its way. */
  awaitsReceipt?: boolean;
};

/**
 * When the provider is asked next about a payment if no webhook comes first; null when nothing is awaited any more. Young
 * links every few minutes, older ones slowly, always right after a link's end (monobank tells nobody that a link has
 * expired) and around a hold's end. The 20-minute task is the floor under this plan.
 */
export function nextSyncAt(subject: SyncSubject, now: Date): Date | null {
  const after = (ms: number) => new Date(now.getTime() + ms);
  const { state, facts, expiresAt, holdExpiresAt } = subject;
  // Nobody can be asked about what a person has recorded.
  if (state === "creating" || subject.provider === "offline") return null;
  if (state === "processing") {
    // What a bank has been at for longer than a day is not news of the next minute.
    const isLong = expiresAt !== null && now.getTime() > expiresAt.getTime() + DAY_MS;
    return after(isLong ? HOUR_MS : MINUTE_MS);
  }
  if (state === "pending") {
    const age = now.getTime() - subject.createdAt.getTime();
    const pace = age < 15 * MINUTE_MS ? 3 * MINUTE_MS : age < 2 * HOUR_MS ? 15 * MINUTE_MS : HOUR_MS;
    return earliestAhead(now, after(pace), expiresAt && new Date(expiresAt.getTime() + MINUTE_MS));
  }
  if (state === "withholding") {
    const around = holdExpiresAt
      ? [...HOLD_WARNING_HOURS.map((hours) => -hours * HOUR_MS), 5 * MINUTE_MS].map(
          (gap) => new Date(holdExpiresAt.getTime() + gap),
        )
      : [];
    return earliestAhead(now, subject.unconfirmed ? after(MINUTE_MS) : after(6 * HOUR_MS), ...around);
  }
  if (isMoney(state)) {
    if (subject.unconfirmed) return after(MINUTE_MS);
    const isYoung = now.getTime() - subject.createdAt.getTime() < 30 * DAY_MS;
    if (subject.awaitsReceipt && isYoung) return after(HOUR_MS);
    if (state === "refunded") return null;
    return earliestAhead(now, ...LOOK_AGAIN_DAYS.map((days) => new Date(subject.createdAt.getTime() + days * DAY_MS)));
  }
  // Failed, expired, cancelled: over for us, and watched for late money while the provider's page may still be open.
  const watchUntil = expiresAt ? expiresAt.getTime() + (facts.withdrawn ? 2 * HOUR_MS : HOUR_MS) : 0;
  if (facts.heldMinor > 0n || isLive(state) || now.getTime() > watchUntil || watchUntil - now.getTime() > 60 * DAY_MS)
    return null;
  return earliestAhead(
    now,
    after(HOUR_MS),
    expiresAt && new Date(expiresAt.getTime() + 5 * MINUTE_MS),
    new Date(watchUntil),
  );
}

const isMoney = (state: PaymentState) =>
  state === "successful" || state === "partially_refunded" || state === "refunded";

function earliestAhead(now: Date, ...candidates: (Date | null)[]): Date | null {
  const ahead = candidates.filter((date): date is Date => date !== null && date.getTime() > now.getTime());
  return ahead.reduce<Date | null>((first, date) => (first === null || date < first ? date : first), null);
}

/** How long to wait before a provider call without an answer is asked about again: 10 s, 30 s, 2 m, 5 m, 15 m, 1 h, hourly. */
export function askAgainAfterMs(attempts: number): number {
  const waits = [10_000, 30_000, 2 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS];
  return waits[Math.min(Math.max(attempts - 1, 0), waits.length - 1)] ?? HOUR_MS;
}
