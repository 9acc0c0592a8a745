import { expect, test } from "vitest";
import { api, pages, safeNext } from "#lib/paths";

test("after signing in people stay on this site, whatever the address says", () => {
  expect(safeNext("/orders/ord_1?view=todo#lines")).toBe("/orders/ord_1?view=todo#lines");
  for (const away of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "orders",
    "",
    null,
    undefined,
  ])
    expect(safeNext(away), String(away)).toBe(pages.home());
});

test("filters become a query, absent ones do not", () => {
  expect(pages.orders({ view: "todo", q: "Ромашка & Ко", status: undefined })).toBe(
    "/orders?view=todo&q=%D0%A0%D0%BE%D0%BC%D0%B0%D1%88%D0%BA%D0%B0+%26+%D0%9A%D0%BE",
  );
  expect(pages.orders()).toBe("/orders");
  expect(api.order("ord_/../x")).toBe("/api/v1/orders/ord_%2F..%2Fx");
});
