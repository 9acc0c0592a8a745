"use client";
import { CircleHelp, OctagonAlert } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { isUnsettled } from "#lib/api/http";
import type { Problem } from "#lib/contracts/problem";
import { pages } from "#lib/paths";
import { MessageLine } from "./message-line";
import { useBlockerWords } from "./use-blocker-words";

/** Why something did not work and what to do now, in words; the reference for support at the end. */
export function useProblemWords(): (problem: Problem) => string {
  const t = useTranslations();
  const blocker = useBlockerWords();
  const why = (problem: Problem): string => {
    if (problem.blocker) return blocker(problem.blocker).explanation;
    if (problem.errors?.length) {
      const known = problem.errors.map(({ message }) => message).filter(Boolean);
      return known.length === 1 ? (known[0] ?? "") : t("errors.invalid", { count: problem.errors.length });
    }
    switch (problem.code) {
      case "offline":
        return t("trouble.offline");
      case "no_answer":
      case "bad_answer":
        return t("trouble.unanswered");
      case "in_progress":
        return t("errors.inProgress");
      case "idempotency_mismatch":
        return t("errors.idempotencyMismatch");
      case "version_conflict":
        return t("errors.versionConflict");
    }
    if (problem.status === 401) return t("errors.signedOut");
    if (problem.status === 403) return t("trouble.notPermitted");
    if (problem.status === 404) return t("errors.notFound");
    if (problem.status === 429) return t("trouble.tooMany");
    if (problem.status >= 500) return t("trouble.fault");
    return [problem.title, problem.detail].filter(Boolean).join(" ");
  };
  return (problem) =>
    [why(problem), problem.requestId && t("common.reference", { id: problem.requestId })].filter(Boolean).join(" ");
}

/** A failure that stays on the page: what did not happen, why, what now, the reference. */
export function ProblemLine({ what, problem, action }: { what: string; problem: Problem; action?: ReactNode }) {
  const words = useProblemWords();
  const t = useTranslations("signIn");
  const path = usePathname();
  const search = useSearchParams().toString();
  const unsettled = isUnsettled(problem);
  const signIn = (
    <a className="button button--outline button--sm" href={pages.signIn(search ? `${path}?${search}` : path)}>
      {t("title")}
    </a>
  );
  return (
    <MessageLine
      icon={unsettled ? <CircleHelp className="icon" /> : <OctagonAlert className="icon" />}
      tone={unsettled ? "plain" : "bad"}
      live="assertive"
      title={what}
      action={problem.status === 401 ? signIn : action}
    >
      {words(problem)}
    </MessageLine>
  );
}
