import { expect, test } from "vitest";
import { holdWarningDue } from "./hold-warning.ts";

const END = new Date("2026-11-29T12:02:00Z");
const before = (hours: number) => new Date(END.getTime() - hours * 3_600_000);
const due = (hours: number, warned: number | null = null) =>
  holdWarningDue({ holdExpiresAt: END, holdWarnedHours: warned }, before(hours));

test("nobody is warned of a hold with more than three days to live, or with an unknown end", () => {
  expect(due(72.01)).toBeNull();
  expect(holdWarningDue({ holdExpiresAt: null, holdWarnedHours: null }, before(1))).toBeNull();
});

test("warnings come at 72, 24 and 4 hours and at the end, each once", () => {
  expect([72, 50, 24, 23, 4, 1, 0, -5].map((hours) => due(hours))).toEqual([72, 72, 24, 24, 4, 4, 0, 0]);
  for (const step of [72, 24, 4, 0]) expect(due(step, step)).toBeNull();
  expect(due(24, 72)).toBe(24);
  expect(due(-5, 4)).toBe(0);
});

test("after a long sleep only the nearest warning is given, and none that is farther", () => {
  expect(due(3)).toBe(4);
  expect(due(30, 4)).toBeNull();
});
