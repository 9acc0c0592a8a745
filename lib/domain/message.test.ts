import { describe, expect, test } from "vitest";
import {
  filled,
  isMailbox,
  type MessageKind,
  messageTurn,
  oneLine,
  tryAgainAfterMs,
  unknownPlaceholders,
} from "./message.ts";
import { PAYMENT_STATES } from "./payment.ts";

describe("a wording", () => {
  const text = "Hello,\n\nplease pay {amount}.\nThe rest, {balance}, is paid later.\n\n{link}\n\n{contact}";

  test("is filled, and a line about nothing is left out with its empty space", () => {
    expect(filled(text, { amount: "₴1", link: "https://x.example" })).toBe(
      "Hello,\n\nplease pay ₴1.\n\nhttps://x.example",
    );
    expect(filled(text, { amount: "₴1", balance: "₴2", link: "l", contact: "c" })).toContain("The rest, ₴2, is paid");
  });

  test("takes a value for what it is: one that looks like a placeholder is not filled again", () => {
    expect(filled("{customer} {amount}", { customer: "{amount}", amount: "₴1" })).toBe("{amount} ₴1");
  });

  test("names what it cannot mean; braces around other things are only braces", () => {
    expect(unknownPlaceholders("{order} {Order} {amuont} {amuont} { order } {} {a b}")).toEqual(["Order", "amuont"]);
  });
});

test("an address is one mailbox and nothing else", () => {
  for (const good of ["a@b.example", "o.hnatiuk+shop@romashka.com.ua", "пошта@приклад.укр", "a_b-c@sub.domain.example"])
    expect(isMailbox(good), good).toBe(true);
  for (const bad of [
    "",
    "a",
    "a@b",
    "@b.example",
    "a@b..example",
    "a@.example",
    "a@-b.example",
    "a b@c.example",
    "a@b.example, c@d.example",
    "a@b.example;c@d.example",
    "Bob <a@b.example>",
    '"a"@b.example',
    "a@b.example\n",
    "a@b.example\r\nBcc: c@d.example",
    "a@[127.0.0.1]",
    "a(comment)@b.example",
    `${"a".repeat(65)}@b.example`,
    `a@${"b".repeat(260)}.example`,
    "a\u200b@b.example",
  ])
    expect(isMailbox(bad), bad).toBe(false);
});

test("one line is one line, and amounts keep their spaces together", () => {
  expect(oneLine(" a\r\nb\u2028c\t\u202ed  e\u00a0f ")).toBe("a b c d e\u00a0f");
});

describe("when its turn comes", () => {
  const turn = (kind: MessageKind, state: (typeof PAYMENT_STATES)[number] | null, more = {}) =>
    messageTurn(kind, { state, orderCancelled: false, settledOtherwise: false, ...more });

  test("only a live link is sent; one that is being made is waited for", () => {
    for (const kind of ["payment_request", "reminder", "expired_new_link"] as const) {
      const said = Object.fromEntries(PAYMENT_STATES.map((state) => [state, turn(kind, state)]));
      expect(said, kind).toEqual({
        creating: "wait",
        pending: "send",
        processing: "paid_meanwhile",
        withholding: "paid_meanwhile",
        successful: "paid_meanwhile",
        partially_refunded: "paid_meanwhile",
        refunded: "paid_meanwhile",
        failed: "link_dead",
        expired: "link_dead",
        cancelled: "link_dead",
      });
      expect(turn(kind, "pending", { orderCancelled: true })).toBe("order_cancelled");
    }
  });

  test("what happened to money is told in any case, a failure only while it is the last word", () => {
    for (const state of PAYMENT_STATES) {
      expect(turn("paid_receipt", state, { orderCancelled: true })).toBe("send");
      expect(turn("refund", state, { orderCancelled: true })).toBe("send");
    }
    expect(turn("failed", "failed")).toBe("send");
    expect(turn("failed", "successful")).toBe("paid_meanwhile");
    expect(turn("failed", "failed", { settledOtherwise: true })).toBe("paid_meanwhile");
    expect(turn("hold_notice", "withholding")).toBe("send");
    expect(turn("hold_notice", "successful")).toBe("overtaken");
  });
});

test("it is tried again slower each time, within the hour, for about a day", () => {
  expect([1, 2, 3, 8, 30].map(tryAgainAfterMs)).toEqual([30_000, 60_000, 120_000, 3_600_000, 3_600_000]);
  const day = Array.from({ length: 30 }, (_, at) => tryAgainAfterMs(at + 1)).reduce((sum, ms) => sum + ms, 0);
  expect(day / 3_600_000).toBeGreaterThan(20);
  expect(day / 3_600_000).toBeLessThan(30);
});
