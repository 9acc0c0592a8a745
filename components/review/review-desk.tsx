import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { PageHead } from "#components/page-head";
import type { ReviewListPage } from "#lib/contracts/reviews";

/** The list beside the chosen task. On a phone one of the two: the list, and once a task is chosen, the task. */
export function ReviewDesk({
  counts,
  isChosen,
  list,
  children,
}: {
  counts: ReviewListPage["counts"];
  /** By the person; the first task that a wide screen shows by itself is not. */
  isChosen: boolean;
  list: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations("review");
  return (
    <div className="review-desk" data-chosen={isChosen || undefined}>
      <div className="review-side">
        <PageHead
          title={t("title")}
          pills={
            <span className="text-muted">
              {t("open", { count: counts.open, overdue: counts.overdue > 0 ? String(counts.overdue) : "none" })}
            </span>
          }
          hideOnPhone
        />
        {list}
      </div>
      {children}
    </div>
  );
}
