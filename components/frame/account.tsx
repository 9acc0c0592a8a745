"use client";
import { Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { rememberChoice } from "#lib/i18n/choice";
import { LANGUAGE_COOKIE, type Locale, THEME_COOKIE } from "#lib/i18n/locale";
import { api, pages } from "#lib/paths";
import { KeyHint } from "../key-hint";
import { openShortcutSheet } from "./commands";

type Theme = "light" | "dark" | null;
type Words = Record<
  | "account"
  | "switchLanguage"
  | "switchLanguageShort"
  | "theme"
  | "themeSystem"
  | "themeLight"
  | "themeDark"
  | "shortcuts"
  | "signOut"
  | "signingOut",
  string
>;

/** Company and person at the foot of the sidebar: language, theme, keyboard, sign out. */
export function Account({
  company,
  person,
  locale,
  theme: initialTheme,
  words,
}: {
  company: string;
  person: string;
  locale: Locale;
  theme: Theme;
  words: Words;
}) {
  const router = useRouter();
  const [theme, setTheme] = useState(initialTheme);
  const [leaving, setLeaving] = useState(false);

  const chooseTheme = (next: Theme) => {
    rememberChoice(THEME_COOKIE, next);
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    setTheme(next);
  };
  const switchLanguage = () => {
    rememberChoice(LANGUAGE_COOKIE, locale === "en" ? "uk" : "en");
    router.refresh();
  };
  const signOut = async () => {
    setLeaving(true);
    try {
      const { csrfToken } = (await (await fetch(api.csrf())).json()) as { csrfToken: string };
      await fetch(api.signOut(), {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ csrfToken, json: "true" }),
      });
      // A whole new page: nothing of this person's stays in memory.
      window.location.assign(pages.signIn());
    } catch {
      setLeaving(false);
    }
  };

  const themes = [
    { value: null, Icon: Monitor, label: words.themeSystem },
    { value: "light", Icon: Sun, label: words.themeLight },
    { value: "dark", Icon: Moon, label: words.themeDark },
  ] as const;
  return (
    <div className="side-foot">
      <p className="side-company">{company}</p>
      <div className="side-person">
        <button type="button" className="side-account" popoverTarget="account">
          {person}
        </button>
        <button
          type="button"
          className="side-language"
          lang={locale === "en" ? "uk" : "en"}
          aria-label={words.switchLanguage}
          onClick={switchLanguage}
        >
          {words.switchLanguageShort}
        </button>
      </div>
      <section className="account" id="account" popover="auto" aria-label={words.account}>
        <fieldset className="themes">
          <legend>{words.theme}</legend>
          {themes.map(({ value, Icon, label }) => (
            <label key={label}>
              <input type="radio" name="theme" checked={theme === value} onChange={() => chooseTheme(value)} />
              <Icon className="icon" aria-hidden="true" />
              {label}
            </label>
          ))}
        </fieldset>
        <button
          type="button"
          popoverTarget="account"
          popoverTargetAction="hide"
          onClick={openShortcutSheet}
          aria-keyshortcuts="?"
        >
          <Keyboard className="icon" aria-hidden="true" />
          {words.shortcuts}
          <KeyHint keys="?" />
        </button>
        <button type="button" disabled={leaving} onClick={() => void signOut()}>
          <LogOut className="icon" aria-hidden="true" />
          {leaving ? words.signingOut : words.signOut}
        </button>
      </section>
    </div>
  );
}
