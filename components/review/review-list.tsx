import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { CatalogPager } from "#components/customers/catalog-pager";
import { EmptyState } from "#components/empty-state";
import { Money } from "#components/money";
import { Time } from "#components/time";
import type { ReviewListPage, ReviewListQuery, ReviewListRow } from "#lib/contracts/reviews";
import { pages } from "#lib/paths";
import { Due } from "./due";

/** The ready looks at the desk, each an address. */
const VIEWS: readonly { name: "mine" | "unassigned" | "open" | "closed"; query: Partial<ReviewListQuery> }[] = [
  { name: "mine", query: { owner: "me" } },
  { name: "unassigned", query: { owner: "none" } },
  { name: "open", query: {} },
  { name: "closed", query: { state: "closed" } },
];
const EMPTY = { mine: "emptyMine", unassigned: "emptyUnassigned", open: "empty", closed: "emptyClosed" } as const;

/** What is open, the first due on top; or what is closed, the latest on top. Which of the two, and which page, is an address. */
export function ReviewList({
  page: { rows, nextCursor, counts },
  query: { state, owner, cursor },
  chosen,
}: {
  page: ReviewListPage;
  query: ReviewListQuery;
  chosen: string | null;
}) {
  const t = useTranslations("review");
  const here = VIEWS.find(
    ({ query }) => query.state === (state === "open" ? undefined : state) && query.owner === owner,
  );
  const empty = EMPTY[here?.name ?? "open"];
  const view = { ...(state === "open" ? {} : { state }), ...(owner ? { owner } : {}) };
  return (
    <div className="review-list">
      <nav className="orders-views" aria-label={t("views")}>
        {VIEWS.map(({ name, query }) => (
          <Link
            key={name}
            href={pages.reviews(query)}
            prefetch={false}
            aria-current={name === here?.name ? "page" : undefined}
          >
            {t(`view.${name}`)} {name !== "closed" && <span>{counts[name]}</span>}
          </Link>
        ))}
      </nav>
      {rows.length === 0 ? (
        <EmptyState
          title={t(empty)}
          icon={state === "open" ? <CircleCheck className="icon" aria-hidden="true" /> : undefined}
        >
          {t(`${empty}More`)}
        </EmptyState>
      ) : (
        <ul className="review-rows">
          {rows.map((row) => (
            <ReviewRow key={row.id} row={row} view={view} isChosen={row.id === chosen} />
          ))}
        </ul>
      )}
      <CatalogPager
        label={t("pages")}
        first={cursor ? { href: pages.reviews(view), label: t("firstPage") } : null}
        next={nextCursor ? { href: pages.reviews({ ...view, cursor: nextCursor }), label: t("nextPage") } : null}
      />
    </div>
  );
}

function ReviewRow({ row, view, isChosen }: { row: ReviewListRow; view: Partial<ReviewListQuery>; isChosen: boolean }) {
  const t = useTranslations("review");
  const causes = useTranslations("states.reviewReason");
  return (
    <li className="review-row" data-chosen={isChosen || undefined}>
      <div>
        <Link href={pages.review(row.id, view)} prefetch={false} aria-current={isChosen ? "true" : undefined}>
          {causes(row.cause)}
        </Link>
        {row.amount && <Money value={row.amount} />}
      </div>
      <p>{[row.orderNumber ?? row.serviceName, row.customerName].filter(Boolean).join(" · ")}</p>
      <div>
        {row.closedAt && row.resolution ? (
          <small>
            {t(`resolution.${row.resolution}`)} · <Time at={row.closedAt} />
          </small>
        ) : (
          <Due at={row.dueAt} />
        )}
        {row.closedAt ? (
          row.closedByName && <small>{row.closedByName}</small>
        ) : (
          <small>{row.ownerName ?? t("nobody")}</small>
        )}
      </div>
    </li>
  );
}
