import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { HoldsPage } from "#components/holds/holds-page";
import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import { holdQueryOf } from "#lib/api/holds";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { may } from "#lib/domain/roles";
import type { Namespace } from "#lib/i18n/app-config";
import { pages } from "#lib/paths";
import { BadCursor } from "#lib/reads/cursor";
import { readHolds } from "#lib/reads/holds";

const NAMESPACES: readonly Namespace[] = ["holds", "states", "blockers", "problems", "errors", "trouble", "signIn"];

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("holds");
  return { title: t("title") };
}

/** Money held on customers' cards and not yet taken. */
export default async function Holds({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("payment:read");
  const query = holdQueryOf(await searchParams);
  const page = await readHolds(query, viewer).catch((error: unknown) => {
    if (error instanceof BadCursor) redirect(pages.holds());
    throw error;
  });
  return (
    <MessagesFor namespaces={NAMESPACES}>
      <QueryProvider>
        {/* Another filter is another list: nothing chosen on the one before stays chosen unseen. */}
        <HoldsPage
          key={JSON.stringify(query)}
          initial={page}
          query={query}
          mayFinalize={may(viewer.role, "payment:finalize")}
        />
      </QueryProvider>
    </MessagesFor>
  );
}
