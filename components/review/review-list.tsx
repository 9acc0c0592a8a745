import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { CatalogPager } from "#components/customers/catalog-pager";
import { EmptyState } from "#components/empty-state";
import { Money } from "#components/money";
import { Time } from "#components/time";
import { REVIEW_STATES, type ReviewListPage, type ReviewListQuery, type ReviewListRow } from "#lib/contracts/reviews";
import { pages } from "#lib/paths";

/** What is open, the first due on top; or what is closed, the latest on top. Which of the two, and which page, is an address. */
export function ReviewList({
  page: { rows, nextCursor, openCount },
  query: { state, cursor },
  chosen,
}: {
  page: ReviewListPage;
  query: ReviewListQuery;
  chosen: string | null;
}) {
  const t = useTranslations("review");
  return (
    <div className="review-list">
      <nav className="orders-views" aria-label={t("views")}>
        {REVIEW_STATES.map((view) => (
          <Link
            key={view}
            href={pages.reviews(view === "open" ? {} : { state: view })}
            prefetch={false}
            aria-current={view === state ? "page" : undefined}
          >
            {t(`view.${view}`)} {view === "open" && <span>{openCount}</span>}
          </Link>
        ))}
      </nav>
      {rows.length === 0 ? (
        <EmptyState
          title={t(state === "open" ? "empty" : "emptyClosed")}
          icon={state === "open" ? <CircleCheck className="icon" aria-hidden="true" /> : undefined}
        >
          {t(state === "open" ? "emptyMore" : "emptyClosedMore")}
        </EmptyState>
      ) : (
        <ul className="review-rows">
          {rows.map((row) => (
            <ReviewRow key={row.id} row={row} state={state} isChosen={row.id === chosen} />
          ))}
        </ul>
      )}
      <CatalogPager
        label={t("pages")}
        first={cursor ? { href: pages.reviews({ state }), label: t("firstPage") } : null}
        next={nextCursor ? { href: pages.reviews({ state, cursor: nextCursor }), label: t("nextPage") } : null}
      />
    </div>
  );
}

function ReviewRow({
  row,
  state,
  isChosen,
}: {
  row: ReviewListRow;
  state: ReviewListQuery["state"];
  isChosen: boolean;
}) {
  const t = useTranslations("review");
  const causes = useTranslations("states.reviewReason");
  return (
    <li className="review-row" data-chosen={isChosen || undefined}>
      <div>
        <Link
          href={pages.review(row.id, state === "open" ? {} : { state })}
          prefetch={false}
          aria-current={isChosen ? "true" : undefined}
        >
          {causes(row.cause)}
        </Link>
        {row.amount && <Money value={row.amount} />}
      </div>
      {row.orderNumber && (
        <p>
          {row.orderNumber}
          {row.customerName && ` · ${row.customerName}`}
        </p>
      )}
      <div>
        {row.closedAt && row.resolution ? (
          <small>
            {t(`resolution.${row.resolution}`)} · <Time at={row.closedAt} />
          </small>
        ) : (
          <Due at={row.dueAt} />
        )}
        {(row.closedByName ?? row.ownerName) && <small>{row.closedByName ?? row.ownerName}</small>}
      </div>
    </li>
  );
}

function Due({ at }: { at: string }) {
  const t = useTranslations("review");
  return <small>{t.rich("due", { when: () => <Time at={at} /> })}</small>;
}
