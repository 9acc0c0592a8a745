import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { may, type Role } from "#lib/domain/roles";
import { formatCount } from "#lib/format";
import { Shell } from "./shell";

/** The frame around every staff screen, in the person's words: what they may start from anywhere depends on their role. */
export function Frame({
  user,
  company,
  openReviews,
  unreadNotices,
  children,
}: {
  user: { name: string; role: Role };
  company: string | null;
  openReviews: number;
  unreadNotices: number;
  children: ReactNode;
}) {
  const t = useTranslations("frame");
  const locale = useLocale();
  const states = useTranslations("states");
  const shortcuts = useTranslations("shortcuts");
  return (
    <Shell
      locale={locale}
      company={company}
      person={t("personAndRole", { name: user.name, role: states(`role.${user.role}`) })}
      mayCreateOrder={may(user.role, "order:write")}
      reviews={{
        count: openReviews,
        forms: Object.fromEntries(
          // One number of each plural form; the browser puts the present one in its place.
          [1, 2, 5].map((count) => [
            new Intl.PluralRules(locale).select(count),
            t("openReviews", { count }).replace(formatCount(count, locale), "#"),
          ]),
        ),
      }}
      unreadNotices={unreadNotices}
      words={{
        skipToContent: t("skipToContent"),
        menu: t("menu"),
        search: t("search"),
        newOrder: t("newOrder"),
        main: t("nav.label"),
        orders: t("nav.orders"),
        transactions: t("nav.transactions"),
        holds: t("nav.holds"),
        review: t("nav.review"),
        approvals: t("nav.approvals"),
        customers: t("nav.customers"),
        items: t("nav.items"),
        settings: t("nav.settings"),
        notices: t("notices"),
        unread: t("unread"),
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
        goOrders: shortcuts("goOrders"),
        goTransactions: shortcuts("goTransactions"),
        goHolds: shortcuts("goHolds"),
        goSettings: shortcuts("goSettings"),
      }}
    >
      {children}
    </Shell>
  );
}
