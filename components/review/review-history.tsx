"use client";
import { useTranslations } from "next-intl";
import { Time } from "#components/time";
import { useMoneyText } from "#components/use-money-text";
import type { ReviewView } from "#lib/contracts/reviews";
import { PAYMENT_STATES, type PaymentState } from "#lib/domain/payment";

type Step = ReviewView["history"][number];

/** What became of a task, in sentences, oldest first: opened, whose it was, what changed meanwhile, how it ended. */
export function ReviewHistory({ history }: { history: readonly Step[] }) {
  const t = useTranslations("review.history");
  if (history.length === 0) return null;
  return (
    <section aria-labelledby="review-history">
      <h3 id="review-history">{t("title")}</h3>
      <ol className="review-history">
        {history.map((step) => (
          <li key={step.id}>
            <Time at={step.at} form="timeOrMoment" />
            <p>
              <Sentence step={step} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Sentence({ step }: { step: Step }) {
  const t = useTranslations("review");
  const states = useTranslations("states.payment");
  const text = useMoneyText();
  const { params, actorName: name, actorKind: by } = step;
  const sum = (value: Step["params"][string] | undefined) =>
    typeof value === "object" && value !== null && value.amount > 0 ? text(value) : "none";
  const word = (value: Step["params"][string] | undefined) => (typeof value === "string" && value ? value : "none");
  const note = word(params.note);
  const to = word(params.to);
  const state = PAYMENT_STATES.find((known): known is PaymentState => known === params.state);
  const said = {
    opened: () => t("history.opened", { by, name }),
    assigned: () => t("history.assigned", { name, to: to === name ? "SELF" : to }),
    facts: () =>
      t("history.facts", {
        state: state ? states(state) : word(params.state),
        held: sum(params.held),
        captured: sum(params.captured),
        refunded: sum(params.refunded),
      }),
    answered: () => t("history.answered", { name, answer: word(params.answer) }),
    closed: () => t("history.closed", { name, resolution: word(params.resolution) }),
  }[step.kind]();
  return (
    <>
      {said}
      {note !== "none" && <span className="text-muted"> {t("noted", { note })}</span>}
    </>
  );
}
