import { createTranslator } from "next-intl";
import { describe, expect, test } from "vitest";
import { BLOCKED_ACTIONS, BLOCKER_CODES, type Blocker, blocker } from "#lib/domain/refusal";
import { blockerText } from "./blocker-text.ts";
import type { Locale } from "./locale.ts";
import en from "./messages/en.json" with { type: "json" };
import uk from "./messages/uk.json" with { type: "json" };

const NOW = "2026-11-20T12:02:11Z"; // 14:02 in Kyiv
const translators = {
  en: createTranslator({ locale: "en", messages: en, onError: () => {} }),
  uk: createTranslator({ locale: "uk", messages: uk as typeof en, onError: () => {} }),
};
const plain = (text: string) => text.replaceAll("\u00a0", " ");
const words = (locale: Locale, refused: Blocker, extra = {}) => {
  const text = blockerText(translators[locale], refused, { locale, zone: "Europe/Kyiv", now: NOW }, extra);
  return { reason: plain(text.reason), explanation: plain(text.explanation), fixes: text.fixes };
};

const uah = (amount: number) => ({ amount, currency: "UAH" as const });
const FULL: Blocker["params"] = {
  required: uah(600_000),
  covered: uah(400_000),
  missing: uah(200_000),
  total: uah(1_200_000),
  amount: uah(600_000),
  held: uah(600_000),
  asked: uah(600_000),
  reported: uah(60_000),
  left: uah(150_000),
  provider: "monobank",
  reason: "late_payment",
  operation: "finalize",
  marginHours: 24,
  expiresAt: "2026-11-20T16:00:00Z",
  holdExpiresAt: "2026-11-29T12:02:00Z",
};

describe("a blocker in words", () => {
  test("says the amount, when the link was sent and opened, and until when it is valid", () => {
    const refused = blocker("AWAITING_PAYMENT", "ship", "sales", ["resend_link", "copy_link"], FULL);
    const sent = { sentAt: "2026-11-20T11:31:00Z", openedAt: "2026-11-20T11:40:00Z" };
    expect(words("en", refused, sent)).toEqual({
      reason: "Can’t ship yet: the ₴2 000.00 prepayment is not paid.",
      explanation:
        "The ₴2 000.00 prepayment is not paid. Link sent 13:31. Opened 13:40. The link is valid until 18:00.",
      fixes: [
        { fix: "resend_link", label: "Resend link" },
        { fix: "copy_link", label: "Copy" },
      ],
    });
    expect(words("uk", refused).reason).toBe("Відвантаження заблоковано: передоплату 2 000,00 ₴ не сплачено.");
    expect(words("uk", { ...refused, action: "invoice" }).reason).toMatch(/^Виставлення рахунка заблоковано: /);
  });

  test("names who may where the role may not, without a second “can’t”", () => {
    const refused = blocker("NOT_PERMITTED", "finalize", "finance", ["ask_role"]);
    expect(words("en", { ...refused, owner: { role: "finance", name: "Olena Koval" } }).explanation).toBe(
      "Finalizing is done by Finance. Ask Olena Koval.",
    );
    expect(words("uk", refused).reason).toBe("Списання підтверджує фінансовий відділ.");
  });

  test("puts a review reason into words and leaves the provider’s own sentence as it is", () => {
    expect(words("en", blocker("IN_REVIEW", "ship", "finance", [], FULL)).reason).toBe(
      "Can’t ship yet: a payment of this order is in review (late payment).",
    );
    const refused = blocker("PROVIDER_REFUSED", "sync", "admin", [], {
      provider: "monobank",
      reason: "Unknown 'X-Token' {403}.",
    });
    expect(words("en", refused).reason).toBe("Can’t update: monobank refused: Unknown 'X-Token' {403}.");
  });

  test("tells another day’s deadline with its date", () => {
    expect(words("uk", blocker("HOLD_EXPIRING", "ship", "finance", ["finalize"], FULL))).toEqual({
      reason: "Відвантаження заблоковано: блокування закінчується 29 лист. 14:02.",
      explanation:
        "Блокування закінчується 29 лист. 14:02. Підтвердіть списання до відвантаження, інакше гроші повернуться клієнту.",
      fixes: [{ fix: "finalize", label: "Підтвердити списання 6\u00a0000,00\u00a0₴" }],
    });
  });
});

test("every blocker reads as a whole sentence for every action, with all its numbers and with none", () => {
  const broken = new Map<string, string>();
  for (const locale of ["en", "uk"] as const)
    for (const code of BLOCKER_CODES)
      for (const action of BLOCKED_ACTIONS)
        for (const params of [{}, FULL]) {
          const { reason, explanation } = words(locale, blocker(code, action, "sales", [], params));
          for (const text of [reason, explanation])
            if (
              !/^[\p{Lu}₴\d].*\.$/u.test(text) ||
              /none|undefined|blockers\.|[{}]|\.\.| {2}|: \p{Lu}\p{Ll}+ing/u.test(text)
            )
              broken.set(`${locale} ${code}`, `${action}: ${text}`);
        }
  expect([...broken]).toEqual([]);
});
