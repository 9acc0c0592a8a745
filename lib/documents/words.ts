import { createTranslator } from "use-intl/core";
import { COMPANY_ZONE, type Locale } from "#lib/i18n/locale";
import en from "../i18n/messages/en.json" with { type: "json" };
import uk from "../i18n/messages/uk.json" with { type: "json" };

const translators = {
  en: createTranslator({
    locale: "en",
    messages: { documents: en.documents },
    namespace: "documents",
    timeZone: COMPANY_ZONE,
  }),
  uk: createTranslator({
    locale: "uk",
    messages: { documents: uk.documents },
    namespace: "documents",
    timeZone: COMPANY_ZONE,
  }),
};
export type Words = (typeof translators)["en"];

export const wordsIn = (locale: Locale): Words => translators[locale];

/** As the bank calls itself. A provider of tomorrow, or none, has no word here yet. */
export const providerName = (provider: string, locale: Locale): string => {
  const names: Record<string, string> = (locale === "uk" ? uk : en).states.provider;
  return names[provider] ?? provider;
};

/** Bank transfer or cash. */
export const offlineKindName = (kind: keyof typeof en.states.offlineKind, locale: Locale): string =>
  (locale === "uk" ? uk : en).states.offlineKind[kind];
