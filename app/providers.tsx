"use client";
import { I18nProvider } from "@heroui/react";
import { useLocale } from "next-intl";
import type { ReactNode } from "react";

/** React Aria speaks the interface's language, not the browser's. */
export function Providers({ children }: { children: ReactNode }) {
  const locale = useLocale();
  return <I18nProvider locale={locale === "uk" ? "uk-UA" : "en-GB"}>{children}</I18nProvider>;
}
