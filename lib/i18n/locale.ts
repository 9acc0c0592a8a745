/** The languages of the interface. Ukrainian is `uk`; the switch calls it UA, as people do. */
export const LOCALES = ["en", "uk"] as const;
export type Locale = (typeof LOCALES)[number];

export const LANGUAGE_COOKIE = "hp_lang";
export const THEME_COOKIE = "hp_theme";

/** Where the trader works, until the company's settings are read: deadlines and days are told by its clock. */
export const COMPANY_ZONE = "Europe/Kyiv";

export const isLocale = (text: unknown): text is Locale => (LOCALES as readonly unknown[]).includes(text);

/** The first language of an Accept-Language header that we speak, by weight; English when there is none. */
export function preferredLocale(acceptLanguage: string | null): Locale {
  const wanted = (acceptLanguage ?? "").split(",").map((entry) => {
    const [tag = "", ...params] = entry.trim().toLowerCase().split(";");
    const quality = params.find((param) => param.trim().startsWith("q="));
    return { language: tag.split("-")[0], weight: quality ? Number(quality.trim().slice(2)) || 0 : 1 };
  });
  const best = wanted.filter(({ language, weight }) => isLocale(language) && weight > 0);
  best.sort((a, b) => b.weight - a.weight);
  return isLocale(best[0]?.language) ? best[0].language : "en";
}
