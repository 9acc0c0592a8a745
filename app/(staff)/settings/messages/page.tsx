import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { MessageSettings } from "#components/settings/message-settings";
import { requireUser } from "#lib/auth/session";
import { readMessageSettings } from "#lib/reads/messages";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("messageSettings");
  return { title: t("title") };
}

/** What customers are sent without anybody asking, and how it reads. */
export default async function MessageSettingsPage() {
  const viewer = await requireUser("message_settings:read");
  const initial = await readMessageSettings(viewer);
  return (
    <MessagesFor
      namespaces={[
        "messageSettings",
        "messages",
        "settings",
        "services",
        "problems",
        "errors",
        "signIn",
        "blockers",
        "states",
      ]}
    >
      <MessageSettings initial={initial} />
    </MessagesFor>
  );
}
