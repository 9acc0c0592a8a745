import { createTranslator } from "use-intl/core";
import type { PayFacts, PayService } from "#db/queries/pay-page";
import { everHadMoney } from "#lib/domain/payment";
import type { Provider } from "#lib/domain/provider";
import { formatDuration, formatMoment, formatMoney, formatOffset } from "#lib/format";
import { COMPANY_ZONE, type Locale } from "#lib/i18n/locale";
import en from "../i18n/messages/en.json" with { type: "json" };
import uk from "../i18n/messages/uk.json" with { type: "json" };
import { failureKind } from "./failure-words.ts";
import type { PayPage } from "./page-model.ts";

const translators = {
  en: createTranslator({ locale: "en", messages: { pay: en.pay }, namespace: "pay", timeZone: COMPANY_ZONE }),
  uk: createTranslator({ locale: "uk", messages: { pay: uk.pay }, namespace: "pay", timeZone: COMPANY_ZONE }),
};
export type Say = (key: string, values?: Record<string, string | number>) => string;

/** Keys are put together from states and codes; page.test.ts holds every one to its sentence. */
export const sayIn = (locale: Locale): Say => translators[locale] as unknown as Say;

/** As the bank calls itself: a service's own name is the seller's note to themselves. */
export const providerName = (provider: Provider, locale: Locale): string =>
  (locale === "uk" ? uk : en).states.provider[provider];

/** What a customer chooses by. Of two services at one bank the seller's own names are all that tells them apart. */
export const choiceName = (
  { name, provider }: PayService,
  among: readonly Pick<PayService, "provider">[],
  locale: Locale,
): string => (among.filter((other) => other.provider === provider).length > 1 ? name : providerName(provider, locale));

export type Teller = {
  say: Say;
  locale: Locale;
  money: (amountMinor: bigint) => string;
  moment: (at: Date) => string;
  zone: (at: Date) => string;
  left: (until: Date) => string;
};

/** Everything that turns the facts of one order into text for one reader. */
export function tellerOf({ order, company }: PayFacts, locale: Locale, now: Date): Teller {
  const zone = company?.zone ?? COMPANY_ZONE;
  const say = sayIn(locale);
  return {
    say,
    locale,
    money: (amountMinor) => formatMoney(amountMinor, order.currency, locale),
    moment: (at) => formatMoment(at, { locale, zone, now }),
    zone: (at) => (zone === "Europe/Kyiv" ? say("kyivTime") : formatOffset(at, { zone })),
    left: (until) => formatDuration(until.getTime() - now.getTime(), locale),
  };
}

/** The state in words: pill, headline, and what it means for the customer. */
export function wordsOf(facts: PayFacts, page: PayPage, teller: Teller) {
  const { say, money, moment, locale } = teller;
  const { attempt, state } = page;
  const { order } = facts;
  const received = order.securedMinor > 0n ? order.securedMinor : seenIn(page);
  const values: Record<string, string> = {
    amount: money(amountOf(facts, page)),
    received: received > 0n ? money(received) : "none",
    moment: momentOf(page) ? capitalised(moment(momentOf(page) as Date), state !== "expired", locale) : "none",
    card: cardOf(attempt?.maskedCard ?? null),
    way: attempt?.way ?? "none",
    until: attempt?.holdExpiresAt ? moment(attempt.holdExpiresAt) : "none",
    kind: attempt && attempt.facts.capturedMinor === 0n && attempt.facts.heldMinor > 0n ? "hold" : "taken",
    held: state === "cancelling" && facts.order.heldMinor > 0n ? money(facts.order.heldMinor) : "none",
    reason: state === "failed" ? reasonOf(page, say) : "none",
  };
  return {
    pill: say(`state.${state}.pill`, values),
    title: say(`state.${state}.title`, values),
    text: say(`state.${state}.text`, values),
  };
}

function amountOf({ order }: PayFacts, page: PayPage): bigint {
  switch (page.state) {
    case "paid":
      return order.securedMinor;
    case "held":
      return order.heldMinor;
    case "refunded":
      return page.returnedMinor;
    default:
      return page.askedMinor;
  }
}

const seenIn = ({ attempt }: PayPage): bigint =>
  attempt && everHadMoney(attempt.facts)
    ? attempt.facts.capturedMinor > attempt.facts.heldMinor
      ? attempt.facts.capturedMinor
      : attempt.facts.heldMinor
    : 0n;

/** When it was paid, or when the request ended. */
function momentOf({ state, attempt }: PayPage): Date | null {
  if (state === "paid") return attempt?.moneyAt ?? null;
  return state === "expired" ? (attempt?.expiresAt ?? null) : null;
}

const capitalised = (text: string, wanted: boolean, locale: Locale) =>
  wanted ? text.charAt(0).toLocaleUpperCase(locale) + text.slice(1) : text;

function cardOf(masked: string | null): string {
  const last = (masked ?? "").replace(/\D/g, "").slice(-4);
  return last.length === 4 ? `•••• ${last}` : "none";
}

function reasonOf({ attempt }: PayPage, say: Say): string {
  if (!attempt) return say("failure.untold");
  const kind = failureKind(attempt.provider, attempt.failureCode);
  if (kind) return say(`failure.${kind}`);
  if (attempt.state === "cancelled") return say("failure.payer");
  const words = attempt.failureReason?.trim().replace(/\.$/, "");
  return words ? say("failure.told", { words: words.slice(0, 200) }) : say("failure.untold");
}

/** `o...k@romashka.example`: enough for its owner to know it by. Three dots, because a line may break behind an ellipsis. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const name = email.slice(0, at);
  return `${name.length > 2 ? `${name[0]}...${name.at(-1)}` : "..."}${email.slice(at)}`;
}
