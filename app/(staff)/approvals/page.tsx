import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import { Approvals } from "#components/waivers/approvals";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { approvalsQuery } from "#lib/contracts/approvals";
import type { Namespace } from "#lib/i18n/app-config";
import { pages } from "#lib/paths";
import { readApprovals } from "#lib/reads/approvals";
import { BadCursor } from "#lib/reads/cursor";

const NAMESPACES: readonly Namespace[] = [
  "approvals",
  "waivers",
  "offline",
  "states",
  "blockers",
  "problems",
  "errors",
  "trouble",
  "signIn",
];

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("approvals");
  return { title: t("title") };
}

/** What takes two people: waivers and money recorded by hand, what waits on top. */
export default async function ApprovalsPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("order:read");
  const { view, cursor } = await searchParams;
  // What an old or mangled address says wrongly is left out.
  const asked = approvalsQuery.safeParse({ ...(view ? { view } : {}), ...(cursor ? { cursor } : {}) });
  const query = asked.success ? asked.data : approvalsQuery.parse({});
  const page = await readApprovals(query, viewer).catch((error: unknown) => {
    if (error instanceof BadCursor) redirect(pages.approvals({ view: query.view }));
    throw error;
  });
  return (
    <MessagesFor namespaces={NAMESPACES}>
      <QueryProvider>
        <Approvals page={page} query={query} />
      </QueryProvider>
    </MessagesFor>
  );
}
