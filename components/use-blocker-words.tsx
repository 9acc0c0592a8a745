"use client";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import type { Blocker } from "#lib/domain/refusal";
import { type BlockerText, blockerText } from "#lib/i18n/blocker-text";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { useNow } from "./time";

/** Puts blockers into the reader's words. `extra` adds what only a screen knows, such as when a link was copied. */
export function useBlockerWords(): (blocker: Blocker, extra?: Blocker["params"]) => BlockerText {
  const t = useTranslations();
  const locale = useLocale();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const now = useNow(0);
  return (blocker, extra) => blockerText(t, blocker, { locale, zone, now }, extra);
}

/** The reason for a button, or null when it may be pressed. */
export function useReason(): (blocker: Blocker | null | undefined) => string | null {
  const words = useBlockerWords();
  return (blocker) => (blocker ? words(blocker).reason : null);
}
