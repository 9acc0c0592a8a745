"use client";
import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import { ReasonField } from "#components/reason-field";
import { asProblem } from "#lib/api/http";
import { sendReviewAnswer } from "#lib/api/reviews";
import type { ReviewAnswered, ReviewView } from "#lib/contracts/reviews";
import { OrderPick, type PickedOrder } from "./order-pick";
import { type Answering, useReviewWords } from "./use-review-words";

const SHORTEST_NOTE = 3;

/** The last look before an answer: what it does, why it is given, and a button that repeats the verb and the amount. */
export function AnswerDialog({
  review,
  answering,
  onAnswered,
  onClose,
}: {
  review: ReviewView;
  answering: Answering;
  onAnswered: (answer: ReviewAnswered) => void;
  onClose: () => void;
}) {
  const t = useTranslations("review");
  const words = useReviewWords(review);
  const [note, setNote] = useState("");
  const [to, setTo] = useState<PickedOrder | null>(null);
  const [judged, setJudged] = useState(false);
  const isAttach = answering.answer === "attach";
  const noNote = note.trim().length < SHORTEST_NOTE;
  const noOrder = isAttach && to === null;

  const { mutate, isPending, error } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: () =>
      sendReviewAnswer(review.id, {
        answer: answering.answer,
        note: note.trim(),
        ...(to ? { toOrderId: to.id } : {}),
      }),
    onSuccess: (answer) => {
      onAnswered(answer);
      onClose();
    },
  });
  const submit = () => {
    setJudged(true);
    if (!isPending && !noNote && !noOrder) mutate();
  };
  const noteField = (
    <ReasonField
      label={t("note")}
      value={note}
      onChange={setNote}
      isMissing={judged && noNote}
      problem={t("noteNeeded")}
      autoFocus={!isAttach}
    />
  );
  return (
    <DialogShell
      title={t("confirm", { what: words.title(answering) })}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <DialogButtons
          leave={t("keep")}
          onLeave={onClose}
          submit={words.act(answering, to?.number)}
          submitting={t("answering")}
          isPending={isPending}
          tone={answering.answer === "refund" ? "danger" : "primary"}
        />
      }
    >
      {error && <ProblemLine what={t("failed")} problem={asProblem(error)} />}
      <div className="grid gap-4">
        <p className="tabular-nums">{words.effect(answering)}</p>
        {isAttach && (
          <OrderPick
            currency={answering.amount?.currency ?? null}
            not={review.orderId}
            picked={to}
            onPick={setTo}
            isMissing={judged && noOrder}
          />
        )}
        {noteField}
      </div>
    </DialogShell>
  );
}
