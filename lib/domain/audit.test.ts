import { expect, test } from "vitest";
import { auditChanges, isAuditMoney } from "./audit.ts";

test("only what differs is a change, nested fields by the way to them", () => {
  const before = { name: "A", note: null, address: { city: "Kyiv", zip: "01001" }, tags: ["a", "b"] };
  const after = { name: "A", note: "new", address: { city: "Lviv", zip: "01001" }, tags: ["a"] };
  expect(auditChanges(before, after)).toEqual([
    { field: "note", before: null, after: "new" },
    { field: "address.city", before: "Kyiv", after: "Lviv" },
    { field: "tags", before: '["a","b"]', after: '["a"]' },
  ]);
  expect(auditChanges(after, after)).toEqual([]);
});

test("a beginning and an end tell all there is", () => {
  expect(auditChanges(null, { name: "A", amount: "100" })).toEqual([
    { field: "name", before: undefined, after: "A" },
    { field: "amount", before: undefined, after: "100" },
  ]);
  expect(auditChanges({ name: "A" }, null)).toEqual([{ field: "name", before: "A", after: undefined }]);
  expect(auditChanges(null, null)).toEqual([]);
  expect(auditChanges("odd", ["odd"])).toEqual([]);
});

test("money is told apart from other numbers", () => {
  for (const field of ["totalMinor", "captured", "amount"]) expect(isAuditMoney(field)).toBe(true);
  for (const field of ["attempt", "version", "amountText", "requiredBy"]) expect(isAuditMoney(field)).toBe(false);
});
