"use client";
import { useRouter } from "next/navigation";
import { type Messages, NextIntlClientProvider, useTranslations } from "next-intl";
import { useState } from "react";
import { announce } from "#components/announcer";
import { pageZone } from "#components/page-zone";
import { asProblem, getJson } from "#lib/api/http";
import { syncPayment } from "#lib/api/orders";
import type { OrderView } from "#lib/contracts/orders";
import type { Locale } from "#lib/i18n/locale";
import { api } from "#lib/paths";
import type { Picked } from "./order-list-tools";

type Report = {
  changed: string[];
  same: number;
  skipped: string[];
  failed: { order: Picked; why: string }[];
};

type Props = { selection: readonly Picked[]; onClear: () => void };

/** Brings what puts its sentences together: 12 KB that the list is read without. */
export function BulkBar({ sentences, ...props }: Props & { sentences: Messages["ordersBulk"] }) {
  return (
    <NextIntlClientProvider
      locale={document.documentElement.lang as Locale}
      timeZone={pageZone()}
      messages={{ ordersBulk: sentences }}
    >
      <Bar {...props} />
    </NextIntlClientProvider>
  );
}

/**
 * Takes the place of the filters while orders are selected. Each order is its own request: one that fails leaves the others
 * as they are, and the report names every one of them. It stays until it is closed.
 */
function Bar({ selection, onClear }: Props) {
  const t = useTranslations("ordersBulk");
  const router = useRouter();
  const [running, setRunning] = useState<{ done: number; count: number } | null>(null);
  const [report, setReport] = useState<Report | null>(null);

  const update = async (orders: readonly Picked[]) => {
    if (running) return;
    const result: Report = { changed: [], same: 0, skipped: [], failed: [] };
    setReport(null);
    setRunning({ done: 0, count: orders.length });
    for (const [index, order] of orders.entries()) {
      try {
        const { payment } = await getJson<OrderView>(api.order(order.id));
        if (!payment) result.skipped.push(order.number);
        else {
          const after = await syncPayment(payment.id).send();
          if (after.payment.state === payment.state) result.same += 1;
          else result.changed.push(order.number);
        }
      } catch (error) {
        const problem = asProblem(error);
        result.failed.push({
          order,
          why: problem.status === 0 ? t("unanswered") : (problem.detail ?? problem.title),
        });
      }
      setRunning({ done: index + 1, count: orders.length });
    }
    setRunning(null);
    setReport(result);
    announce(t("title", { changed: result.changed.length }));
    router.refresh();
  };

  return (
    <>
      <div className="orders-bulk" role="toolbar" aria-label={t("label")}>
        <button
          type="button"
          className="button button--ghost button--icon-only"
          aria-label={t("clear")}
          onClick={onClear}
        >
          <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
            <path d="M18 6 6 18M6 6l12 12" />
          </svg>
        </button>
        <b>{t("selected", { count: selection.length })}</b>
        <button
          type="button"
          className="button button--outline"
          data-pending={running ? "true" : undefined}
          aria-disabled={running ? true : undefined}
          onClick={() => void update(selection)}
        >
          <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
            <path d="M21 12a9 9 0 1 1-3-6.7L21 8M21 3v5h-5" />
          </svg>
          {running ? t("updating", running) : t("update")}
        </button>
      </div>
      {report && (
        <div className="orders-report" role="status">
          <p>
            <b>{t("title", { changed: report.changed.length })}</b>{" "}
            {report.changed.length > 0 && t("changed", { numbers: report.changed.join(", ") })}{" "}
            {report.same > 0 && t("same", { count: report.same })}{" "}
            {report.skipped.length > 0 && t("skipped", { numbers: report.skipped.join(", ") })}
          </p>
          {report.failed.length > 0 && (
            <ul>
              {report.failed.map(({ order, why }) => (
                <li key={order.id}>{t("failed", { number: order.number, why })}</li>
              ))}
            </ul>
          )}
          {report.failed.length > 0 && (
            <button
              type="button"
              className="button button--outline button--sm"
              onClick={() => void update(report.failed.map(({ order }) => order))}
            >
              {t("retry")}
            </button>
          )}
          <button type="button" className="button button--outline button--sm" onClick={() => setReport(null)}>
            {t("close")}
          </button>
        </div>
      )}
    </>
  );
}
