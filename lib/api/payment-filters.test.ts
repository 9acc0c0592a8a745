import { expect, test } from "vitest";
import { asksForHolds, isFiltered, paymentQueryOf, transactionsHref } from "./payment-filters.ts";

test("an address says what is listed, and the list's address says the same", () => {
  const query = paymentQueryOf({ q: " Ромашка ", plain: "paid", sort: "deadline" }, "monobank");
  expect(query).toMatchObject({ q: "Ромашка", plain: "paid", sort: "deadline", provider: "monobank", limit: 40 });
  expect(transactionsHref(query)).toBe(
    "/transactions/monobank?q=%D0%A0%D0%BE%D0%BC%D0%B0%D1%88%D0%BA%D0%B0&plain=paid&sort=deadline",
  );
});

test("an old or mistyped parameter is dropped, the rest of the address still counts", () => {
  const query = paymentQueryOf({
    plain: "paidd",
    sort: "nonsense",
    q: "4 500",
    limit: "100000",
    state: ["withholding", "x"],
  });
  expect(query).toEqual({ q: "4 500", state: "withholding", sort: "-createdAt", limit: 40 });
});

test("what is usual does not stand in the address", () => {
  expect(transactionsHref({ sort: "-createdAt" })).toBe("/transactions");
  expect(transactionsHref({})).toBe("/transactions");
});

test("a provider's own page is not a filter that could be cleared", () => {
  expect(isFiltered(paymentQueryOf({}, "liqpay"))).toBe(false);
  expect(isFiltered(paymentQueryOf({ q: "1" }, "liqpay"))).toBe(true);
});

test("every hold and nothing else is the worklist of holds; a hold among other filters stays in the list", () => {
  expect(asksForHolds(paymentQueryOf({ state: "withholding", sort: "deadline" }))).toBe(true);
  expect(asksForHolds(paymentQueryOf({ state: "withholding", q: "Ромашка" }))).toBe(false);
  expect(asksForHolds(paymentQueryOf({ state: "withholding" }, "monobank"))).toBe(false);
  expect(asksForHolds(paymentQueryOf({ state: "pending" }))).toBe(false);
  expect(asksForHolds(paymentQueryOf({}))).toBe(false);
});
