"use client";
import { NextIntlClientProvider } from "next-intl";
import { pageZone } from "#components/page-zone";
import type { Locale } from "#lib/i18n/locale";
import { ClientSetting } from "../client-setting";
import { CommandPalette } from "../command-palette";
import { ShortcutSheet } from "../shortcut-sheet";

export type OverlayName = "palette" | "sheet";

const SENTENCES = {
  en: () => import("../../lib/i18n/messages/en.json"),
  uk: () => import("../../lib/i18n/messages/uk.json"),
};

/**
 * The palette and the list of shortcuts. They bring their own sentences, fetched with their code at the first use: that way the
 * frame puts none into every page.
 */
export async function loadOverlays(locale: Locale) {
  const { default: messages } = await SENTENCES[locale]();
  function Overlays({ open, onOpenChange }: { open: OverlayName | null; onOpenChange: (open: boolean) => void }) {
    return (
      <NextIntlClientProvider locale={locale} timeZone={pageZone()} messages={messages}>
        <ClientSetting locale={locale} now={Date.now()}>
          <CommandPalette isOpen={open === "palette"} onOpenChange={onOpenChange} />
          <ShortcutSheet isOpen={open === "sheet"} onOpenChange={onOpenChange} />
        </ClientSetting>
      </NextIntlClientProvider>
    );
  }
  return { default: Overlays };
}
