import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import { getLocale, getTimeZone } from "next-intl/server";
import type { ReactNode } from "react";
import { THEME_COOKIE } from "#lib/i18n/locale";

export const metadata: Metadata = {
  title: { template: "%s · Holdpoint", default: "Holdpoint" },
  applicationName: "Holdpoint",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  colorScheme: "light dark",
};

/**
 * Language and theme of the page, nothing else. The style sheet belongs to each part of the site: the staff screens take the
 * large one, sign-in and the pay page a small one.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  return (
    <html
      lang={await getLocale()}
      data-zone={await getTimeZone()}
      data-theme={theme === "light" || theme === "dark" ? theme : undefined}
    >
      <body>{children}</body>
    </html>
  );
}
