"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BadgeCheck, CircleCheck, CircleHelp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { CatalogPager } from "#components/customers/catalog-pager";
import { EmptyState } from "#components/empty-state";
import { focusRow } from "#components/list-rows";
import { MessageLine } from "#components/message-line";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { Time } from "#components/time";
import { useMoneyText } from "#components/use-money-text";
import { useCommands } from "#components/use-shortcuts";
import { holdsQuery } from "#lib/api/holds";
import { asProblem } from "#lib/api/http";
import { releaseHold } from "#lib/api/orders";
import type { HoldListPage, HoldListQuery, HoldRow } from "#lib/contracts/holds";
import type { Problem } from "#lib/contracts/problem";
import type { MoneyView } from "#lib/domain/money";
import { FinalizeReport } from "./finalize-report";
import { HoldDays, HoldServices } from "./hold-filters";
import { HoldTable, holdsHref } from "./hold-table";
import { useFinalizeHolds } from "./use-finalize-holds";

/** Sums of several currencies, each once. */
function sumsOf(amounts: readonly MoneyView[]): MoneyView[] {
  const sums = new Map<string, MoneyView>();
  for (const { amount, currency } of amounts)
    sums.set(currency, { amount: (sums.get(currency)?.amount ?? 0) + amount, currency });
  return [...sums.values()];
}

/** Money that waits on cards, the first to lapse on top: taken many at a time, let go one by one. Follows along by itself. */
export function HoldsPage({
  initial,
  query,
  mayFinalize,
}: {
  initial: HoldListPage;
  query: HoldListQuery;
  mayFinalize: boolean;
}) {
  const t = useTranslations("holds");
  const text = useMoneyText();
  const client = useQueryClient();
  const { data: page, isError, dataUpdatedAt } = useQuery({ ...holdsQuery(query), initialData: initial });
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [trouble, setTrouble] = useState<{ order: string; problem: Problem } | null>(null);
  const run = useFinalizeHolds();
  const again = () => client.invalidateQueries({ queryKey: ["holds"] });

  // Rows that have gone, or are being taken, are no longer chosen.
  const chosen = page.rows.filter(({ id, finalize }) => picked.has(id) && finalize === null);
  const total = (rows: readonly HoldRow[]) =>
    sumsOf(rows.map(({ held }) => held))
      .map(text)
      .join(" + ");
  const choose = (ids: readonly string[], on: boolean) =>
    setPicked((before) => {
      const after = new Set(before);
      for (const id of ids)
        if (on) after.add(id);
        else after.delete(id);
      return after;
    });
  const finalize = async () => {
    const holds = chosen;
    setPicked(new Set());
    await run.finalize(holds);
    await again();
  };
  const release = async (hold: HoldRow) => {
    setTrouble(null);
    try {
      await releaseHold(hold.id).send();
    } catch (error) {
      setTrouble({ order: hold.orderNumber, problem: asProblem(error) });
    }
    await again();
  };

  const links = () => [...document.querySelectorAll<HTMLAnchorElement>("#holds tbody .h-order a")];
  const rowOf = (node: Element | null) => node?.closest("tr");
  const select = () => rowOf(document.activeElement)?.querySelector<HTMLInputElement>(".check")?.click();
  const key = (id: "next" | "previous" | "select", keys: string, act: () => void) => ({
    id: `holds-${id}`,
    label: t(`keys.${id}`),
    keys,
    disabledReason: null,
    run: act,
  });
  useCommands([
    key("next", "j", () => focusRow(links(), 1)),
    key("previous", "k", () => focusRow(links(), -1)),
    ...(mayFinalize ? [key("select", "x", select)] : []),
  ]);

  const count = page.days.reduce((sum, day) => sum + day.count, 0);
  const filtered = query.serviceId !== undefined || query.day !== undefined;
  return (
    <>
      <PageHead
        title={t("title")}
        pills={
          count > 0 && (
            <span className="text-muted">
              {t("inAll", {
                count,
                sum: sumsOf(page.days.map(({ sum }) => sum))
                  .map(text)
                  .join(" + "),
              })}
            </span>
          )
        }
        hideOnPhone
      />
      <HoldServices page={page} query={query} />
      <HoldDays page={page} query={query} />
      {!mayFinalize && page.rows.length > 0 && <p className="holds-note">{t("financeOnly")}</p>}
      {isError && (
        <MessageLine
          icon={<CircleHelp className="icon" aria-hidden="true" />}
          title={t.rich("stale", { when: () => <Time at={new Date(dataUpdatedAt).toISOString()} form="time" /> })}
        />
      )}
      {trouble && <ProblemLine what={t("releaseFailed", { order: trouble.order })} problem={trouble.problem} />}
      {run.lines.length > 0 && (
        <FinalizeReport lines={run.lines} problem={run.problem} running={run.running} onClose={run.close} />
      )}
      {page.rows.length > 0 ? (
        <HoldTable
          rows={page.rows}
          query={query}
          chosen={picked}
          mayFinalize={mayFinalize}
          onChoose={choose}
          onRelease={release}
        />
      ) : filtered || query.cursor ? (
        <EmptyState
          title={t("emptyFiltered")}
          action={
            <a className="button button--outline" href={holdsHref({ sort: query.sort })}>
              {t("showAll")}
            </a>
          }
        />
      ) : (
        <EmptyState title={t("empty")} icon={<CircleCheck className="icon" aria-hidden="true" />}>
          {t("emptyMore")}
        </EmptyState>
      )}
      {chosen.length > 0 && (
        <div className="orders-bulk holds-bulk" role="toolbar" aria-label={t("bulk")}>
          <b>{t("selected", { count: chosen.length })}</b>
          <ActionButton
            label={t("finalize", { sum: total(chosen) })}
            icon={<BadgeCheck aria-hidden="true" />}
            variant="primary"
            shortcut="f9"
            disabledReason={null}
            isPending={run.running}
            confirm={{
              title: t("confirm.finalizeTitle", { count: chosen.length, sum: total(chosen) }),
              body: t("confirm.finalizeBody"),
              confirmLabel: t("finalize", { sum: total(chosen) }),
              cancelLabel: t("confirm.notYet"),
            }}
            onPress={finalize}
          />
          <button type="button" className="button button--ghost" onClick={() => setPicked(new Set())}>
            {t("clear")}
          </button>
        </div>
      )}
      <CatalogPager
        label={t("pages")}
        first={query.cursor ? { href: holdsHref({ ...query, cursor: undefined }), label: t("firstPage") } : null}
        next={page.nextCursor ? { href: holdsHref({ ...query, cursor: page.nextCursor }), label: t("nextPage") } : null}
      />
    </>
  );
}
