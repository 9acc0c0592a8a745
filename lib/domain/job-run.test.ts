import { expect, test } from "vitest";
import { readRunDid } from "./job-run.ts";

test("what a run did is read in the order of its work; what it kept otherwise did nothing known", () => {
  const counts = { looked: 3, moved: 1, failed: 0 };
  expect(readRunDid(JSON.stringify({ payments: counts, webhooks: counts }))).toEqual([
    { work: "webhooks", ...counts },
    { work: "payments", ...counts },
  ]);
  for (const kept of [null, "", "stopped at its deadline", "{broken", "{}"]) expect(readRunDid(kept)).toEqual([]);
});
