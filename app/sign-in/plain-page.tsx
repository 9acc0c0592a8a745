import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Mark } from "#components/mark";
import { Languages } from "./languages";

/** What stands around the form of somebody who is not signed in. */
export async function PlainPage({ children, foot }: { children: ReactNode; foot: ReactNode }) {
  const t = await getTranslations("signIn");
  return (
    <div className="plain">
      <header className="plain-head">
        <span className="plain-logo">
          <Mark />
          Holdpoint
        </span>
        <Languages label={t("language")} current={await getLocale()} />
      </header>
      <main className="stopped">{children}</main>
      <footer className="plain-foot">{foot}</footer>
    </div>
  );
}
