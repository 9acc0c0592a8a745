import { describe, expect, test } from "vitest";
import type { CompanyView } from "#lib/contracts/company";
import { draftErrors, draftOf, named, nextNumberOf, rebase, updateBody } from "./company-draft.ts";

const company: CompanyView = {
  version: 3,
  name: "Дніпро Інструмент",
  legalName: null,
  taxId: "41234567",
  address: null,
  phone: "+380567001122",
  email: null,
  iban: "UA213223130000026007233566001",
  bankName: null,
  logo: null,
  zone: "Europe/Kyiv",
  language: "uk",
  currency: "UAH",
  pricesIncludeVat: true,
  defaultVatPercent: "20",
  offlineLimit: { amount: 5_000_000, currency: "UAH" },
  reminders: { steps: [{ from: "sent", hours: 24 }], quietFrom: "21:00", quietTo: "09:00" },
  series: [
    { kind: "order", prefix: "SO-", next: 49 },
    { kind: "shipment", prefix: "SH-", next: 20 },
    { kind: "invoice", prefix: "IN-", next: 16 },
  ],
};
const draft = (more: Partial<ReturnType<typeof draftOf>> = {}) => ({ ...draftOf(company), ...more });

describe("what is sent", () => {
  test("is nothing while nothing has changed, also after looking at it in groups of four", () => {
    expect(updateBody(draft(), company)).toBeNull();
    expect(updateBody(draft({ iban: "ua21 3223 1300 0002 6007 2335 66001" }), company)).toBeNull();
  });

  test("is what differs; an emptied text is none, an emptied limit wants a second person for every payment", () => {
    expect(updateBody(draft({ phone: " ", offlineLimit: "" }), company)).toEqual({
      version: 3,
      phone: null,
      offlineLimit: null,
    });
    expect(updateBody(draft({ offlineLimit: "1 000,50" }), company)?.offlineLimit).toEqual({
      amount: 100_050,
      currency: "UAH",
    });
  });

  test("of the number series only those that changed", () => {
    const series = { ...draft().series, invoice: { prefix: "РФ-", next: "100" } };
    expect(updateBody(draft({ series }), company)?.series).toEqual([{ kind: "invoice", prefix: "РФ-", next: 100 }]);
  });

  test("another currency takes the limit along", () => {
    expect(updateBody(draft({ currency: "eur" }), company)).toEqual({
      version: 3,
      currency: "EUR",
      offlineLimit: { amount: 5_000_000, currency: "EUR" },
    });
  });

  test("of a company that nobody has described is at least its name", () => {
    expect(updateBody(draft(), { ...company, version: 0 })).toEqual({ version: 0, name: "Дніпро Інструмент" });
  });
});

describe("what is wrong", () => {
  const codes = (more: Parameters<typeof draft>[0]) => draftErrors(draft(more)).map(({ field, code }) => [field, code]);
  test.each([
    [{ name: "" }, ["name", "required"]],
    [{ iban: "UA21 3223 1300 0002 6007 2335 66002" }, ["iban", "bad_iban"]],
    [{ email: "nobody" }, ["email", "bad_email"]],
    [{ zone: "Mars/Olympus" }, ["zone", "unknown_zone"]],
    [{ currency: "XYZ" }, ["currency", "unknown_currency"]],
    [{ defaultVatPercent: "120" }, ["defaultVatPercent", "bad_percent"]],
    [{ offlineLimit: "many" }, ["offlineLimit.amount", "not_whole_minor_units"]],
    [{ steps: [{ from: "sent" as const, hours: "soon" }] }, ["reminders.steps.0.hours", "bad_hours"]],
    [{ quietTo: "25:00" }, ["reminders.quietTo", "bad_time"]],
    [{ series: { ...draft().series, order: { prefix: "SO1", next: "1" } } }, ["series.order.prefix", "bad_prefix"]],
    [{ series: { ...draft().series, invoice: { prefix: "IN-", next: "0" } } }, ["series.invoice.next", "bad_next"]],
  ])("%j", (more, expected) => {
    expect(codes(more)).toEqual([expected]);
  });
  test("nothing, where all is well", () => {
    expect(draftErrors(draft())).toEqual([]);
  });
  test("the server's word about a place in the list is about the kind that was sent there", () => {
    expect(named([{ field: "series.0.next", code: "goes_back" }], ["invoice"])).toEqual([
      { field: "series.invoice.next", code: "goes_back" },
    ]);
  });
});

test("the next number is shown as it will look", () => {
  expect(nextNumberOf({ prefix: "РФ-", next: "100" })).toBe("РФ-000100");
  expect(nextNumberOf({ prefix: "РФ-", next: "x" })).toBeNull();
});

test("after somebody else saved, what was typed stays and the rest is theirs", () => {
  const newer = { ...company, version: 4, phone: "+380440000000", name: "Theirs" };
  expect(rebase(draft({ name: "Mine" }), company, newer)).toEqual({ ...draftOf(newer), name: "Mine" });
});
