import { expect, test } from "vitest";
import { answersFor, comparedFacts, REVIEW_CAUSES, REVIEW_FACTS } from "./review.ts";

const asked = { asked: 100n, reported: 100n, refunded: 0n, refundedByUs: 0n };
const differing = (...[cause, money]: Parameters<typeof comparedFacts>) =>
  comparedFacts(cause, money)
    .filter(({ match }) => match === "differs")
    .map(({ fact }) => fact);

test("every cause has an answer, and money that is there can go back", () => {
  for (const cause of REVIEW_CAUSES)
    for (const held of [true, false])
      for (const taken of [true, false])
        for (const orderCancelled of [true, false]) {
          const answers = answersFor(cause, { held, taken, orderCancelled });
          expect(answers).toContain("dismiss");
          expect(new Set(answers).size).toBe(answers.length);
          if (!held && !taken) expect(answers).not.toContain("refund");
          if (!taken) expect(answers).not.toContain("attach");
        }
});

test("only what a cause is about differs, and whatever else really does", () => {
  expect(differing("late_payment", asked)).toEqual(["link"]);
  expect(differing("overpaid", { ...asked, reported: 120n })).toEqual(["amount"]);
  expect(differing("late_payment", { ...asked, reported: 60n })).toEqual(["amount", "link"]);
  expect(differing("external_refund", { ...asked, refunded: 40n })).toEqual(["refunded"]);
  expect(differing("unmatched_webhook", asked)).toEqual([]);
});

test("what cannot be compared is not called the same; refunds are shown where there are any", () => {
  const nothing = comparedFacts("unknown_status", { ...asked, reported: 0n });
  expect(nothing.find(({ fact }) => fact === "amount")?.match).toBe("none");
  expect(nothing.find(({ fact }) => fact === "link")?.match).toBe("none");
  expect(nothing.map(({ fact }) => fact)).toEqual(REVIEW_FACTS.filter((fact) => fact !== "refunded"));
  const refunded = comparedFacts("late_payment", { ...asked, refunded: 40n, refundedByUs: 40n });
  expect(refunded.find(({ fact }) => fact === "refunded")?.match).toBe("same");
});
