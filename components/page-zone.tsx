import { COMPANY_ZONE } from "#lib/i18n/locale";

/** The company's zone as the page carries it, for what comes to the page later and has no provider around it. */
export const pageZone = (): string => document.documentElement.dataset.zone ?? COMPANY_ZONE;
