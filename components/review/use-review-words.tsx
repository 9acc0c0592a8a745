"use client";
import { useLocale, useTranslations } from "next-intl";
import { useMoneyText } from "#components/use-money-text";
import type { ReviewView } from "#lib/contracts/reviews";
import { formatDuration } from "#lib/format";

export type Answering = ReviewView["answers"][number];

/** A task in words: what happened, what an answer does, what its button says. */
export function useReviewWords(review: ReviewView) {
  const t = useTranslations("review");
  const provider = useTranslations("states.provider");
  const locale = useLocale();
  const text = useMoneyText();
  const { payment, order, cause } = review;
  const amountOf = ({ amount }: Answering) => (amount ? text(amount) : "none");
  const isHold = payment?.state === "withholding";

  const late =
    payment?.linkEnd === "expired" && payment.linkEndedAt
      ? formatDuration(Date.parse(review.openedAt) - Date.parse(payment.linkEndedAt), locale)
      : "none";
  return {
    headline: t(`headline.${cause}`, {
      amount: payment ? text(payment.reported) : "none",
      asked: payment ? text(payment.asked) : "none",
      refunded: payment ? text(payment.refunded) : "none",
      missing: order ? text(order.missing) : "none",
      provider: payment ? provider(payment.provider) : "none",
      status: payment?.providerStatus ?? "none",
      after: late,
    }),
    meaning: t(`meaning.${cause}`, {
      order: order?.number ?? "none",
      customer: review.customerName ?? "none",
    }),
    title: ({ answer }: Answering) => t(`answer.${answer}`, { hold: isHold ? "true" : "false" }),
    effect: (answering: Answering) =>
      t(`effect.${answering.answer}`, {
        amount: amountOf(answering),
        hold: isHold ? "true" : "false",
        gate: answering.gate,
        covered: answering.covered ? text(answering.covered) : "none",
        required: order ? text(order.required) : "none",
        missing: answering.missing ? text(answering.missing) : "none",
        live: order?.liveAttempt && answering.missing?.amount === 0 ? String(order.liveAttempt) : "none",
      }),
    act: (answering: Answering, to?: string) =>
      t(`act.${answering.answer}`, {
        amount: amountOf(answering),
        hold: isHold ? "true" : "false",
        order: to ?? "none",
      }),
  };
}
