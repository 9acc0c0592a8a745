"use client";
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { announce } from "#components/announcer";
import { Money } from "#components/money";
import { ProblemLine } from "#components/problem-line";
import { useBlockerWords } from "#components/use-blocker-words";
import { outcomeOf } from "#lib/api/holds";
import { paymentQuery } from "#lib/api/payments";
import type { Problem } from "#lib/contracts/problem";
import { pages } from "#lib/paths";
import type { HoldLine } from "./use-finalize-holds";

type Shown = { line: HoldLine; result: HoldLine["result"]; why: string | null };

/** What became of each chosen hold. Those whose outcome is not known are asked about until it is. */
export function FinalizeReport({
  lines,
  problem,
  running,
  onClose,
}: {
  lines: readonly HoldLine[];
  problem: Problem | null;
  running: boolean;
  onClose: () => void;
}) {
  const t = useTranslations("holds.report");
  const words = useBlockerWords();
  const client = useQueryClient();
  const open = lines.filter(({ result }) => result === "pending" || result === "unanswered");
  // A key of its own for each run: what another page knew of the payment before says nothing about this.
  const asked = useQueries({
    queries: open.map(({ hold, at }) => ({
      ...paymentQuery(hold.id),
      queryKey: ["hold-outcome", hold.id, String(at)],
    })),
  });
  const shown = lines.map((line): Shown => {
    const now = asked[open.indexOf(line)]?.data;
    const { result, why } = now ? outcomeOf(now) : { result: line.result, why: saidBy(line) };
    const said = why && t("said", { message: why.replace(/\.\s*$/, "") });
    return { line, result, why: said ?? (line.blocker && words(line.blocker).explanation) };
  });
  const count = (...results: Shown["result"][]) => shown.filter(({ result }) => results.includes(result)).length;
  const summary = t("summary", {
    taken: count("taken"),
    refused: count("refused", "changed", "missing"),
    pending: count("pending", "unanswered", "waiting"),
    left: count("left"),
  });
  const said = useRef("");
  useEffect(() => {
    if (running || said.current === summary) return;
    said.current = summary;
    announce(summary);
    // What was taken meanwhile leaves the list.
    void client.invalidateQueries({ queryKey: ["holds"] });
  }, [running, summary, client]);

  // What was pressed has gone; who works by keys goes on from here.
  const section = useRef<HTMLElement>(null);
  useEffect(() => section.current?.focus(), []);

  return (
    <section className="holds-report" aria-labelledby="holds-report-title" tabIndex={-1} ref={section}>
      <div className="holds-report-head">
        <h2 id="holds-report-title">
          {running ? t("running", { done: lines.length - count("waiting"), count: lines.length }) : summary}
        </h2>
        <button
          type="button"
          className="button button--outline button--sm"
          aria-disabled={running || undefined}
          onClick={() => !running && onClose()}
        >
          {t("close")}
        </button>
      </div>
      {problem && <ProblemLine what={t("interrupted")} problem={problem} />}
      <ul>
        {shown.map(({ line: { hold }, result, why }) => (
          <li key={hold.id} data-result={result}>
            <a href={pages.transaction(hold.id)}>{hold.orderNumber}</a>
            <Money value={hold.held} />
            <span>
              <b>{t(`result.${result}`)}</b> {why ?? (MORE.has(result) && t(`more.${result as "pending"}`))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The bank's own sentence, where it is the bank that refused. */
const saidBy = ({ blocker }: HoldLine): string | null =>
  typeof blocker?.params.message === "string" && blocker.params.message ? blocker.params.message : null;

/** Results that need a second sentence although nobody gave a reason. */
const MORE: ReadonlySet<string> = new Set(["pending", "unanswered", "changed", "left"]);
