"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowRight, ChevronLeft, CircleCheck, CloudOff, Hourglass, Lock } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { MessageLine } from "#components/message-line";
import { onDemand } from "#components/on-demand";
import { ProblemLine } from "#components/problem-line";
import { Glyph } from "#components/status-glyphs";
import { Time } from "#components/time";
import { useReason } from "#components/use-blocker-words";
import { asProblem } from "#lib/api/http";
import { reviewQuery, sendReviewAnswer } from "#lib/api/reviews";
import type { ReviewAnswered, ReviewView } from "#lib/contracts/reviews";
import { pages } from "#lib/paths";
import { Due } from "./due";
import { ReviewFacts } from "./review-facts";
import { ReviewHistory } from "./review-history";
import { ReviewOwner } from "./review-owner";
import { UnknownFacts, WebhookFacts } from "./review-subject";
import { type Answering, useReviewWords } from "./use-review-words";

const AnswerDialog = onDemand(() => import("./answer-dialog").then((module) => module.AnswerDialog));

/**
 * One task: why it is there, what happened, the facts side by side, the prepared answers with what each does. Follows money
 * that is on its way back; once closed it says how it ended.
 */
export function ReviewTask({ initial, backTo }: { initial: ReviewView; backTo: string }) {
  const t = useTranslations("review");
  const causes = useTranslations("states.reviewReason");
  const { data: review, isError, dataUpdatedAt } = useQuery({ ...reviewQuery(initial.id), initialData: initial });
  const client = useQueryClient();
  const router = useRouter();
  const words = useReviewWords(review);
  const [answering, setAnswering] = useState<Answering | null>(null);
  useEnd(review);

  const opened = review.history.find(({ kind }) => kind === "opened");

  const answered = (answer: ReviewAnswered, said = t(answer.pending ? "sent" : "done")) => {
    client.setQueryData(reviewQuery(review.id).queryKey, answer.review);
    announce(answer.review.closedAt ? t("done") : said);
    // The list and the count in the navigation are the server's; this task stays in sight with how it ended.
    router.replace(pages.review(review.id), { scroll: false });
    router.refresh();
  };
  // Asking decides nothing: no last look, no note.
  const ask = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: () => sendReviewAnswer(review.id, { answer: "ask" }),
    onSuccess: (answer) => answered(answer, t("asked")),
  });
  return (
    <article className="review-task" aria-labelledby="review-headline">
      <header className="review-head">
        <p className="review-signs">
          <Link className="button button--ghost button--icon-only review-back" href={backTo} aria-label={t("back")}>
            <ChevronLeft aria-hidden="true" />
          </Link>
          <span className="pill pill-bad">
            <Glyph name="review" />
            {causes(review.cause)}
          </span>
          <span>
            {t.rich("opened", {
              when: () => <Time at={review.openedAt} form="timeOrMoment" />,
              by: opened?.actorKind ?? "none",
              name: opened?.actorName ?? "",
            })}
          </span>
          {!review.closedAt && <Due at={review.dueAt} />}
        </p>
        <h2 id="review-headline">{words.headline}</h2>
        <p className="review-meaning">{words.meaning}</p>
        {!review.closedAt && <ReviewOwner review={review} />}
      </header>
      {isError && (
        <MessageLine
          icon={<CloudOff className="icon" aria-hidden="true" />}
          title={t.rich("stale", { when: () => <Time at={new Date(dataUpdatedAt).toISOString()} form="time" /> })}
        />
      )}
      {review.pending && (
        <MessageLine icon={<Hourglass className="icon" aria-hidden="true" />} live="polite" title={t("pending")}>
          {t("pendingMore")}
        </MessageLine>
      )}
      {review.closedAt && <Ending review={review} />}
      <div className="review-body">
        {review.webhook && <WebhookFacts webhook={review.webhook} service={review.serviceName ?? ""} />}
        {review.unknown && <UnknownFacts unknown={review.unknown} />}
        <ReviewFacts review={review} />
        {review.answers.length > 0 && (
          <Answers
            review={review}
            isAsking={ask.isPending}
            onAnswer={(one) => (one.answer === "ask" ? ask.mutate() : setAnswering(one))}
          />
        )}
        {ask.error && <ProblemLine what={t("failed")} problem={asProblem(ask.error)} />}
        <ReviewHistory history={review.history} />
        <p className="review-foot">
          {t("audit")}{" "}
          {review.paymentId && (
            <Link className="text-link" href={pages.transaction(review.paymentId)}>
              {t("openTransaction")} <ArrowRight className="icon" aria-hidden="true" />
            </Link>
          )}
          {review.orderId && (
            <Link className="text-link" href={pages.order(review.orderId)}>
              {t("openOrder", { order: review.orderNumber ?? "" })} <ArrowRight className="icon" aria-hidden="true" />
            </Link>
          )}
        </p>
      </div>
      {answering && (
        <AnswerDialog
          review={review}
          answering={answering}
          onAnswered={(answer) => answered(answer, answering.answer === "new_link" ? t("linkMade") : undefined)}
          onClose={() => setAnswering(null)}
        />
      )}
    </article>
  );
}

function Answers({
  review,
  isAsking,
  onAnswer,
}: {
  review: ReviewView;
  isAsking: boolean;
  onAnswer: (answering: Answering) => void;
}) {
  const t = useTranslations("review");
  const words = useReviewWords(review);
  const reason = useReason()(review.blocker);
  const why = reason ?? (review.pending ? t("pending") : null);
  return (
    <section aria-labelledby="review-answers">
      <h3 id="review-answers">{t("answers")}</h3>
      {reason && (
        <p className="review-locked">
          <Lock className="icon" aria-hidden="true" />
          {reason}
        </p>
      )}
      <ul className="review-answers">
        {review.answers.map((answering, place) => (
          <li key={answering.answer}>
            <div>
              <h4>{words.title(answering)}</h4>
              <p>{words.effect(answering)}</p>
            </div>
            <ActionButton
              label={answering.answer === "attach" ? t("chooseOrder") : words.act(answering)}
              variant={place === 0 ? "primary" : "outline"}
              disabledReason={why}
              isPending={answering.answer === "ask" && isAsking}
              onPress={() => onAnswer(answering)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Ending({ review }: { review: ReviewView }) {
  const t = useTranslations("review");
  const { closedAt, closedByName, resolution, note } = review;
  if (!closedAt || !resolution) return null;
  return (
    <MessageLine
      icon={<CircleCheck className="icon" aria-hidden="true" />}
      tone="good"
      title={t(`resolution.${resolution}`)}
    >
      {t.rich("closed", { name: closedByName ?? "none", when: () => <Time at={closedAt} /> })}
      {note && ` ${t("noted", { note })}`}
    </MessageLine>
  );
}

/** A task that closes while somebody looks is read out, and leaves the list of open ones. */
function useEnd(review: ReviewView): void {
  const t = useTranslations("review");
  const router = useRouter();
  const wasOpen = useRef(review.closedAt === null);
  useEffect(() => {
    if (!wasOpen.current || review.closedAt === null) return;
    wasOpen.current = false;
    announce(t("done"));
    router.refresh();
  }, [review.closedAt, router, t]);
}
