"use client";
import { Check, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Money } from "#components/money";
import { Time } from "#components/time";
import { CardMask } from "#components/transactions/card-mask";
import { useMoneyText } from "#components/use-money-text";
import type { ReviewView } from "#lib/contracts/reviews";
import type { ReviewFact } from "#lib/domain/review";

/** What we asked for beside what the bank reports. Only a difference has a ground. */
export function ReviewFacts({ review }: { review: ReviewView }) {
  const t = useTranslations("review");
  const provider = useTranslations("states.provider");
  const { payment } = review;
  if (!payment) return null;
  return (
    <table className="review-facts">
      <thead>
        <tr>
          <th scope="col">{t("column.fact")}</th>
          <th scope="col">{t("column.asked")}</th>
          <th scope="col">{t("column.reported", { provider: provider(payment.provider) })}</th>
          <th scope="col">{t("column.match")}</th>
        </tr>
      </thead>
      <tbody>
        {review.facts.map(({ fact, match }) => (
          <FactRow key={fact} review={review} payment={payment} fact={fact} match={match} />
        ))}
      </tbody>
    </table>
  );
}

type Paid = NonNullable<ReviewView["payment"]>;

function FactRow({
  review,
  payment,
  fact,
  match,
}: {
  review: ReviewView;
  payment: Paid;
  fact: ReviewFact;
  match: ReviewView["facts"][number]["match"];
}) {
  const t = useTranslations("review");
  const { asked, reported } = useSides(review, payment)[fact];
  return (
    <tr data-differs={match === "differs" || undefined}>
      <th scope="row">{t(`fact.${fact}`)}</th>
      {/* The order is ours alone: no bank reports of it, and its cell takes the room. */}
      <td colSpan={fact === "order" ? 2 : undefined}>{asked ?? t("nothing")}</td>
      {fact !== "order" && <td>{reported ?? t("nothing")}</td>}
      <td className="review-match" data-match={match}>
        {match === "same" && <Check className="icon" aria-hidden="true" />}
        {match === "differs" && <TriangleAlert className="icon" aria-hidden="true" />}
        <span>{match === "none" ? t("nothing") : t(`match.${match}`)}</span>
      </td>
    </tr>
  );
}

function useSides(
  { cause, order }: ReviewView,
  payment: Paid,
): Record<ReviewFact, { asked: ReactNode; reported: ReactNode }> {
  const t = useTranslations("review");
  const states = useTranslations("states.payment");
  const orders = useTranslations("states.order");
  const text = useMoneyText();
  const hasMoney = payment.reported.amount > 0;
  const { linkEnd, linkEndedAt, moneySeenAt } = payment;
  return {
    amount: {
      asked: <Money value={payment.asked} />,
      reported: hasMoney ? <Money value={payment.reported} /> : null,
    },
    currency: {
      asked: payment.asked.currency,
      reported: cause === "currency_mismatch" ? t("otherCurrency") : payment.asked.currency,
    },
    reference: {
      asked: <span className="text-xs">{payment.reference}</span>,
      reported: <span className="text-xs">{payment.reference}</span>,
    },
    link: {
      asked: t.rich("linkAsked", {
        attempt: payment.attempt,
        end: linkEnd === "expired" && !linkEndedAt ? "none" : linkEnd,
        when: () => linkEndedAt && <Time at={linkEndedAt} form="timeOrMoment" />,
      }),
      reported:
        hasMoney && moneySeenAt
          ? t.rich("linkPaid", { when: () => <Time at={moneySeenAt} form="timeOrMoment" /> })
          : null,
    },
    account: {
      asked: payment.serviceName,
      reported: t(cause === "account_mismatch" ? "otherAccount" : "sameAccount"),
    },
    status: {
      asked: null,
      reported: payment.providerStatus
        ? t("statusReported", { status: payment.providerStatus, state: states(payment.state) })
        : states(payment.state),
    },
    refunded: { asked: <Money value={payment.refundedByUs} />, reported: <Money value={payment.refunded} /> },
    left: { asked: <Money value={payment.asked} />, reported: <Money value={payment.left} /> },
    card: { asked: null, reported: payment.maskedCard && <CardMask mask={payment.maskedCard} /> },
    order: {
      asked:
        order &&
        t("orderNow", {
          status: orders(order.status),
          covered: order.required.amount > 0 ? text(order.covered) : "none",
          required: text(order.required),
          live: order.liveAttempt ?? "none",
        }),
      reported: null,
    },
  };
}
