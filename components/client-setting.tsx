"use client";
import { I18nProvider } from "@heroui/react";
import type { ReactNode } from "react";
import type { Locale } from "#lib/i18n/locale";
import { Clock } from "./clock";

/** React Aria's own words follow the interface, not the browser; times start from the moment the server wrote. */
export function ClientSetting({ locale, now, children }: { locale: Locale; now: number; children: ReactNode }) {
  return (
    <I18nProvider locale={locale === "uk" ? "uk-UA" : "en-GB"}>
      <Clock now={now}>{children}</Clock>
    </I18nProvider>
  );
}
