// biome-ignore-all lint/a11y/noRedundantRoles: laid out as cards, the elements lose these roles in some browsers
import { useLocale, useTranslations } from "next-intl";
import { Time } from "#components/time";
import type { JobPageView } from "#lib/contracts/services";
import { formatCount, formatDuration } from "#lib/format";

type Run = JobPageView["runs"][number];

/** The last runs, newest first: a table where there is room, cards where there is not. */
export function JobRuns({ runs }: { runs: readonly Run[] }) {
  const t = useTranslations("jobs.column");
  const column = "h-8 px-2 text-xs font-medium whitespace-nowrap text-muted";
  const head = `${column} text-start`;
  const numeric = `${column} text-end`;
  return (
    <table
      role="table"
      className="w-full border-collapse border-t border-border max-md:block"
      aria-labelledby="runs-title"
    >
      <thead role="rowgroup" className="max-md:hidden">
        <tr role="row" className="border-b border-border">
          <th role="columnheader" scope="col" className={`${head} ps-4 lg:ps-6`}>
            {t("started")}
          </th>
          {(["by", "took"] as const).map((name) => (
            <th role="columnheader" scope="col" key={name} className={head}>
              {t(name)}
            </th>
          ))}
          {(["looked", "moved", "failed", "left"] as const).map((name) => (
            <th role="columnheader" scope="col" key={name} className={numeric}>
              {t(name)}
            </th>
          ))}
          <th role="columnheader" scope="col" className={`${head} w-1/3 pe-4 lg:pe-6`}>
            {t("did")}
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:block">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run }: { run: Run }) {
  const t = useTranslations("jobs");
  const locale = useLocale();
  const took = run.finishedAt ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : null;
  // The schedule of one instance says which: `schedule vm:12875`.
  const starter = (["schedule", "cron"] as const).find((known) => run.startedBy.split(" ")[0] === known);
  const cell = "md:h-10 md:px-2";
  return (
    <tr
      role="row"
      className="border-b border-separator max-md:flex max-md:flex-wrap max-md:gap-x-4 max-md:gap-y-1 max-md:px-4 max-md:py-2.5"
    >
      <td role="cell" className={`${cell} font-medium max-md:basis-1/2 md:ps-4 lg:ps-6`}>
        <Time at={run.startedAt} />
      </td>
      <td role="cell" className={`${cell} text-muted`} title={run.startedBy}>
        {starter ? t(`by.${starter}`) : run.startedBy}
      </td>
      <td role="cell" className={`${cell} text-muted tabular-nums`}>
        {took === null ? t("underWay") : took < 1000 ? t("tookMs", { ms: String(took) }) : formatDuration(took, locale)}
      </td>
      {(["looked", "moved", "failed", "left"] as const).map((name) => (
        <td
          role="cell"
          key={name}
          className={`${cell} tabular-nums md:text-end ${name === "failed" && run.failed > 0 ? "font-medium text-danger-soft-foreground" : ""}`}
        >
          <span className="text-xs text-muted md:hidden">{t(`column.${name}`)} </span>
          {formatCount(run[name], locale)}
        </td>
      ))}
      <td role="cell" className={`${cell} text-muted wrap-anywhere max-md:basis-full md:pe-4 lg:pe-6`}>
        <Did did={run.did} />
      </td>
    </tr>
  );
}

/** What a run did, kind by kind: how many were looked at, and how many of them moved. */
function Did({ did }: { did: Run["did"] }) {
  const t = useTranslations("jobs");
  return did
    .map(({ work, looked, moved, failed }) =>
      [
        t(`work.${work}`, { count: looked }),
        moved > 0 && t("workMoved", { count: String(moved) }),
        failed > 0 && t("workFailed", { count: String(failed) }),
      ]
        .filter(Boolean)
        .join(" "),
    )
    .join(", ");
}
