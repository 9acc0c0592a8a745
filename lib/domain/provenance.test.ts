import { expect, test } from "vitest";
import { type ProvenEvent, provenanceOf, readFacts } from "./provenance.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 14, 2, second));
const event = (second: number, source: ProvenEvent["source"], facts: ProvenEvent["facts"]): ProvenEvent => ({
  at: at(second),
  source,
  facts,
});
const LINK = event(0, "action", { progress: "pending" });

test("told by webhook, confirmed by the bank: each with its second", () => {
  const paid = event(11, "webhook", { capturedMinor: 100n });
  const asked = event(12, "status", { capturedMinor: 100n });
  expect(provenanceOf([LINK, paid, asked], "successful", at(30))).toEqual({
    source: "webhook",
    at: at(11),
    confirmedAt: at(12),
  });
  // The answer was the same words: no event, only the moment of the question.
  expect(provenanceOf([LINK, paid], "successful", at(30))?.confirmedAt).toEqual(at(30));
  expect(provenanceOf([LINK, paid], "successful", at(5))?.confirmedAt).toBeNull();
  expect(provenanceOf([LINK, paid], "successful", null)?.confirmedAt).toBeNull();
});

test("a state counts from the report since which it has been so without a break", () => {
  const part = event(20, "webhook", { refundedMinor: 40n });
  const rest = event(30, "status", { refundedMinor: 100n });
  const paid = event(11, "webhook", { capturedMinor: 100n });
  expect(provenanceOf([LINK, paid, part, rest], "refunded", null)).toEqual({
    source: "status",
    at: at(30),
    confirmedAt: at(30),
  });
  expect(provenanceOf([LINK, paid], "refunded", at(30)), "nothing told says so").toBeNull();
  expect(provenanceOf([], "creating", null)).toBeNull();
});

test("facts are read as they were kept", () => {
  expect(readFacts({ capturedMinor: "100", holdReleased: false, ended: null, progress: "pending", odd: "1" })).toEqual({
    capturedMinor: 100n,
    progress: "pending",
  });
});
