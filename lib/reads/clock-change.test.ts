import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase } from "#e2e/rig/database";
import { DEFAULT_REMINDERS, reminderDueAt } from "#lib/domain/reminder";
import { calendarDay, endOfDay, formatDateTime, formatTime } from "#lib/format";

/**
 * The nights on which clocks are set, where something is odd about them: in Kyiv 03:30 comes twice and never, at Lord Howe by
 * half an hour, in Santiago and Beirut midnight itself is missing or 23:30 comes twice, in Kathmandu nothing happens.
 */
const NIGHTS: [zone: string, around: string][] = [
  ["Europe/Kyiv", "2026-10-25"],
  ["Europe/Kyiv", "2027-03-28"],
  ["America/New_York", "2026-11-01"],
  ["America/New_York", "2027-03-14"],
  ["Australia/Lord_Howe", "2027-04-04"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["America/Santiago", "2027-04-03"],
  ["America/Santiago", "2026-09-06"],
  ["Asia/Beirut", "2026-03-29"],
  ["Asia/Kathmandu", "2026-10-25"],
];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Every ten minutes from the day before to the day after. */
const instants = (around: string) =>
  Array.from(
    { length: 4 * 24 * 6 },
    (_, n) => new Date(Date.parse(`${around}T00:00:00Z`) - 36 * HOUR + n * 10 * MINUTE),
  );

describe.each(NIGHTS)("in %s around %s", (zone, around) => {
  const all = instants(around);

  test("no two moments read alike", () => {
    for (const locale of ["en", "uk"] as const)
      expect(new Set(all.map((at) => formatDateTime(at, { locale, zone }))).size).toBe(all.length);
  });

  test("every day ends after each of its moments, and the next minute is another day", () => {
    for (const at of all) {
      const day = calendarDay(at, zone);
      const end = endOfDay(day, zone) as Date;
      expect([at.toISOString(), calendarDay(end, zone), formatTime(end, { zone })]).toEqual([
        at.toISOString(),
        day,
        "23:59",
      ]);
      expect(end.getTime() + MINUTE, at.toISOString()).toBeGreaterThan(at.getTime());
      expect(calendarDay(end.getTime() + MINUTE, zone) > day).toBe(true);
    }
  });

  test("a reminder comes outside the quiet hours, between sending and the link's end", () => {
    let told = 0;
    for (const sentAt of all) {
      const link = { sentAt, expiresAt: new Date(sentAt.getTime() + 30 * HOUR), zone };
      for (const step of DEFAULT_REMINDERS.steps) {
        const due = reminderDueAt(step, link, DEFAULT_REMINDERS);
        if (!due) continue;
        told += 1;
        const hour = Number(formatTime(due, { zone }).slice(0, 2));
        expect([sentAt.toISOString(), due.toISOString(), hour >= 9 && hour < 21]).toEqual([
          sentAt.toISOString(),
          due.toISOString(),
          true,
        ]);
        expect(due > sentAt && due < link.expiresAt).toBe(true);
      }
    }
    expect(told).toBeGreaterThan(all.length / 2);
  });
});

describe("the database", () => {
  let sql: postgres.Sql;
  beforeAll(async () => {
    sql = postgres((await freshDatabase()).ownerUrl, { max: 1, onnotice: () => {} });
  });
  afterAll(() => sql?.end({ timeout: 1 }));

  test.each(NIGHTS)("puts each moment in %s around %s on the day that people read", async (zone, around) => {
    const all = instants(around);
    // As holds are summed by day, and as orders and the audit log are looked for by day.
    const rows = await sql`
      select at, (at at time zone ${zone})::date::text as day,
        (select count(*)::int from generate_series(${around}::date - 3, ${around}::date + 4, interval '1 day') d
          where at >= d::date::timestamp at time zone ${zone} and at < (d::date + 1)::timestamp at time zone ${zone}) as days,
        at >= (at at time zone ${zone})::date::timestamp at time zone ${zone} as within
      from unnest(${all.map((at) => at.toISOString())}::timestamptz[]) at`;
    for (const { at, day, days, within } of rows)
      expect([at.toISOString(), day, days, within]).toEqual([at.toISOString(), calendarDay(at, zone), 1, true]);
  });
});
