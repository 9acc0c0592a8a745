import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Role } from "#lib/domain/roles";
import { may } from "#lib/domain/roles";
import { pages } from "#lib/paths";
import { Announcer } from "../announcer";
import { Mark } from "../mark";
import { StatusGlyphs } from "../status-glyphs";
import { Toaster } from "../toaster";
import { Tooltips } from "../tooltips";
import { Account } from "./account";
import { CommandOpener, Commands } from "./commands";
import { NavLinks } from "./nav-links";

/**
 * The frame around every staff screen: sidebar, rail or bar by width, one sheet beside it. The menu of a narrow screen is the
 * sidebar itself as a native popover, so it opens before any script has run.
 */
export function Frame({
  user,
  company,
  children,
}: {
  user: { name: string; role: Role };
  company: string | null;
  children: ReactNode;
}) {
  const t = useTranslations("frame");
  const states = useTranslations("states");
  const shortcuts = useTranslations("shortcuts");
  const locale = useLocale();
  const mayCreate = may(user.role, "order:write");
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {t("skipToContent")}
      </a>
      <StatusGlyphs />
      <div className="bar">
        <button type="button" className="bar-button" popoverTarget="menu" aria-label={t("menu")}>
          <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
            <path d="M4 5h16M4 12h16M4 19h16" />
          </svg>
        </button>
        <CommandOpener className="bar-button bar-search" label={t("search")} />
        {mayCreate && (
          <Link className="bar-button" href={pages.newOrder()} aria-label={t("newOrder")}>
            <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
              <path d="M5 12h14M12 5v14" />
            </svg>
          </Link>
        )}
      </div>
      <aside className="side" id="menu" popover="auto">
        <Link className="side-logo" href={pages.home()}>
          <Mark />
          <span>Holdpoint</span>
        </Link>
        <CommandOpener className="side-search" label={t("search")} showsLabel />
        <NavLinks
          label={t("nav.label")}
          links={[
            { href: pages.orders(), icon: "orders", label: t("nav.orders") },
            { href: pages.transactions(), icon: "transactions", label: t("nav.transactions") },
            { href: pages.settings(), icon: "settings", label: t("nav.settings"), under: "/settings" },
          ]}
        />
        <Account
          company={company}
          person={t("personAndRole", { name: user.name, role: states(`role.${user.role}`) })}
          locale={locale}
          words={{
            account: t("account"),
            switchLanguage: t("switchLanguage"),
            switchLanguageShort: t("switchLanguageShort"),
            theme: t("theme"),
            themeSystem: t("themeSystem"),
            themeLight: t("themeLight"),
            themeDark: t("themeDark"),
            shortcuts: t("shortcuts"),
            signOut: t("signOut"),
            signingOut: t("signingOut"),
            signOutFailed: t("signOutFailed"),
          }}
        />
      </aside>
      <main id="main" className="sheet">
        {children}
      </main>
      <Commands
        locale={locale}
        mayCreateOrder={mayCreate}
        words={{
          palette: shortcuts("palette"),
          sheet: shortcuts("sheet"),
          newOrder: shortcuts("newOrder"),
          goOrders: shortcuts("goOrders"),
          goTransactions: shortcuts("goTransactions"),
          goSettings: shortcuts("goSettings"),
        }}
      />
      <Announcer />
      <Toaster />
      <Tooltips />
    </div>
  );
}
