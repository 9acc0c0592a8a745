import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { currentUser } from "#lib/auth/session";
import { isLocale, LANGUAGE_COOKIE, type Locale, preferredLocale } from "#lib/i18n/locale";
import { companyZone } from "#lib/reads/company-name";

/** The language of this request: the person's choice on this device, else the signed-in user's, else the browser's. */
async function requestLocale(): Promise<Locale> {
  const chosen = (await cookies()).get(LANGUAGE_COOKIE)?.value;
  if (isLocale(chosen)) return chosen;
  const user = await currentUser();
  if (isLocale(user?.language)) return user.language;
  return preferredLocale((await headers()).get("accept-language"));
}

export default getRequestConfig(async () => {
  const locale = await requestLocale();
  const { default: messages } = await import(`./messages/${locale}.json`);
  return { locale, messages, timeZone: await companyZone() };
});
