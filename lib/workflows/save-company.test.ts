import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nextNumber } from "#db/queries/document-numbers";
import { transact } from "#db/transact";
import { freshWorld, someone, type TestWorld } from "#e2e/rig/world";
import { type CompanyInput, companyInput } from "#lib/contracts/company";
import type { SeriesKind } from "#lib/domain/number-series";
import { ok, refuse } from "#lib/domain/result";
import { saveCompanySettings } from "./save-company.ts";
import { createCustomer, updateCustomer } from "./save-customer.ts";

let world: TestWorld;
let readCompany: typeof import("#lib/reads/company").readCompany;
const viewer = {} as never;

beforeAll(async () => {
  world = await freshWorld();
  ({ readCompany } = await import("#lib/reads/company"));
});
afterAll(async () => {
  await (await import("#db/client")).closeDatabase();
  await world.close();
});
beforeEach(() => world.db.execute(sql`delete from company`));

const save = (input: Record<string, unknown>) =>
  saveCompanySettings(world, someone("admin"), companyInput.parse(input) as CompanyInput);
const errorsOf = async (input: Record<string, unknown>) => {
  const result = await save(input);
  return result.ok || result.error.kind !== "invalid"
    ? result
    : result.error.errors.map(({ field, code }) => [field, code]);
};
const number = async (kind: SeriesKind, keep = true) => {
  let taken = "";
  await transact(world.db, async (tx) => {
    taken = await nextNumber(tx, kind);
    return keep ? ok(null) : refuse("taken back");
  });
  return taken;
};

describe("the company", () => {
  test("is described by the first save, and changed by what is sent and nothing else", async () => {
    expect(await readCompany(viewer)).toMatchObject({ version: 0, name: "", currency: "UAH", zone: "Europe/Kyiv" });
    expect(await errorsOf({ version: 0, phone: "+380567001122" })).toEqual([["name", "required"]]);
    expect((await save({ version: 0, name: "Дніпро", iban: "ua21 3223 1300 0002 6007 2335 66001" })).ok).toBe(true);
    expect(
      (await save({ version: 1, phone: "+38 (056) 700-11-22", offlineLimit: null, zone: "America/New_York" })).ok,
    ).toBe(true);
    expect(await readCompany(viewer)).toMatchObject({
      version: 2,
      name: "Дніпро",
      iban: "UA213223130000026007233566001",
      phone: "+380567001122",
      offlineLimit: null,
      zone: "America/New_York",
    });
  });

  test("saved by two at once keeps the first and tells the second", async () => {
    const saved = await Promise.all(["One", "Two", "Three"].map((name) => save({ version: 0, name })));
    expect(saved.filter((result) => result.ok)).toHaveLength(1);
    const refused = saved.flatMap((result) => (result.ok ? [] : [result.error]));
    expect(refused).toEqual([
      { kind: "version_conflict", currentVersion: 1, yourVersion: 0 },
      { kind: "version_conflict", currentVersion: 1, yourVersion: 0 },
    ]);
  });

  test("is written down before and after, its logo as a fingerprint", async () => {
    await save({ version: 0, name: "Before" });
    await save({ version: 1, name: "After", series: [{ kind: "invoice", prefix: "РФ-", next: 700 }] });
    const [row] = await world.db.execute<{ body: string }>(
      sql`select body from audit_log where action = 'company.changed' order by at desc, seq desc limit 1`,
    );
    const { before, after } = JSON.parse(row?.body ?? "{}");
    expect(before).toMatchObject({ name: "Before" });
    expect(after).toEqual({ name: "After", series: ["invoice: РФ-700"] });
    await save({ version: 2, series: [{ kind: "invoice", prefix: "IN-", next: 700 }] });
  });

  test("refuses a zone that the database does not know, and a limit in another currency", async () => {
    await save({ version: 0, name: "X" });
    expect(await errorsOf({ version: 1, zone: "Etc/Unknown" }).catch(() => "refused at the door")).toBe(
      "refused at the door",
    );
    expect(await errorsOf({ version: 1, offlineLimit: { amount: 1, currency: "EUR" } })).toEqual([
      ["offlineLimit.currency", "other_currency"],
    ]);
  });
});

test("a customer for whom nobody chose a language speaks the company's; a change that names none keeps theirs", async () => {
  await save({ version: 0, name: "X", language: "en" });
  const made = await createCustomer(world, someone("sales"), { name: "Acme" });
  if (!made.ok) throw new Error("refused");
  const language = async () =>
    (await world.db.query.customers.findFirst({ where: (row, { eq }) => eq(row.id, made.value.customerId) }))?.language;
  expect(await language()).toBe("en");
  await save({ version: 1, language: "uk" });
  await updateCustomer(world, someone("sales"), made.value.customerId, { name: "Acme Ltd" });
  expect(await language()).toBe("en");
});

describe("numbers", () => {
  test("of shipments and invoices have no gaps, whatever is rolled back; nobody gets the same twice", async () => {
    for (const kind of ["shipment", "invoice"] as const) {
      const first = await number(kind, false);
      expect(await number(kind)).toBe(first);
      const taken = await Promise.all(Array.from({ length: 12 }, (_, index) => number(kind, index % 3 > 0)));
      const kept = taken.filter((_, index) => index % 3 > 0).map((text) => Number(text.split("-")[1]));
      kept.sort((a, b) => a - b);
      const start = Number(first.split("-")[1]) + 1;
      expect(kept).toEqual(Array.from({ length: 8 }, (_, index) => start + index));
    }
  });

  test("go on where an admin says, never back, and no two series share a prefix", async () => {
    await save({ version: 0, name: "X" });
    await save({
      version: 1,
      series: [
        { kind: "order", prefix: "ЗМ-", next: 5000 },
        { kind: "invoice", prefix: "2026/", next: 9000 },
      ],
    });
    expect([await number("order"), await number("order")]).toEqual(["ЗМ-005000", "ЗМ-005001"]);
    expect([await number("invoice"), await number("invoice")]).toEqual(["2026/009000", "2026/009001"]);
    expect(
      await errorsOf({
        version: 2,
        series: [
          { kind: "order", prefix: "ЗМ-", next: 5001 },
          { kind: "invoice", prefix: "SH-", next: 9002 },
        ],
      }),
    ).toEqual([
      ["series.0.next", "goes_back"],
      ["series.1.prefix", "taken"],
    ]);
  });
});
