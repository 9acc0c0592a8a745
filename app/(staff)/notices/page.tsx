import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { MessagesFor } from "#components/messages-for";
import { NoticesPage } from "#components/notices/notices-page";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { noticeListQuery } from "#lib/contracts/notices";
import type { Namespace } from "#lib/i18n/app-config";
import { pages } from "#lib/paths";
import { BadCursor } from "#lib/reads/cursor";
import { readNotices } from "#lib/reads/notices";

const NAMESPACES: readonly Namespace[] = ["notices", "blockers", "states", "problems", "errors", "trouble", "signIn"];

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("notices");
  return { title: t("title") };
}

/** What the person was told. */
export default async function Notices({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser();
  const params = await searchParams;
  const told = Object.fromEntries(Object.entries(params).filter(([, value]) => typeof value === "string"));
  const asked = noticeListQuery.safeParse(told);
  const query = asked.success ? asked.data : noticeListQuery.parse({});
  const page = await readNotices(query, viewer).catch((error: unknown) => {
    if (error instanceof BadCursor) redirect(pages.notices());
    throw error;
  });
  return (
    <MessagesFor namespaces={NAMESPACES}>
      <NoticesPage page={page} query={query} />
    </MessagesFor>
  );
}
