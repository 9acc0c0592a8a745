"use client";
import { useTranslations } from "next-intl";
import { Time, useNow } from "#components/time";

/** Until when somebody should have decided; past that it is said so, and in red. */
export function Due({ at }: { at: string }) {
  const t = useTranslations("review");
  const isLate = Date.parse(at) < useNow(Date.parse(at));
  return (
    <small className={isLate ? "review-late" : undefined}>
      {t.rich(isLate ? "overdue" : "due", { when: () => <Time at={at} /> })}
    </small>
  );
}
