import { isLocale, LANGUAGE_COOKIE, type Locale, preferredLocale } from "#lib/i18n/locale";

type Words = "pageTitle" | "pageMore" | "reference" | "reload" | "home" | "partMissing" | "close";

/**
 * The sentences for when a page broke outside the part that has sentences. The same as `errors` in the message files, which a
 * test makes sure of; here because loading those may be what broke.
 */
export const LAST_WORDS: Record<Locale, Record<Words, string>> = {
  en: {
    pageTitle: "This page stopped working.",
    pageMore:
      "Nothing was saved or sent by this. Try again; if it happens once more, tell your administrator this reference.",
    reference: "Ref {id}",
    reload: "Try again",
    home: "Go to sales orders",
    partMissing: "This could not be opened: its part of the program did not arrive. Check the connection.",
    close: "Close",
  },
  uk: {
    pageTitle: "Ця сторінка перестала працювати.",
    pageMore:
      "Через це нічого не збережено й не надіслано. Спробуйте ще раз; якщо повториться, передайте адміністраторові цей код.",
    reference: "Код {id}",
    reload: "Спробувати ще раз",
    home: "До замовлень",
    partMissing: "Не вдалося відкрити: ця частина програми не завантажилася. Перевірте з’єднання.",
    close: "Закрити",
  },
};

/** The language without asking the server: the person's choice on this device, else the page's, else the browser's. */
export function localeOfBrowser(): Locale {
  if (typeof document === "undefined") return "en";
  const chosen = new RegExp(`(?:^|; )${LANGUAGE_COOKIE}=(\\w+)`).exec(document.cookie)?.[1];
  if (isLocale(chosen)) return chosen;
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : preferredLocale(navigator.language);
}

/** Next's name for a fault on the server, the same in the log. */
export function digestOf(error: unknown): string | null {
  return error instanceof Error && "digest" in error && typeof error.digest === "string" ? error.digest : null;
}
