import { expect, test } from "vitest";
import { customerDraftOf, customerErrors } from "./customers.ts";
import { itemDraftOf, itemErrors } from "./items.ts";

test("a customer needs a name; an e-mail and a phone only have to be right when they are there", () => {
  const empty = customerDraftOf(null);
  expect(customerErrors(empty)).toEqual([{ field: "name", code: "required" }]);
  expect(customerErrors({ ...empty, name: "ТОВ «Ромашка»" })).toEqual([]);
  expect(customerErrors({ ...empty, name: "Х", email: "olha@", phone: "12" })).toEqual([
    { field: "email", code: "bad_email" },
    { field: "phone", code: "bad_phone" },
  ]);
  expect(customerErrors({ ...empty, name: "Х", zone: "Asia/Tokyo" })).toEqual([]);
  expect(customerErrors({ ...empty, name: "Х", zone: "Asia/Atlantis" })).toEqual([
    { field: "zone", code: "unknown_zone" },
  ]);
});

test("an item needs a code, a name and a price; a decimal comma is as good as a point", () => {
  const empty = itemDraftOf(null, "UAH", "20");
  expect(itemErrors(empty).map(({ field, code }) => `${field} ${code}`)).toEqual([
    "sku required",
    "name required",
    "unitPrice required",
  ]);
  const filled = { ...empty, sku: "PR-26", name: "Перфоратор", priceMinor: "489000" };
  expect(itemErrors({ ...filled, vatPercent: "7,5" })).toEqual([]);
  expect(itemErrors({ ...filled, vatPercent: "120" })).toEqual([{ field: "vatPercent", code: "bad_percent" }]);
});
