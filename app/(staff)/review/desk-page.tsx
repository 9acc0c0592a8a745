import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import { ReviewDesk } from "#components/review/review-desk";
import { ReviewList } from "#components/review/review-list";
import { ReviewTask } from "#components/review/review-task";
import type { UrlParams } from "#lib/api/payment-filters";
import { type ReviewListPage, type ReviewListQuery, type ReviewView, reviewListQuery } from "#lib/contracts/reviews";
import type { Namespace } from "#lib/i18n/app-config";
import { pages } from "#lib/paths";
import { BadCursor } from "#lib/reads/cursor";
import { readReviewList } from "#lib/reads/reviews";
import type { Viewer } from "#lib/reads/viewer";

/** What the task says by itself: its own words, why something is refused, what went wrong. */
const NAMESPACES: readonly Namespace[] = [
  "review",
  "states",
  "transactions",
  "blockers",
  "problems",
  "errors",
  "trouble",
  "signIn",
];

/** The list that an address asks for. What an old or mangled one says wrongly is left out. */
export async function deskList(
  params: UrlParams,
  viewer: Viewer,
): Promise<{ query: ReviewListQuery; page: ReviewListPage }> {
  const told = Object.fromEntries(Object.entries(params).filter(([, value]) => typeof value === "string"));
  const asked = reviewListQuery.safeParse(told);
  const query = asked.success ? asked.data : reviewListQuery.parse({});
  const page = await readReviewList(query, viewer).catch((error: unknown) => {
    if (error instanceof BadCursor) redirect(pages.reviews(viewOf(query)));
    throw error;
  });
  return { query, page };
}

/** The look at the desk that an address asks for, without its page. */
const viewOf = ({ state, owner }: ReviewListQuery): Partial<ReviewListQuery> => ({
  ...(state === "open" ? {} : { state }),
  ...(owner ? { owner } : {}),
});

export function deskPage({
  query,
  page,
  review,
  isChosen,
}: {
  query: ReviewListQuery;
  page: ReviewListPage;
  review: ReviewView | null;
  isChosen: boolean;
}): ReactNode {
  return (
    <MessagesFor namespaces={NAMESPACES}>
      <QueryProvider>
        <ReviewDesk
          counts={page.counts}
          isChosen={isChosen}
          list={<ReviewList page={page} query={query} chosen={review?.id ?? null} />}
        >
          {review && <ReviewTask key={review.id} initial={review} backTo={pages.reviews(viewOf(query))} />}
        </ReviewDesk>
      </QueryProvider>
    </MessagesFor>
  );
}
