"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleHelp, Play } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { EmptyState } from "#components/empty-state";
import { Fact, FactsList } from "#components/facts-list";
import { MessageLine } from "#components/message-line";
import { PageHead } from "#components/page-head";
import { ProblemLine } from "#components/problem-line";
import { Time } from "#components/time";
import { asProblem } from "#lib/api/http";
import { jobPageQuery, startManagePaymentLinks } from "#lib/api/jobs";
import type { Problem } from "#lib/contracts/problem";
import type { JobPageView } from "#lib/contracts/services";
import { formatDuration } from "#lib/format";
import { pages } from "#lib/paths";
import { JobRuns } from "./job-runs";
import { WaitingList } from "./waiting-list";

/** Asking in the usual rhythm is no lag; behind a whole run somebody should look. */
const SOME_MS = 60_000;
const BEHIND_MS = 20 * 60_000;

/** Manage Payment Links: when it ran, what it did, what waits for it, and a way to start it. Follows along by itself. */
export function JobPage({ initial }: { initial: JobPageView }) {
  const t = useTranslations("jobs");
  const settings = useTranslations("settings");
  const client = useQueryClient();
  const { data, isError, dataUpdatedAt } = useQuery({ ...jobPageQuery(), initialData: initial });
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = data.runs.some((run) => run.finishedAt === null);

  const start = async () => {
    setProblem(null);
    try {
      await startManagePaymentLinks();
      await client.invalidateQueries({ queryKey: jobPageQuery().queryKey });
      const [latest] = client.getQueryData(jobPageQuery().queryKey)?.runs ?? [];
      announce(
        latest?.finishedAt
          ? t("started", { looked: String(latest.looked), moved: String(latest.moved) })
          : t("startedOnly"),
      );
    } catch (error) {
      setProblem(asProblem(error));
      await client.invalidateQueries({ queryKey: jobPageQuery().queryKey });
    }
  };

  return (
    <>
      <PageHead
        title={t("title")}
        back={{ href: pages.settings(), label: settings("back") }}
        actions={
          <ActionButton
            label={t("start")}
            icon={<Play aria-hidden="true" />}
            variant="primary"
            disabledReason={running ? t("running") : null}
            pendingLabel={t("starting")}
            onPress={start}
          />
        }
      />
      <div className="grid gap-x-10 border-t border-border px-4 py-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:px-6">
        <p className="max-w-prose text-muted">{t("what")}</p>
        <Waiting page={data} />
      </div>
      <div className="px-4 lg:px-6">
        {problem && <ProblemLine what={t("startFailed")} problem={problem} />}
        {isError && (
          <MessageLine
            icon={<CircleHelp className="icon" aria-hidden="true" />}
            title={t.rich("stale", { when: () => <Time at={new Date(dataUpdatedAt).toISOString()} form="time" /> })}
          />
        )}
      </div>
      <WaitingList rows={data.waiting.rows} />
      <section aria-labelledby="runs-title">
        <h2 id="runs-title" className="px-4 pt-4 pb-2 font-semibold lg:px-6">
          {t("runs")}
        </h2>
        {data.runs.length > 0 ? (
          <JobRuns runs={data.runs} />
        ) : (
          <EmptyState title={t("noRuns")}>{t("noRunsMore")}</EmptyState>
        )}
      </section>
    </>
  );
}

function Waiting({ page }: { page: JobPageView }) {
  const t = useTranslations("jobs");
  const locale = useLocale();
  const { webhooks, operations, payments, lagMs } = page.waiting;
  const nothing = webhooks + operations + payments === 0;
  return (
    <section aria-labelledby="waiting-title" className="max-lg:mt-4">
      <FactsList>
        <Fact label={t("next")}>
          {page.nextRunAt ? <Time at={page.nextRunAt} form="countdown" /> : t("nextUnknown")}
        </Fact>
        <Fact label={t("lag")}>
          <span className={lagMs > BEHIND_MS ? "font-medium text-danger-soft-foreground" : undefined}>
            {lagMs > SOME_MS ? formatDuration(lagMs, locale) : t("noLag")}
          </span>
        </Fact>
      </FactsList>
      <h2 id="waiting-title" className="mt-3 font-semibold">
        {t("waiting")}
      </h2>
      {nothing ? (
        <p className="py-1 text-muted">{t("nothingWaiting")}</p>
      ) : (
        <FactsList>
          <Fact label={t("payments")}>{String(payments)}</Fact>
          <Fact label={t("operations")}>{String(operations)}</Fact>
          <Fact label={t("webhooks")}>{String(webhooks)}</Fact>
        </FactsList>
      )}
    </section>
  );
}
