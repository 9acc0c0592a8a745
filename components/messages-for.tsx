import { NextIntlClientProvider } from "next-intl";
import { getMessages } from "next-intl/server";
import type { ReactNode } from "react";
import type { Namespace } from "#lib/i18n/app-config";

/** What parts of the kit say by themselves, wherever they are used. */
const KIT: readonly Namespace[] = ["common", "money", "palette", "shortcuts"];

/**
 * Sends the client components inside it the sentences they need and no others; the kit's own are always among them. An inner one
 * replaces an outer one, so name everything the inner part needs.
 */
export async function MessagesFor({ namespaces, children }: { namespaces: readonly Namespace[]; children: ReactNode }) {
  const all = await getMessages();
  const wanted = new Set([...KIT, ...namespaces]);
  const picked = Object.fromEntries([...wanted].map((namespace) => [namespace, all[namespace]]));
  return <NextIntlClientProvider messages={picked as Partial<typeof all>}>{children}</NextIntlClientProvider>;
}
