/**
 * When a customer is reminded of a link that is not paid. A step counts from the moment the link was sent to them, or back
 * from its end.
 */
export type ReminderStep = { from: "sent" | "expiry"; hours: number };

/** `quietFrom` and `quietTo` are wall-clock times in the customer's zone (`"21:00"`, `"09:00"`); both null: no quiet hours. */
export type ReminderSettings = { steps: ReminderStep[]; quietFrom: string | null; quietTo: string | null };

export const MAX_REMINDER_STEPS = 5;
export const MAX_REMINDER_HOURS = 24 * 30;

/** Until the company says otherwise. */
export const DEFAULT_REMINDERS: ReminderSettings = {
  steps: [
    { from: "sent", hours: 24 },
    { from: "expiry", hours: 3 },
  ],
  quietFrom: "21:00",
  quietTo: "09:00",
};

export const isWallTime = (text: unknown): text is string =>
  typeof text === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** What is stored (`company.reminders`) over the defaults; anything unusable counts as not said. */
export function reminderSettings(stored: unknown): ReminderSettings {
  const given = (stored ?? {}) as Partial<Record<keyof ReminderSettings, unknown>>;
  const quiet = isWallTime(given.quietFrom) && isWallTime(given.quietTo);
  const none = given.quietFrom === null && given.quietTo === null;
  return {
    steps: Array.isArray(given.steps)
      ? given.steps.filter(isStep).slice(0, MAX_REMINDER_STEPS)
      : DEFAULT_REMINDERS.steps,
    quietFrom: quiet ? (given.quietFrom as string) : none ? null : DEFAULT_REMINDERS.quietFrom,
    quietTo: quiet ? (given.quietTo as string) : none ? null : DEFAULT_REMINDERS.quietTo,
  };
}

function isStep(value: unknown): value is ReminderStep {
  const step = value as Partial<ReminderStep> | null;
  return (
    (step?.from === "sent" || step?.from === "expiry") &&
    Number.isInteger(step.hours) &&
    (step.hours as number) >= 1 &&
    (step.hours as number) <= MAX_REMINDER_HOURS
  );
}

/** Names a step for good: each is sent at most once for a link. */
export const stepKey = ({ from, hours }: ReminderStep): string => `${from}:${hours}`;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** A reminder that comes closer to the end than this is of no use to anybody. */
const LAST_CALL_MS = 30 * MINUTE_MS;
/** One that was due longer ago (the system stood still) is left out: the next step follows. */
const TOO_LATE_MS = 6 * HOUR_MS;

/** A link that somebody may be reminded of. */
export type Remindable = { sentAt: Date; expiresAt: Date; zone: string };

/**
 * When a step is due, out of the quiet hours: after them, or before them where the link would not live so long. Null when
 * there is no such moment (it would fall before the link was sent, or after its end).
 */
export function reminderDueAt(step: ReminderStep, link: Remindable, settings: ReminderSettings): Date | null {
  const wanted =
    step.from === "sent"
      ? link.sentAt.getTime() + step.hours * HOUR_MS
      : link.expiresAt.getTime() - step.hours * HOUR_MS;
  const fits = (at: number) => at > link.sentAt.getTime() && at <= link.expiresAt.getTime() - LAST_CALL_MS;
  if (!fits(wanted)) return null;
  const quiet = quietAround(new Date(wanted), settings, link.zone);
  if (!quiet) return new Date(wanted);
  const moved = [quiet.end.getTime(), quiet.start.getTime() - MINUTE_MS].find(fits);
  return moved === undefined ? null : new Date(moved);
}

/** The steps that are due now, in the order of their moments. Of several that have come due together only the last counts. */
export function dueReminder(link: Remindable, settings: ReminderSettings, now: Date): ReminderStep | null {
  const due = settings.steps
    .map((step) => ({ step, at: reminderDueAt(step, link, settings)?.getTime() ?? null }))
    .filter(({ at }) => at !== null && at <= now.getTime() && at > now.getTime() - TOO_LATE_MS)
    .sort((a, b) => (a.at as number) - (b.at as number));
  return due.at(-1)?.step ?? null;
}

/** The quiet hours that a moment falls into, as instants; null when it falls into none. */
export function quietAround(
  at: Date,
  { quietFrom, quietTo }: Pick<ReminderSettings, "quietFrom" | "quietTo">,
  zone: string,
): { start: Date; end: Date } | null {
  if (quietFrom === null || quietTo === null || quietFrom === quietTo) return null;
  const now = minuteOfDay(at, zone);
  const from = minutesOf(quietFrom);
  const to = minutesOf(quietTo);
  const since = (now - from + DAY_MINUTES) % DAY_MINUTES;
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES;
  if (since >= length) return null;
  const minute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  return {
    start: atWallTime(minute - since * MINUTE_MS, from, zone),
    end: atWallTime(minute + (length - since) * MINUTE_MS, to, zone),
  };
}

/** A moment near `guess` at which the zone's clock shows that minute: the night in which the clocks change is longer or shorter. */
function atWallTime(guess: number, minutes: number, zone: string): Date {
  const shown = minuteOfDay(new Date(guess), zone);
  const off = ((minutes - shown + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2;
  return new Date(guess + off * MINUTE_MS);
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

const clocks = new Map<string, Intl.DateTimeFormat>();
function minuteOfDay(at: Date, zone: string): number {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
    clocks.set(zone, clock);
  }
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return Number(parts.hour) * 60 + Number(parts.minute);
}
