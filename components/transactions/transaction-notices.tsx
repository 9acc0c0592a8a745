"use client";
import { CircleHelp, CloudOff, Flag, Hourglass, Replace, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { MessageLine } from "#components/message-line";
import { ProblemLine } from "#components/problem-line";
import { Time } from "#components/time";
import { useMoneyText } from "#components/use-money-text";
import { isUnsettled } from "#lib/api/http";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { OrderId } from "#lib/domain/ids";
import { pages } from "#lib/paths";
import type { TransactionCommands } from "./use-transaction-commands";

/**
 * What is not normal about this transaction, above its history, for as long as it is so: an action that failed, a call without
 * an answer, the provider's last refusal in its own words, a need to look, a replacement, a deletion.
 */
export function TransactionNotices({
  payment,
  commands,
  staleSince,
}: {
  payment: PaymentPageView;
  commands: TransactionCommands;
  /** When what is shown was read, once reading it again has failed. */
  staleSince: string | null;
}) {
  const t = useTranslations("transactions");
  const { failure } = commands;
  const unsettledAnswer = failure && isUnsettled(failure.problem);
  return (
    <div className="transaction-notices">
      {failure && (
        <ProblemLine
          what={t(unsettledAnswer ? "failed.unsettled" : `failed.${failure.command}`)}
          problem={failure.problem}
          action={
            <button type="button" className="button button--outline button--sm" onClick={commands.dismiss}>
              {t("failed.close")}
            </button>
          }
        />
      )}
      {staleSince && (
        <MessageLine
          icon={<CloudOff className="icon" aria-hidden="true" />}
          title={t.rich("page.stale", { when: () => <Time at={staleSince} form="time" /> })}
        />
      )}
      <Unsettled payment={payment} />
      <LastFailure payment={payment} />
      <Looks payment={payment} />
    </div>
  );
}

function Unsettled({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.notice");
  const abnormal = useTranslations("abnormal");
  const provider = useTranslations("states.provider")(payment.provider);
  const text = useMoneyText();
  const { unsettled } = payment;
  if (!unsettled) return null;
  const refund = payment.operations.find(({ kind, finishedAt }) => kind === "refund" && finishedAt === null);
  const refunded = unsettled.kind === "refund" ? refund?.amount : null;
  // A call that has only just been sent is not yet a question.
  if (unsettled.state === "planned" || unsettled.state === "sent")
    return (
      <MessageLine
        icon={<Hourglass className="icon" aria-hidden="true" />}
        live="polite"
        title={
          refunded ? t("refundSent", { amount: text(refunded) }) : t("sent", { operation: unsettled.kind, provider })
        }
      >
        {t("sentMore")}
      </MessageLine>
    );
  return (
    <MessageLine
      icon={<CircleHelp className="icon" aria-hidden="true" />}
      live="polite"
      title={abnormal("unknownOutcome", { operation: unsettled.kind })}
    >
      {abnormal("unknownOutcomeMore")}{" "}
      {t.rich("unsettledSince", {
        times: unsettled.attempts,
        when: () => <Time at={unsettled.since} form="timeOrMoment" />,
      })}
    </MessageLine>
  );
}

function LastFailure({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.notice");
  const provider = useTranslations("states.provider")(payment.provider);
  const { lastFailure, unsettled } = payment;
  if (!lastFailure || unsettled) return null;
  return (
    <MessageLine
      icon={<CloudOff className="icon" aria-hidden="true" />}
      tone="bad"
      title={t("failure", { provider, operation: lastFailure.kind })}
    >
      {t.rich("failureVerbatim", {
        message: lastFailure.message,
        code: lastFailure.code || "none",
        when: () => <Time at={lastFailure.at} />,
      })}
    </MessageLine>
  );
}

function Looks({ payment }: { payment: PaymentPageView }) {
  const t = useTranslations("transactions.notice");
  const reasons = useTranslations("states.reviewReason");
  const fix = useTranslations("blockers.fix");
  const { needsReview, reviewReasons, replacedByAttempt, deletedAt } = payment;
  return (
    <>
      {needsReview && (
        <MessageLine
          icon={<Flag className="icon" aria-hidden="true" />}
          tone="bad"
          title={t("review", { reasons: reviewReasons.map((reason) => reasons(reason)).join(", ") })}
          action={
            <Link
              className="button button--outline button--sm"
              href={pages.reviews({ orderId: payment.orderId as OrderId })}
            >
              {fix("open_review")}
            </Link>
          }
        >
          {t("reviewMore")}
        </MessageLine>
      )}
      {replacedByAttempt !== null && (
        <MessageLine
          icon={<Replace className="icon" aria-hidden="true" />}
          title={t("replaced", { attempt: replacedByAttempt })}
        >
          {t("replacedMore")}
        </MessageLine>
      )}
      {deletedAt && (
        <MessageLine
          icon={<Trash2 className="icon" aria-hidden="true" />}
          title={t.rich("deleted", { when: () => <Time at={deletedAt} /> })}
        >
          {t("deletedMore")}
        </MessageLine>
      )}
    </>
  );
}
