import { expect, test } from "vitest";
import { answersFor, askUntil, comparedFacts, needsNote, REVIEW_CAUSES, REVIEW_FACTS, setsAside } from "./review.ts";

const PAID = { held: false, taken: true, orderCancelled: false };

const asked = { asked: 100n, reported: 100n, refunded: 0n, refundedByUs: 0n, left: 100n };
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
          // A webhook's news is attached, whatever there is to take.
          if (!taken && cause !== "unmatched_webhook") expect(answers).not.toContain("attach");
        }
});

test("money that is dismissed is set aside; what moves no money is merely noted; asking needs no reason", () => {
  for (const cause of REVIEW_CAUSES)
    expect(setsAside(cause)).toBe(answersFor(cause, PAID).includes("refund") && cause !== "refund_proposed");
  expect(needsNote("dismiss")).toBe(true);
  expect(needsNote("ask")).toBe(false);
});

test("goods that left without their money: a link for what is missing, unless nothing is missing or the order is cancelled", () => {
  expect(answersFor("cover_lost_after_shipping", { ...PAID, missing: true })).toEqual(["new_link", "dismiss"]);
  expect(answersFor("cover_lost_after_shipping", { ...PAID, missing: false })).toEqual(["dismiss"]);
  expect(answersFor("cover_lost_after_shipping", { ...PAID, missing: true, orderCancelled: true })).toEqual([
    "dismiss",
  ]);
});

test("a provider is asked for three days after the link's end, or after the call where that came later", () => {
  const end = new Date("2026-11-01T10:00:00Z");
  expect(askUntil(end).toISOString()).toBe("2026-11-04T10:00:00.000Z");
  expect(askUntil(end, new Date("2026-11-03T10:00:00Z")).toISOString()).toBe("2026-11-06T10:00:00.000Z");
  expect(askUntil(end, new Date("2026-10-03T10:00:00Z")).toISOString()).toBe("2026-11-04T10:00:00.000Z");
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
  expect(nothing.map(({ fact }) => fact)).toEqual(REVIEW_FACTS.filter((fact) => !["refunded", "left"].includes(fact)));
  const refunded = comparedFacts("late_payment", { ...asked, refunded: 40n, refundedByUs: 40n });
  expect(refunded.find(({ fact }) => fact === "refunded")?.match).toBe("same");
  // The same sum in both columns is the same, also where the cause is about refunds.
  const ours = comparedFacts("cover_lost_after_shipping", { ...asked, refunded: 40n, refundedByUs: 40n });
  expect(ours.find(({ fact }) => fact === "refunded")?.match).toBe("same");
  expect(differing("cover_lost_after_shipping", { ...asked, refunded: 100n })).toEqual(["refunded"]);
});

test("cover that is gone shows in what is there now, whichever way it went", () => {
  expect(differing("cover_lost_after_shipping", { ...asked, left: 0n })).toEqual(["left"]);
  expect(differing("cover_lost_after_shipping", { ...asked, refunded: 40n, refundedByUs: 40n, left: 60n })).toEqual([
    "left",
  ]);
  expect(comparedFacts("late_payment", asked).map(({ fact }) => fact)).not.toContain("left");
});

test("late money that the order does not need is proposed to go back; what it needs is proposed to count", () => {
  expect(answersFor("late_payment", { ...PAID, needless: true })).toEqual(["refund", "attach", "accept", "dismiss"]);
  expect(answersFor("late_payment", { ...PAID, needless: false })).toEqual(["accept", "refund", "attach", "dismiss"]);
});
