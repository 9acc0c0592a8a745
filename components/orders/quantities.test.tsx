import { expect, test } from "vitest";
import { everything, type QuantityRow, readQuantities } from "./quantities";

const rows: QuantityRow[] = [
  { lineId: "lin_1", label: "Drill", unit: "pcs", leftMilli: 4000n },
  { lineId: "lin_2", label: "Cable", unit: "m", leftMilli: 1_200_500n },
];

test("everything that is left goes, as the API writes numbers", () => {
  expect(everything(rows, "uk")).toEqual({ lin_1: "4", lin_2: "1\u00a0200,5" });
  expect(readQuantities(rows, everything(rows, "uk"))).toEqual({
    lines: [
      { lineId: "lin_1", quantity: "4" },
      { lineId: "lin_2", quantity: "1200.5" },
    ],
    errors: {},
    all: true,
  });
});

test("an empty cell and a zero mean not now", () => {
  expect(readQuantities(rows, { lin_1: "0", lin_2: " " })).toEqual({ lines: [], errors: {}, all: false });
  expect(readQuantities(rows, { lin_1: "1" })).toMatchObject({
    lines: [{ lineId: "lin_1", quantity: "1" }],
    all: false,
  });
});

test("more than is left and what is no quantity are told per line, before anything is sent", () => {
  expect(readQuantities(rows, { lin_1: "4,001", lin_2: "x" }).errors).toEqual({
    lin_1: "too_much",
    lin_2: "bad_quantity",
  });
});
