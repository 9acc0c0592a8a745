import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import type { UrlParams } from "#lib/api/payment-filters";
import { requireUser } from "#lib/auth/session";
import { isId } from "#lib/domain/ids";
import { readReview } from "#lib/reads/reviews";
import { deskList, deskPage } from "../desk-page";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("review");
  return { title: t("title") };
}

/** One task of the review desk, beside the list it was chosen from. */
export default async function ReviewPage({
  params,
  searchParams,
}: {
  params: Promise<{ reviewId: string }>;
  searchParams: Promise<UrlParams>;
}) {
  const viewer = await requireUser("review:read");
  const { reviewId } = await params;
  if (!isId("rev", reviewId)) notFound();
  const [{ query, page }, review] = await Promise.all([
    deskList(await searchParams, viewer),
    readReview(reviewId, viewer),
  ]);
  if (!review) notFound();
  return deskPage({ query, page, review, isChosen: true });
}
