import "../../orders/orders-table.css";
import "../../notices/notices.css";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { NotificationChoices } from "#components/notices/notification-choices";
import { PageHead } from "#components/page-head";
import { requireUser } from "#lib/auth/session";
import type { Namespace } from "#lib/i18n/app-config";
import { pages } from "#lib/paths";
import { readPreferences } from "#lib/reads/notices";

const NAMESPACES: readonly Namespace[] = ["notices", "blockers", "states", "problems", "errors", "trouble", "signIn"];

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("notices.choices");
  return { title: t("title") };
}

/** What the person wants to be told of: their own choice, whatever their role. */
export default async function Notifications() {
  const viewer = await requireUser();
  const [t, settings] = await Promise.all([getTranslations("notices.choices"), getTranslations("settings")]);
  return (
    <MessagesFor namespaces={NAMESPACES}>
      <PageHead title={t("title")} back={{ href: pages.settings(), label: settings("back") }} />
      <NotificationChoices initial={await readPreferences(viewer)} email={viewer.email} />
    </MessagesFor>
  );
}
