import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import { JobPage } from "#components/settings/job-page";
import { requireUser } from "#lib/auth/session";
import { readJobPage } from "#lib/reads/jobs";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs");
  return { title: t("title") };
}

/** The task that follows payments every 20 minutes. */
export default async function ManagePaymentLinksPage() {
  const viewer = await requireUser("job:read");
  const initial = await readJobPage(viewer);
  return (
    <MessagesFor namespaces={["jobs", "settings", "problems", "errors", "signIn", "blockers", "states"]}>
      <QueryProvider>
        <JobPage initial={initial} />
      </QueryProvider>
    </MessagesFor>
  );
}
