import { type Currency, exponentOf, type MoneyView } from "#lib/domain/money";
import type { Locale } from "#lib/i18n/locale";

/**
 * Every number, amount and moment a person reads passes through here. Pure: language, zone and now are arguments. Words for
 * months and days are tables of our own, because ICU data differs between the server and the browser ("Sep", "Sept") and the
 * two have to print the same text.
 */

const NBSP = "\u00a0";
const MINUS = "\u2212";
const SYMBOLS: Partial<Record<Currency, string>> = { UAH: "₴", USD: "$", EUR: "€", GBP: "£", PLN: "zł" };

/** Groups joined by U+00A0 (U+202F is too thin in Plex), decimal point or comma by language. */
function decimal(sign: boolean, whole: string, fraction: string, locale: Locale): string {
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NBSP);
  const point = locale === "uk" ? "," : ".";
  return `${sign ? MINUS : ""}${grouped}${fraction ? point + fraction : ""}`;
}

function minorText(amountMinor: bigint | number, currency: Currency, locale: Locale): string {
  const minor = BigInt(amountMinor);
  const digits = exponentOf(currency);
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
  return digits === 0
    ? decimal(minor < 0n, text, "", locale)
    : decimal(minor < 0n, text.slice(0, -digits), text.slice(-digits), locale);
}

/** The currency's sign where it has one that everybody knows, else its code: the head of a column of bare numbers. */
export const currencySign = (currency: Currency): string => SYMBOLS[currency] ?? currency;

/** An amount that stands alone: `₴22 100.00` in English, `22 100,00 ₴` in Ukrainian. */
export function formatMoney(amountMinor: bigint | number, currency: Currency, locale: Locale): string {
  const number = minorText(amountMinor, currency, locale);
  const sign = currencySign(currency);
  if (locale === "uk") return `${number}${NBSP}${sign}`;
  const minus = number.startsWith(MINUS) ? MINUS : "";
  return `${minus}${sign}${sign === currency ? NBSP : ""}${number.slice(minus.length)}`;
}

/** The same for an amount as it travels over HTTP. */
export const formatMoneyView = (view: MoneyView, locale: Locale): string =>
  formatMoney(view.amount, view.currency, locale);

/** A number in a column that says its currency once, in the head: `22 100.00`. */
export const formatBareMoney = (amountMinor: bigint | number, currency: Currency, locale: Locale): string =>
  minorText(amountMinor, currency, locale);

/** `4`, `0.5`, `1 200.125`, from thousandths of a piece or from the decimal text that travels over HTTP. */
export function formatQuantity(quantity: bigint | number | string, locale: Locale): string {
  if (typeof quantity === "string") return decimalText(quantity, locale);
  const milli = BigInt(quantity);
  const text = (milli < 0n ? -milli : milli).toString().padStart(4, "0");
  return decimal(milli < 0n, text.slice(0, -3), text.slice(-3).replace(/0+$/, ""), locale);
}

/** `50 %`, `33.33 %`, from basis points (`5000`) or from the decimal text that travels over HTTP (`"50"`). */
export const formatPercent = (percent: number | string, locale: Locale): string =>
  `${formatPercentNumber(percent, locale)}${NBSP}%`;

/** The same without the sign, for a field or a column headed by it. */
export function formatPercentNumber(percent: number | string, locale: Locale): string {
  if (typeof percent === "string") return decimalText(percent, locale);
  const text = Math.abs(percent).toString().padStart(3, "0");
  return decimal(percent < 0, text.slice(0, -2), text.slice(-2).replace(/0+$/, ""), locale);
}

function decimalText(text: string, locale: Locale): string {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  return decimal(text.startsWith("-"), whole, fraction.replace(/0+$/, ""), locale);
}

/** A count: `1 284`. */
export const formatCount = (count: number, locale: Locale): string =>
  decimal(count < 0, Math.abs(Math.trunc(count)).toString(), "", locale);

/** An instant as it travels (ISO 8601 UTC), as a Date, or in milliseconds. */
export type Instant = string | Date | number;
type Place = { locale: Locale; zone: string };
type PlaceNow = Place & { now: Instant };

const MONTHS_SHORT: Record<Locale, readonly string[]> = {
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  uk: ["січ.", "лют.", "бер.", "квіт.", "трав.", "черв.", "лип.", "серп.", "вер.", "жовт.", "лист.", "груд."],
};
const MONTHS_LONG: Record<Locale, readonly string[]> = {
  en: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
  uk: [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
  ],
};
const WEEKDAYS: Record<Locale, readonly string[]> = {
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  uk: ["неділя", "понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота"],
};
const NEAR_DAYS: Record<Locale, Record<-1 | 0 | 1, string>> = {
  en: { [-1]: "yesterday", 0: "today", 1: "tomorrow" },
  uk: { [-1]: "учора", 0: "сьогодні", 1: "завтра" },
};
const UNITS: Record<Locale, { day: string; hour: string; minute: string; second: string }> = {
  en: { day: "d", hour: "h", minute: "min", second: "s" },
  uk: { day: "дн", hour: "год", minute: "хв", second: "с" },
};

const ms = (instant: Instant): number => (typeof instant === "number" ? instant : new Date(instant).getTime());

/** Building an Intl formatter costs far more than using one. */
const readers = new Map<string, Intl.DateTimeFormat>();
function wallClock(instant: Instant, zone: string) {
  let reader = readers.get(zone);
  if (!reader) {
    reader = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    readers.set(zone, reader);
  }
  const parts = Object.fromEntries(reader.formatToParts(ms(instant)).map((part) => [part.type, part.value]));
  const [year, month, day] = [Number(parts.year), Number(parts.month), Number(parts.day)];
  const dayNumber = Math.round(Date.UTC(year, month - 1, day) / 86_400_000);
  const minutes = `${parts.hour}:${parts.minute}`;
  return { year, month, day, dayNumber, minutes, seconds: `${minutes}:${parts.second}` };
}

/** `20 Nov 2026`, `20 лист. 2026`. */
export function formatDate(instant: Instant, { locale, zone }: Place): string {
  const at = wallClock(instant, zone);
  return `${at.day}${NBSP}${MONTHS_SHORT[locale][at.month - 1]}${NBSP}${at.year}`;
}

/** `20 November 2026`, `20 листопада 2026`. */
export function formatLongDate(instant: Instant, { locale, zone }: Place): string {
  const at = wallClock(instant, zone);
  return `${at.day}${NBSP}${MONTHS_LONG[locale][at.month - 1]}${NBSP}${at.year}`;
}

/** `14:02`. */
export const formatTime = (instant: Instant, { zone }: Pick<Place, "zone">): string => wallClock(instant, zone).minutes;

/** The shortest text that is not ambiguous: `today 18:00`, `29 Nov 14:02`, `3 May 2025 14:02`. */
export function formatMoment(instant: Instant, { locale, zone, now }: PlaceNow): string {
  const at = wallClock(instant, zone);
  const today = wallClock(now, zone);
  const near = NEAR_DAYS[locale][(at.dayNumber - today.dayNumber) as -1 | 0 | 1];
  if (near) return `${near}${NBSP}${at.minutes}`;
  const year = at.year === today.year ? "" : `${NBSP}${at.year}`;
  return `${at.day}${NBSP}${MONTHS_SHORT[locale][at.month - 1]}${year}${NBSP}${at.minutes}`;
}

/** A moment in a sentence about today: `14:02`; with its day when that is another one: `29 Nov 14:02`. */
export function formatTimeOrMoment(instant: Instant, place: PlaceNow): string {
  return wallClock(instant, place.zone).dayNumber === wallClock(place.now, place.zone).dayNumber
    ? formatTime(instant, place)
    : formatMoment(instant, place);
}

/** The heading of a day in a timeline: `Today, 20 November`, `Wednesday, 18 November`. */
export function formatDay(instant: Instant, { locale, zone, now }: PlaceNow): string {
  const at = wallClock(instant, zone);
  const today = wallClock(now, zone);
  const near = NEAR_DAYS[locale][(at.dayNumber - today.dayNumber) as -1 | 0 | 1];
  const name = near ?? WEEKDAYS[locale][(at.dayNumber + 4) % 7] ?? "";
  const year = at.year === today.year ? "" : `${NBSP}${at.year}`;
  const head = name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
  return `${head}, ${at.day}${NBSP}${MONTHS_LONG[locale][at.month - 1]}${year}`;
}

/** To the second, where it matters who was first: `14:02:11` today, else `20 Nov, 14:02:11`. */
export function formatSecond(instant: Instant, place: PlaceNow): string {
  const { seconds } = wallClock(instant, place.zone);
  const today = calendarDay(instant, place.zone) === calendarDay(place.now, place.zone);
  return today ? seconds : `${formatDate(instant, place)}, ${seconds}`;
}

/** The whole truth, for a tooltip: `20 November 2026, 14:02:11 (GMT+2)`. */
export function formatDateTime(instant: Instant, { locale, zone }: Place): string {
  const at = wallClock(instant, zone);
  return `${formatLongDate(instant, { locale, zone })}, ${at.seconds} (${formatOffset(instant, { zone })})`;
}

/** `GMT+2`: which clock a moment is told by. */
export function formatOffset(instant: Instant, { zone }: Pick<Place, "zone">): string {
  const offset = Math.round((zoneOffsetMs(instant, zone) / 3_600_000) * 100) / 100;
  return `GMT${offset < 0 ? MINUS : "+"}${Math.abs(offset)}`;
}

function zoneOffsetMs(instant: Instant, zone: string): number {
  const at = wallClock(instant, zone);
  const [hour = 0, minute = 0, second = 0] = at.seconds.split(":").map(Number);
  const asUtc = Date.UTC(at.year, at.month - 1, at.day, hour, minute, second);
  return asUtc - Math.floor(ms(instant) / 1000) * 1000;
}

/** How many units a length of time is told in: `3 h` or `3 h 57 min`. */
export type Precision = 1 | 2;

/** A length of time, rounded down, so that a deadline never promises more than there is: `3 h 57 min`, `8 d 23 h`, `12 s`. */
export function formatDuration(milliseconds: number, locale: Locale, precision: Precision = 2): string {
  const total = Math.max(0, Math.floor(Math.abs(milliseconds) / 1000));
  const unit = UNITS[locale];
  const told = (value: number, name: string) => `${value}${NBSP}${name}`;
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (total < 60) return told(total, unit.second);
  const [first, second] =
    days > 0
      ? [told(days, unit.day), hours > 0 && told(hours, unit.hour)]
      : hours > 0
        ? [told(hours, unit.hour), minutes > 0 && told(minutes, unit.minute)]
        : [told(minutes, unit.minute), false];
  return second && precision === 2 ? `${first}${NBSP}${second}` : first;
}

/** `in 3 h 57 min`, `2 h ago`; Ukrainian `через 3 год 57 хв`, `2 год тому`. */
export function formatRelative(instant: Instant, now: Instant, locale: Locale, precision: Precision = 2): string {
  const away = ms(instant) - ms(now);
  const length = formatDuration(away, locale, precision);
  if (away > 0) return locale === "uk" ? `через${NBSP}${length}` : `in${NBSP}${length}`;
  return locale === "uk" ? `${length}${NBSP}тому` : `${length}${NBSP}ago`;
}

/** A deadline beside its label: `in 3 h 57 min`, Ukrainian `ще 3 год 57 хв`; past ones as {@link formatRelative}. */
export function formatCountdown(instant: Instant, now: Instant, locale: Locale, precision: Precision = 2): string {
  const away = ms(instant) - ms(now);
  return away > 0 && locale === "uk"
    ? `ще${NBSP}${formatDuration(away, locale, precision)}`
    : formatRelative(instant, now, locale, precision);
}

/** The calendar day of a moment in a zone, as fields and contracts carry it: `2026-11-20`. */
export function calendarDay(instant: Instant, zone: string): string {
  const { year, month, day } = wallClock(instant, zone);
  return [year, String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
}

/** The last minute of a calendar day in a zone; null for what is no day. */
export function endOfDay(day: string, zone: string): Date | null {
  const wall = Date.parse(`${day}T23:59:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(wall)) return null;
  // The clock may be set that day, in some zones at midnight itself: of what either offset makes, the last that is this day.
  const ends = [-86_400_000, 86_400_000].map((away) => wall - zoneOffsetMs(wall + away, zone));
  const last = ends.sort((a, b) => b - a).find((end) => calendarDay(end, zone) === day);
  return last === undefined ? null : new Date(last);
}
