import { expect, test } from "vitest";
import {
  DEFAULT_REMINDERS,
  dueReminder,
  quietAround,
  type ReminderSettings,
  reminderDueAt,
  reminderSettings,
} from "./reminder.ts";

const KYIV = "Europe/Kyiv";
const at = (text: string) => new Date(text);
const link = (sentAt: string, expiresAt: string, zone = KYIV) => ({
  sentAt: at(sentAt),
  expiresAt: at(expiresAt),
  zone,
});
const settings = (changes: Partial<ReminderSettings> = {}): ReminderSettings => ({ ...DEFAULT_REMINDERS, ...changes });

test("a reminder comes so many hours after sending, and so many before the end", () => {
  const noon = link("2026-11-20T10:00:00Z", "2026-11-23T12:00:00Z");
  expect(reminderDueAt({ from: "sent", hours: 24 }, noon, settings())).toEqual(at("2026-11-21T10:00:00Z"));
  expect(reminderDueAt({ from: "expiry", hours: 3 }, noon, settings())).toEqual(at("2026-11-23T09:00:00Z"));
});

test("none after the link's end, none before it was sent, none in its last half hour", () => {
  const hour = link("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z");
  expect(reminderDueAt({ from: "sent", hours: 24 }, hour, settings())).toBeNull();
  expect(reminderDueAt({ from: "expiry", hours: 3 }, hour, settings())).toBeNull();
  expect(reminderDueAt({ from: "sent", hours: 1 }, hour, settings())).toBeNull();
});

test("one that falls into the night waits for the morning in the customer's zone", () => {
  // 23:30 in Kyiv.
  const late = link("2026-11-19T21:30:00Z", "2026-11-23T12:00:00Z");
  expect(reminderDueAt({ from: "sent", hours: 24 }, late, settings())).toEqual(at("2026-11-21T07:00:00Z"));
  // The same moment is an afternoon in New York.
  const american = { ...late, zone: "America/New_York" };
  expect(reminderDueAt({ from: "sent", hours: 24 }, american, settings())).toEqual(at("2026-11-20T21:30:00Z"));
});

test("where the link does not live until the morning, the reminder comes before the night", () => {
  // Ends at 06:00 in Kyiv; three hours before is 03:00.
  const dying = link("2026-11-20T08:00:00Z", "2026-11-21T04:00:00Z");
  expect(reminderDueAt({ from: "expiry", hours: 3 }, dying, settings())).toEqual(at("2026-11-20T18:59:00Z"));
  // Sent in that very night: nobody is woken.
  const nightly = link("2026-11-20T20:00:00Z", "2026-11-21T04:00:00Z");
  expect(reminderDueAt({ from: "expiry", hours: 3 }, nightly, settings())).toBeNull();
});

test("the night in which the clocks change ends at nine all the same", () => {
  // Ukraine sets its clocks back on 25 October 2026 at 04:00 and on on 28 March 2027 at 03:00.
  expect(quietAround(at("2026-10-24T20:00:00Z"), settings(), KYIV)?.end).toEqual(at("2026-10-25T07:00:00Z"));
  expect(quietAround(at("2027-03-27T20:00:00Z"), settings(), KYIV)?.end).toEqual(at("2027-03-28T06:00:00Z"));
  expect(quietAround(at("2027-03-28T05:59:00Z"), settings(), KYIV)?.start).toEqual(at("2027-03-27T19:00:00Z"));
  expect(quietAround(at("2027-03-28T06:00:00Z"), settings(), KYIV)).toBeNull();
});

test("quiet hours within one day, and none at all", () => {
  const siesta = settings({ quietFrom: "12:00", quietTo: "14:00" });
  expect(quietAround(at("2026-11-20T11:00:00Z"), siesta, KYIV)?.end).toEqual(at("2026-11-20T12:00:00Z"));
  expect(quietAround(at("2026-11-20T12:00:00Z"), siesta, KYIV)).toBeNull();
  expect(quietAround(at("2026-11-20T23:00:00Z"), settings({ quietFrom: null, quietTo: null }), KYIV)).toBeNull();
});

test("of steps that come due together the last is sent, and one that was missed long ago is left out", () => {
  const three = link("2026-11-20T08:00:00Z", "2026-11-21T13:00:00Z");
  // 24 h after sending is 10:00 in Kyiv, 3 h before the end is 12:00.
  expect(dueReminder(three, settings(), at("2026-11-21T07:59:00Z"))).toBeNull();
  expect(dueReminder(three, settings(), at("2026-11-21T08:00:00Z"))).toEqual({ from: "sent", hours: 24 });
  expect(dueReminder(three, settings(), at("2026-11-21T10:00:00Z"))).toEqual({ from: "expiry", hours: 3 });
  const long = link("2026-11-20T08:00:00Z", "2026-11-30T13:00:00Z");
  expect(dueReminder(long, settings(), at("2026-11-22T08:00:00Z"))).toBeNull();
});

test("what is stored is read over the defaults; nonsense counts as not said", () => {
  expect(reminderSettings({})).toEqual(DEFAULT_REMINDERS);
  expect(reminderSettings(null)).toEqual(DEFAULT_REMINDERS);
  expect(reminderSettings({ steps: [], quietFrom: null, quietTo: null })).toEqual({
    steps: [],
    quietFrom: null,
    quietTo: null,
  });
  expect(
    reminderSettings({
      steps: [
        { from: "sent", hours: 2 },
        { from: "never", hours: 1 },
        { from: "sent", hours: 0.5 },
      ],
    }),
  ).toMatchObject({ steps: [{ from: "sent", hours: 2 }] });
  expect(reminderSettings({ quietFrom: "25:00", quietTo: "09:00" })).toMatchObject({ quietFrom: "21:00" });
});
