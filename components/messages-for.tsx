import { NextIntlClientProvider } from "next-intl";
import { getLocale, getMessages } from "next-intl/server";
import type { ReactNode } from "react";
import type { Namespace } from "#lib/i18n/app-config";
import { ClientSetting } from "./client-setting";

/** What parts of the kit say by themselves, wherever they are used. */
const KIT: readonly Namespace[] = ["common", "money"];

/**
 * Sends the client components inside it the sentences they need and no others, with language and clock. Put it around the part
 * of a page that needs it: a page without one carries no translator at all. An inner one replaces an outer one.
 */
export async function MessagesFor({ namespaces, children }: { namespaces: readonly Namespace[]; children: ReactNode }) {
  const all = await getMessages();
  const picked = Object.fromEntries([...new Set([...KIT, ...namespaces])].map((name) => [name, all[name]]));
  return (
    <NextIntlClientProvider messages={picked as Partial<typeof all>}>
      <ClientSetting locale={await getLocale()} now={Date.now()}>
        {children}
      </ClientSetting>
    </NextIntlClientProvider>
  );
}
