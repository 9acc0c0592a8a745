import Link from "next/link";
import { useTranslations } from "next-intl";
import { Time, useNow } from "#components/time";
import type { JobPageView } from "#lib/contracts/services";
import { pages } from "#lib/paths";

type Row = JobPageView["waiting"]["rows"][number];

/** What waits for the task, the next due on top, with why it waits. */
export function WaitingList({ rows }: { rows: readonly Row[] }) {
  const t = useTranslations("jobs");
  if (rows.length === 0) return null;
  return (
    <section className="border-t border-border" aria-labelledby="waits-title">
      <h2 id="waits-title" className="px-4 pt-4 pb-1 font-semibold lg:px-6">
        {t("waitsTitle")}
      </h2>
      <ul className="pb-2">
        {rows.map((row) => (
          <li
            key={`${row.kind}${row.paymentId}${row.what}${row.dueAt}`}
            className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b border-separator px-4 py-2 lg:px-6"
          >
            <span className="min-w-32 font-medium">
              {row.paymentId ? (
                <Link href={pages.transaction(row.paymentId)} prefetch={false}>
                  {row.orderNumber}
                </Link>
              ) : (
                t("waitsWebhook", { kind: row.kind })
              )}
            </span>
            <span className="min-w-0 flex-1 wrap-anywhere">
              <Why row={row} />
              {row.said && <span className="text-muted"> · {row.said}</span>}
            </span>
            <span className="text-xs text-muted tabular-nums">
              <Due at={row.dueAt} />
              {row.attempts > 0 && ` · ${t("waitsTries", { count: row.attempts })}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** When it is asked about; what is due is asked about as soon as a run comes to it. */
function Due({ at }: { at: string }) {
  const t = useTranslations("jobs");
  const due = Date.parse(at);
  return useNow(due) < due
    ? t.rich("waitsUntil", { when: () => <Time at={at} form="left" precision={1} /> })
    : t("waitsNow");
}

function Why({ row: { kind, what } }: { row: Row }) {
  const t = useTranslations("jobs.why");
  if (kind === "webhook" || kind === "statement") return t("webhook", { what });
  return kind === "operation" ? t("operation", { what }) : t("payment", { what });
}
