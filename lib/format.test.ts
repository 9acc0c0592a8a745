import { describe, expect, test } from "vitest";
import {
  calendarDay,
  endOfDay,
  formatBareMoney,
  formatCount,
  formatCountdown,
  formatDate,
  formatDateTime,
  formatDay,
  formatDuration,
  formatMoment,
  formatMoney,
  formatMoneyView,
  formatPercent,
  formatPercentNumber,
  formatQuantity,
  formatRelative,
  formatTime,
  formatTimeOrMoment,
} from "#lib/format";

/** Tests are easier to read with plain spaces; that all of them are U+00A0 is a test of its own. */
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const KYIV = { zone: "Europe/Kyiv" } as const;
const NOW = "2026-11-20T12:02:11Z"; // 14:02:11 in Kyiv

describe("money", () => {
  test("English puts the sign before, Ukrainian behind, and both group every thousand", () => {
    expect(plain(formatMoney(2_210_000n, "UAH", "en"))).toBe("₴22 100.00");
    expect(plain(formatMoney(2_210_000n, "UAH", "uk"))).toBe("22 100,00 ₴");
    expect(plain(formatMoney(124_900, "UAH", "en"))).toBe("₴1 249.00");
    expect(plain(formatMoneyView({ amount: 5, currency: "UAH" }, "uk"))).toBe("0,05 ₴");
  });
  test("groups and signs are joined by U+00A0, so an amount never breaks across lines", () => {
    expect(formatMoney(12_345_678_900n, "UAH", "uk")).toBe("123\u00a0456\u00a0789,00\u00a0₴");
    expect(formatMoney(100n, "CHF", "en")).toBe("CHF\u00a01.00");
  });
  test("a currency without minor units has none, and one with three has three", () => {
    expect(plain(formatMoney(22_100, "JPY", "en"))).toBe("JPY 22 100");
    expect(plain(formatMoney(22_100, "KWD", "uk"))).toBe("22,100 KWD");
  });
  test("the minus is a minus, and stands before the sign", () => {
    expect(plain(formatMoney(-60_000n, "UAH", "en"))).toBe("\u2212₴600.00");
    expect(plain(formatMoney(-60_000n, "UAH", "uk"))).toBe("\u2212600,00 ₴");
    expect(plain(formatBareMoney(-1n, "UAH", "en"))).toBe("\u22120.01");
  });
  test("amounts beyond 2^53 keep every digit", () => {
    expect(plain(formatBareMoney(900_719_925_474_099_301n, "UAH", "en"))).toBe("9 007 199 254 740 993.01");
  });
});

test("quantities lose their idle zeros", () => {
  expect(formatQuantity(4000n, "en")).toBe("4");
  expect(formatQuantity(500n, "uk")).toBe("0,5");
  expect(plain(formatQuantity(1_200_125, "en"))).toBe("1 200.125");
  expect(formatQuantity(1, "en")).toBe("0.001");
  expect(plain(formatQuantity("1200.500", "uk"))).toBe("1 200,5");
});

test("percentages come from basis points", () => {
  expect(plain(formatPercent(5000, "en"))).toBe("50 %");
  expect(plain(formatPercent(3333, "uk"))).toBe("33,33 %");
  expect(formatPercentNumber(750, "en")).toBe("7.5");
  expect(formatPercentNumber(0, "en")).toBe("0");
  expect(plain(formatPercent("33.30", "en"))).toBe("33.3 %");
  expect(plain(formatCount(1284, "en"))).toBe("1 284");
});

describe("moments", () => {
  test("are told in the company's zone, not the reader's", () => {
    expect(formatTime("2026-11-20T22:30:00Z", KYIV)).toBe("00:30");
    expect(plain(formatDate("2026-11-20T22:30:00Z", { ...KYIV, locale: "en" }))).toBe("21 Nov 2026");
    expect(plain(formatDate(NOW, { ...KYIV, locale: "uk" }))).toBe("20 лист. 2026");
  });
  test("say today, tomorrow and yesterday, then the date, then the year", () => {
    const en = { ...KYIV, locale: "en", now: NOW } as const;
    expect(plain(formatMoment("2026-11-20T16:00:00Z", en))).toBe("today 18:00");
    expect(plain(formatMoment("2026-11-20T22:30:00Z", en))).toBe("tomorrow 00:30");
    expect(plain(formatMoment("2026-11-29T12:02:00Z", en))).toBe("29 Nov 14:02");
    expect(plain(formatMoment("2025-05-03T11:00:00Z", en))).toBe("3 May 2025 14:00");
    expect(plain(formatMoment("2026-11-19T12:02:00Z", { ...en, locale: "uk" }))).toBe("учора 14:02");
    expect(plain(formatTimeOrMoment("2026-11-20T16:00:00Z", en))).toBe("18:00");
    expect(plain(formatTimeOrMoment("2026-11-29T12:02:00Z", en))).toBe("29 Nov 14:02");
  });
  test("head a day of the timeline", () => {
    const en = { ...KYIV, locale: "en", now: NOW } as const;
    expect(plain(formatDay(NOW, en))).toBe("Today, 20 November");
    expect(plain(formatDay("2026-11-18T12:00:00Z", en))).toBe("Wednesday, 18 November");
    expect(plain(formatDay("2025-12-31T12:00:00Z", { ...en, locale: "uk" }))).toBe("Середа, 31 грудня 2025");
  });
  test("are told whole in tooltips, summer and winter", () => {
    expect(plain(formatDateTime(NOW, { ...KYIV, locale: "en" }))).toBe("20 November 2026, 14:02:11 (GMT+2)");
    expect(plain(formatDateTime("2026-07-01T00:00:00Z", { ...KYIV, locale: "uk" }))).toBe(
      "1 липня 2026, 03:00:00 (GMT+3)",
    );
  });
});

describe("lengths of time", () => {
  test("use two units and are rounded down", () => {
    expect(plain(formatDuration(14_279_000, "en"))).toBe("3 h 57 min");
    expect(plain(formatDuration(777_540_000, "en"))).toBe("8 d 23 h");
    expect(plain(formatDuration(3_600_000, "en"))).toBe("1 h");
    expect(plain(formatDuration(59_999, "uk"))).toBe("59 с");
    expect(plain(formatDuration(14_279_000, "uk", 1))).toBe("3 год");
  });
  test("point forwards and backwards", () => {
    expect(plain(formatRelative("2026-11-20T16:00:00Z", NOW, "en"))).toBe("in 3 h 57 min");
    expect(plain(formatRelative("2026-11-20T16:00:00Z", NOW, "uk"))).toBe("через 3 год 57 хв");
    expect(plain(formatCountdown("2026-11-20T16:00:00Z", NOW, "uk"))).toBe("ще 3 год 57 хв");
    expect(plain(formatRelative("2026-11-20T12:01:59Z", NOW, "en"))).toBe("12 s ago");
    expect(plain(formatCountdown("2026-11-20T10:00:00Z", NOW, "uk", 1))).toBe("2 год тому");
  });
});

describe("calendar days of a zone", () => {
  test("begin and end by its clock, whatever the computer's says", () => {
    expect(calendarDay("2026-11-20T22:30:00Z", "Europe/Kyiv")).toBe("2026-11-21");
    expect(calendarDay("2026-11-20T21:30:00Z", "Europe/Kyiv")).toBe("2026-11-20");
    expect(endOfDay("2026-11-20", "Europe/Kyiv")?.toISOString()).toBe("2026-11-20T21:59:00.000Z");
    expect(endOfDay("2026-07-20", "Europe/Kyiv")?.toISOString()).toBe("2026-07-20T20:59:00.000Z");
  });

  test("of 23 and of 25 hours end at 23:59 too", () => {
    expect(endOfDay("2026-03-29", "Europe/Kyiv")?.toISOString()).toBe("2026-03-29T20:59:00.000Z");
    expect(endOfDay("2026-10-25", "Europe/Kyiv")?.toISOString()).toBe("2026-10-25T21:59:00.000Z");
    expect(endOfDay("2026-10-24", "America/New_York")?.toISOString()).toBe("2026-10-25T03:59:00.000Z");
  });

  test("that do not exist are none", () => {
    for (const day of ["", "2026-13-01", "20.11.2026", "2026-11-2"]) expect(endOfDay(day, "Europe/Kyiv")).toBeNull();
  });
});
