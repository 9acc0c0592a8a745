// biome-ignore-all lint/a11y/noRedundantRoles: laid out as cards, the elements lose these roles in some browsers
"use client";
import { LockOpen } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ActionButton } from "#components/action-button";
import { Money } from "#components/money";
import { ReviewFlag } from "#components/state-badges";
import { Time, useNow } from "#components/time";
import { TestBadge } from "#components/transactions/test-badge";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import type { HoldListQuery, HoldRow } from "#lib/contracts/holds";
import { pages } from "#lib/paths";

const DAY_MS = 24 * 3_600_000;

/** The holds as a table, as cards where it is narrow. A row that cannot be taken now says why in place of its box. */
export function HoldTable({
  rows,
  query,
  chosen,
  mayFinalize,
  onChoose,
  onRelease,
}: {
  rows: readonly HoldRow[];
  query: HoldListQuery;
  chosen: ReadonlySet<string>;
  mayFinalize: boolean;
  onChoose: (ids: readonly string[], on: boolean) => void;
  onRelease: (hold: HoldRow) => unknown;
}) {
  const t = useTranslations("holds");
  const free = rows.filter(({ finalize }) => finalize === null).map(({ id }) => id);
  const all = free.length > 0 && free.every((id) => chosen.has(id));
  const some = free.some((id) => chosen.has(id));
  return (
    <div className="holds-list" id="holds">
      <table role="table" aria-label={t("table")} className={mayFinalize ? undefined : "holds-unpicked"}>
        <thead role="rowgroup">
          <tr role="row">
            {mayFinalize && (
              <th role="columnheader" scope="col">
                <input
                  type="checkbox"
                  className="check"
                  aria-label={t("selectAll")}
                  checked={all}
                  ref={(box) => {
                    if (box) box.indeterminate = some && !all;
                  }}
                  onChange={(event) => onChoose(free, event.target.checked)}
                />
              </th>
            )}
            <th role="columnheader" scope="col">
              {t("column.order")}
            </th>
            <th role="columnheader" scope="col">
              {t("column.customer")}
            </th>
            <th role="columnheader" scope="col" className="h-service">
              {t("column.service")}
            </th>
            <Sorted query={query} sort="-amount" className="end">
              {t("column.held")}
            </Sorted>
            <Sorted query={query} sort="deadline">
              {t("column.ends")}
            </Sorted>
            <th role="columnheader" scope="col">
              {t("column.state")}
            </th>
            <th role="columnheader" scope="col">
              <span className="unseen">{t("column.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Row
              key={row.id}
              row={row}
              chosen={chosen.has(row.id)}
              mayFinalize={mayFinalize}
              onChoose={onChoose}
              onRelease={onRelease}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  row,
  chosen,
  mayFinalize,
  onChoose,
  onRelease,
}: {
  row: HoldRow;
  chosen: boolean;
  mayFinalize: boolean;
  onChoose: (ids: readonly string[], on: boolean) => void;
  onRelease: (hold: HoldRow) => unknown;
}) {
  const t = useTranslations("holds");
  const why = useReason();
  const amount = useMoneyText()(row.held);
  return (
    <tr role="row" data-chosen={chosen || undefined}>
      {mayFinalize && (
        <td role="cell" className="h-box">
          {row.finalize === null && (
            <input
              type="checkbox"
              className="check"
              aria-label={t("select", { order: row.orderNumber, amount })}
              checked={chosen}
              onChange={(event) => onChoose([row.id], event.target.checked)}
            />
          )}
        </td>
      )}
      <td role="cell" className="h-order">
        <Link href={pages.transaction(row.id)} prefetch={false}>
          {row.orderNumber} <small>/ {row.attempt}</small>
        </Link>{" "}
        {row.mode === "test" && <TestBadge />}
      </td>
      <td role="cell" className="h-customer">
        {row.customerName ?? <span className="quiet">{t("unnamedCustomer")}</span>}
      </td>
      <td role="cell" className="h-service">
        {row.serviceName}
      </td>
      <td role="cell" className="h-held">
        <Money value={row.held} />
      </td>
      <td role="cell" className="h-ends">
        {row.holdExpiresAt ? <Ends at={row.holdExpiresAt} /> : t("noEnd")}
      </td>
      <td role="cell" className="h-state">
        <State row={row} mayFinalize={mayFinalize} />
      </td>
      <td role="cell" className="h-act">
        <ActionButton
          label={t("release")}
          icon={<LockOpen aria-hidden="true" />}
          size="sm"
          variant="ghost"
          disabledReason={why(row.release)}
          pendingLabel={t("releasing")}
          confirm={{
            title: t("confirm.releaseTitle", { amount, order: row.orderNumber }),
            body: t("confirm.releaseBody", { amount, customer: row.customerName ?? "none" }),
            confirmLabel: t("confirm.release", { amount }),
            cancelLabel: t("confirm.keep"),
            tone: "danger",
          }}
          onPress={() => onRelease(row)}
        />
      </td>
    </tr>
  );
}

/** The countdown, and the moment itself; red in its last day. */
function Ends({ at }: { at: string }) {
  const now = useNow(Date.parse(at));
  const urgent = Date.parse(at) - now < DAY_MS;
  return (
    <>
      <Time at={at} form="countdown" className={urgent ? "urgent" : "strong"} /> <Time at={at} className="quiet" />
    </>
  );
}

/** What stands in the way, else until when it opens shipping. */
function State({ row, mayFinalize }: { row: HoldRow; mayFinalize: boolean }) {
  const t = useTranslations("holds");
  const why = useReason();
  const until = row.holdUsableUntil;
  const now = useNow(until ? Date.parse(until) : 0);
  if (row.unsettled) return <span>{t(`underWay.${row.unsettled === "release_hold" ? "release" : "finalize"}`)}</span>;
  return (
    <>
      {row.needsReview && <ReviewFlag />}
      {row.orderCancelled && <span className="urgent">{t("cancelled")}</span>}
      {!row.needsReview &&
        !row.orderCancelled &&
        until &&
        (Date.parse(until) > now ? (
          <span className="quiet">{t.rich("opensUntil", { when: () => <Time at={until} /> })}</span>
        ) : (
          <span className="urgent">{t("inMargin")}</span>
        ))}
      {mayFinalize && row.finalize && <small>{why(row.finalize)}</small>}
      {row.lastFailure && <small>{t("lastFailure", { message: row.lastFailure })}</small>}
    </>
  );
}

/** A head that sorts. */
function Sorted({
  query,
  sort,
  className,
  children,
}: {
  query: HoldListQuery;
  sort: HoldListQuery["sort"];
  className?: string;
  children: ReactNode;
}) {
  const current = query.sort === sort;
  return (
    <th
      role="columnheader"
      scope="col"
      className={className}
      aria-sort={current ? (sort === "deadline" ? "ascending" : "descending") : undefined}
    >
      <Link href={holdsHref({ ...query, sort })} prefetch={false}>
        {children}
        {current && <span aria-hidden="true"> {sort === "deadline" ? "↑" : "↓"}</span>}
      </Link>
    </th>
  );
}

/** The address of a list; another filter or order starts at the top. */
export const holdsHref = ({ serviceId, day, sort, cursor }: Partial<HoldListQuery>) =>
  pages.holds({ serviceId, day, cursor, ...(sort === "-amount" ? { sort } : {}) });
