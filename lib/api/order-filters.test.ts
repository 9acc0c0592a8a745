import { expect, test } from "vitest";
import {
  activeFilters,
  newerHref,
  olderHref,
  orderQueryOf,
  ordersHref,
  refined,
  trailOf,
  viewUnderKey,
} from "./order-filters.ts";

test("an address says what is listed, and the list's address says the same", () => {
  const query = orderQueryOf({ view: "holds", q: " Ромашка ", payment: "paid", from: "2026-11-01" });
  expect(query).toMatchObject({ view: "holds", q: "Ромашка", payment: "paid", from: "2026-11-01" });
  expect(orderQueryOf(Object.fromEntries(new URL(ordersHref(query), "http://x").searchParams))).toEqual(query);
});

test("an old or mistyped parameter is dropped, the rest of the address still counts", () => {
  const query = orderQueryOf({ view: "nonsense", status: "shipped", from: "yesterday", q: "4 500", limit: "9999" });
  expect(activeFilters(query)).toEqual(["q"]);
  expect(query).toMatchObject({ view: "all", q: "4 500", sort: "-createdAt" });
});

test("what is usual does not stand in the address", () => {
  expect(ordersHref(orderQueryOf({ view: "all", sort: "-createdAt" }))).toBe("/orders");
});

test("Older and Newer keep the filters and find the way back to the first page", () => {
  const top = orderQueryOf({ view: "todo", q: "x" });
  expect(newerHref(top, [])).toBeNull();
  const walk = (href: string) => Object.fromEntries(new URL(href, "http://x").searchParams);
  const second = walk(olderHref(top, [], "c2"));
  const third = walk(olderHref(orderQueryOf(second), trailOf(second), "c3"));
  expect(third).toEqual({ view: "todo", q: "x", cursor: "c3", trail: "c2" });
  expect(walk(newerHref(orderQueryOf(third), trailOf(third)) ?? "")).toEqual(second);
  expect(newerHref(orderQueryOf(second), trailOf(second))).toBe("/orders?view=todo&q=x");
});

test("changing a filter starts at the top; an empty one is removed", () => {
  const query = orderQueryOf({ view: "todo", q: "x", payment: "paid", cursor: "c9" });
  expect(refined(query, { payment: "" })).toBe("/orders?view=todo&q=x");
  expect(refined(query, { view: "all" })).toBe("/orders?q=x&payment=paid");
});

test("figure keys are the views in their order on the screen", () => {
  expect(viewUnderKey("1")).toBe("all");
  expect(viewUnderKey("9")).toBeUndefined();
});
