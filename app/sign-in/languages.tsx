"use client";
import { useRouter } from "next/navigation";
import { rememberChoice } from "#lib/i18n/choice";
import { LANGUAGE_COOKIE, type Locale } from "#lib/i18n/locale";

/** Each language in its own words. The choice stays on the device; the signed-in person's language gives way to it. */
const NAMES: Record<Locale, string> = { en: "English", uk: "Українська" };

export function Languages({ label, current }: { label: string; current: Locale }) {
  const router = useRouter();
  return (
    <fieldset className="languages" aria-label={label}>
      {(Object.keys(NAMES) as Locale[]).map((locale) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          aria-pressed={locale === current}
          onClick={() => {
            rememberChoice(LANGUAGE_COOKIE, locale);
            router.refresh();
          }}
        >
          {NAMES[locale]}
        </button>
      ))}
    </fieldset>
  );
}
