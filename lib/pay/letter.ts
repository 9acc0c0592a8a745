import type { PayFacts } from "#db/queries/pay-page";
import { formatLongDate, formatTime } from "#lib/format";
import { COMPANY_ZONE, type Locale } from "#lib/i18n/locale";
import { payPage } from "./page-model.ts";
import { sayIn, tellerOf } from "./words.ts";

/** Line breaks and invisible marks in a name could make a ready text say something else. */
const TRICKS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** What a person may say to a customer when they hand over the link: short enough for a messenger, and theirs to change. */
export function letterOf(facts: PayFacts, link: string, locale: Locale, now: Date): { subject: string; text: string } {
  const page = payPage(facts, { returned: false }, now);
  const { money, zone: nameOf } = tellerOf(facts, locale, now);
  const say = sayIn(locale);
  const place = { locale, zone: facts.company?.zone ?? COMPANY_ZONE };
  const until = page.pay?.live ? (page.attempt?.expiresAt ?? null) : null;
  const values = {
    kind: facts.order.securedMinor > 0n ? "rest" : page.laterMinor > 0n ? "prepayment" : "full",
    number: facts.order.number,
    company: (facts.company?.name ?? "").replace(TRICKS, " ").trim(),
    amount: money(page.askedMinor),
    // In full: who reads "tomorrow" may read it tomorrow.
    until: until ? `${formatLongDate(until, place)}, ${formatTime(until, place)} (${nameOf(until)})` : "none",
  };
  return { subject: say("letter.subject", values), text: `${say("letter.text", values)}\n${link}` };
}
