import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import type { ReviewTaskId } from "#lib/domain/ids";
import { pages } from "#lib/paths";
import { readReview } from "#lib/reads/reviews";
import { deskList, deskPage } from "./desk-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("review");
  return { title: t("title") };
}

/** The review desk. A wide screen shows the first task beside the list; an order's own address leads to its open task. */
export default async function ReviewsPage({ searchParams }: { searchParams: Promise<UrlParams> }) {
  const viewer = await requireUser("review:read");
  const { query, page } = await deskList(await searchParams, viewer);
  const first = page.rows[0];
  // The order's task may have been closed since somebody saw the link: then the whole desk is more use than an empty list.
  if (query.orderId) redirect(first ? pages.review(first.id) : pages.reviews());
  const review = first ? await readReview(first.id as ReviewTaskId, viewer) : null;
  return deskPage({ query, page, review, isChosen: false });
}
