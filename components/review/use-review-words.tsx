"use client";
import { useLocale, useTimeZone, useTranslations } from "next-intl";
import { useMoneyText } from "#components/use-money-text";
import type { ReviewView } from "#lib/contracts/reviews";
import { setsAside } from "#lib/domain/review";
import { formatDate, formatDuration } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";

export type Answering = ReviewView["answers"][number];

/** A task in words: what happened, what an answer does, what its button says. */
export function useReviewWords(review: ReviewView) {
  const t = useTranslations("review");
  const provider = useTranslations("states.provider");
  const locale = useLocale();
  const text = useMoneyText();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const { payment, order, webhook, unknown, cause, leftAt } = review;
  const source = payment?.provider ?? webhook?.provider;
  // What an answer does is said of the money that is set aside, of nothing, or of a webhook.
  const kind = { aside: setsAside(cause) ? "true" : "false", webhook: webhook ? "true" : "false" };
  const amountOf = ({ amount }: Answering) => (amount ? text(amount) : "none");
  const isHold = payment?.state === "withholding";
  // A hold cannot be made smaller: where a part of it goes back, the rest is taken.
  const takenWith = ({ answer, amount }: Answering): number =>
    isHold && answer === "refund" && amount ? payment.left.amount - amount.amount : 0;
  const holdOf = (answering: Answering) => (takenWith(answering) > 0 ? "part" : isHold ? "true" : "false");

  const late =
    payment?.linkEnd === "expired" && payment.linkEndedAt
      ? formatDuration(Date.parse(payment.moneySeenAt ?? review.openedAt) - Date.parse(payment.linkEndedAt), locale)
      : "none";
  const amountOfTask = () => {
    const ownSum = cause === "refund_proposed" || cause === "outcome_unknown" || webhook !== null;
    if (ownSum) return unknown?.amount ? text(unknown.amount) : review.amount ? text(review.amount) : "none";
    return payment ? text(payment.reported) : "none";
  };
  return {
    headline: t(`headline.${cause}`, {
      amount: amountOfTask(),
      asked: payment ? text(payment.asked) : "none",
      refunded: payment ? text(payment.refunded) : "none",
      missing: order ? text(order.missing) : "none",
      provider: source ? provider(source) : "none",
      operation: unknown?.operation ?? "none",
      status: payment?.providerStatus ?? "none",
      after: late,
    }),
    meaning: t(`meaning.${cause}`, {
      order: order?.number ?? "none",
      customer: review.customerName ?? "none",
      service: review.serviceName ?? "none",
      told: webhook?.source ?? "none",
      left: leftAt ? formatDate(leftAt, { locale, zone }) : "none",
      interrupted: unknown?.interrupted ? "true" : "false",
    }),
    title: (answering: Answering) => t(`answer.${answering.answer}`, { ...kind, hold: holdOf(answering) }),
    effect: (answering: Answering) =>
      t(`effect.${answering.answer}`, {
        ...kind,
        amount: amountOf(answering),
        hold: holdOf(answering),
        taken: payment ? text({ ...payment.left, amount: takenWith(answering) }) : "none",
        gate: answering.gate,
        covered: answering.covered ? text(answering.covered) : "none",
        required: order ? text(order.required) : "none",
        missing:
          answering.answer === "new_link" && order
            ? text(order.missing)
            : answering.missing
              ? text(answering.missing)
              : "none",
        live:
          order?.liveAttempt && (answering.answer === "new_link" || answering.missing?.amount === 0)
            ? String(order.liveAttempt)
            : "none",
      }),
    act: (answering: Answering, to?: string) =>
      t(`act.${answering.answer}`, {
        ...kind,
        missing: order ? text(order.missing) : "none",
        amount: amountOf(answering),
        hold: holdOf(answering),
        order: to ?? "none",
      }),
  };
}
