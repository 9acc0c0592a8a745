"use client";
import { Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { rememberChoice } from "#lib/i18n/choice";
import { THEME_COOKIE } from "#lib/i18n/locale";
import { api, pages } from "#lib/paths";
import { KeyHint } from "../key-hint";
import { openShortcutSheet } from "./commands";

export type AccountWords = Record<
  "theme" | "themeSystem" | "themeLight" | "themeDark" | "shortcuts" | "signOut" | "signingOut" | "signOutFailed",
  string
>;
type Theme = "light" | "dark" | null;

/** What the person's name opens: theme, shortcuts, sign out. */
export default function AccountMenu({ words, close }: { words: AccountWords; close: () => void }) {
  const [theme, setTheme] = useState<Theme>(() => (document.documentElement.dataset.theme as Theme) ?? null);
  const [leaving, setLeaving] = useState<"no" | "yes" | "failed">("no");

  const chooseTheme = (next: Theme) => {
    rememberChoice(THEME_COOKIE, next);
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    setTheme(next);
  };
  const signOut = async () => {
    setLeaving("yes");
    try {
      const { csrfToken } = (await (await fetch(api.csrf(), { cache: "no-store" })).json()) as { csrfToken: string };
      const answer = await fetch(api.signOut(), {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ csrfToken, json: "true" }),
      });
      if (!answer.ok) throw new Error(`Signing out answered ${answer.status}`);
      // A whole new page: nothing of this person's stays in memory.
      window.location.assign(pages.signIn());
    } catch {
      setLeaving("failed");
    }
  };

  const themes = [
    { value: null, Icon: Monitor, label: words.themeSystem },
    { value: "light", Icon: Sun, label: words.themeLight },
    { value: "dark", Icon: Moon, label: words.themeDark },
  ] as const;
  return (
    <>
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
        aria-keyshortcuts="?"
        onClick={() => {
          close();
          openShortcutSheet();
        }}
      >
        <Keyboard className="icon" aria-hidden="true" />
        {words.shortcuts}
        <KeyHint keys="?" />
      </button>
      <button type="button" aria-disabled={leaving === "yes" || undefined} onClick={() => void signOut()}>
        <LogOut className="icon" aria-hidden="true" />
        {leaving === "yes" ? words.signingOut : words.signOut}
      </button>
      <p role="alert">{leaving === "failed" && words.signOutFailed}</p>
    </>
  );
}
