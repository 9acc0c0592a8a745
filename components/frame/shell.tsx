"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { formatCount } from "#lib/format";
import type { Locale } from "#lib/i18n/locale";
import { pages } from "#lib/paths";
import { Announcer } from "../announcer";
import { FocusKeeper } from "../focus-keeper";
import { Mark } from "../mark";
import { StatusGlyphs } from "../status-glyphs";
import { Toaster } from "../toaster";
import { Tooltips } from "../tooltips";
import { Account } from "./account";
import { Bell, BellPanel } from "./bell";
import { CommandOpener, Commands } from "./commands";
import { FrameIcon } from "./frame-icon";
import { NavLinks } from "./nav-links";
import { useUnread } from "./unread";
import { useOpenReviews } from "./use-open-reviews";

/** Every word of the frame. Its parts run in the browser, so that the page carries their markup once and not a second time as data. */
export type FrameWords = Record<
  | "skipToContent"
  | "menu"
  | "search"
  | "newOrder"
  | "main"
  | "orders"
  | "transactions"
  | "holds"
  | "review"
  | "approvals"
  | "customers"
  | "items"
  | "settings"
  | "notices"
  | "unread"
  | "account"
  | "switchLanguage"
  | "switchLanguageShort"
  | "theme"
  | "themeSystem"
  | "themeLight"
  | "themeDark"
  | "shortcuts"
  | "signOut"
  | "signingOut"
  | "signOutFailed"
  | "goOrders"
  | "goTransactions"
  | "goHolds"
  | "goSettings",
  string
>;

/**
 * Sidebar, rail or bar by width, one sheet beside it. The menu of a narrow screen is the sidebar itself as a native popover, so
 * it opens before any script has run.
 */
export function Shell({
  locale,
  company,
  person,
  mayCreateOrder,
  reviews,
  unreadNotices,
  words,
  children,
}: {
  locale: Locale;
  company: string | null;
  person: string;
  mayCreateOrder: boolean;
  /** Open tasks of the review desk, and how they are said: each plural form with a `#` in place of the number. */
  reviews: { count: number; forms: Readonly<Record<string, string>> };
  /** Notices the person has not read, when the page was made. */
  unreadNotices: number;
  words: FrameWords;
  children: ReactNode;
}) {
  const unread = useUnread(unreadNotices, words.unread);
  const open = useOpenReviews(reviews.count);
  const shownOpen = formatCount(open, locale);
  const form = reviews.forms[new Intl.PluralRules(locale).select(open)] ?? "#";
  const waiting = open > 0 ? { count: shownOpen, label: form.replace("#", shownOpen) } : null;
  return (
    <div className="frame">
      <a className="skip" href="#main">
        {words.skipToContent}
      </a>
      <StatusGlyphs />
      <header className="bar">
        <button type="button" className="bar-button" popoverTarget="menu" aria-label={words.menu}>
          <FrameIcon name="menu" />
        </button>
        <CommandOpener className="bar-button bar-search" label={words.search} />
        <Bell unread={unread} words={words} place="bar" />
        {mayCreateOrder && (
          <Link className="bar-button" href={pages.newOrder()} aria-label={words.newOrder}>
            <FrameIcon name="plus" />
          </Link>
        )}
      </header>
      <aside className="side" id="menu" popover="auto">
        <Link className="side-logo" href={pages.home()} aria-label="Holdpoint">
          <Mark />
          <span>Holdpoint</span>
        </Link>
        <CommandOpener className="side-search" label={words.search} showsLabel />
        <NavLinks
          label={words.main}
          links={[
            { href: pages.orders(), icon: "orders", label: words.orders },
            { href: pages.transactions(), icon: "transactions", label: words.transactions },
            { href: pages.holds(), icon: "holds", label: words.holds },
            { href: pages.reviews(), icon: "review", label: words.review, waiting },
            { href: pages.approvals(), icon: "approvals", label: words.approvals },
            { href: pages.customers(), icon: "customers", label: words.customers },
            { href: pages.items(), icon: "items", label: words.items },
            { href: pages.settings(), icon: "settings", label: words.settings, under: "/settings" },
          ]}
        />
        <Bell unread={unread} words={words} place="side" />
        <Account company={company} person={person} locale={locale} words={words} />
      </aside>
      <main id="main" className="sheet">
        {children}
      </main>
      <BellPanel locale={locale} words={words} />
      <Commands locale={locale} mayCreateOrder={mayCreateOrder} words={words} />
      <Announcer />
      <FocusKeeper />
      <Toaster />
      <Tooltips />
    </div>
  );
}
