"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { PaymentView } from "#lib/contracts/payments";
import { pages } from "#lib/paths";
import { Money } from "./money";
import { PaymentPill, ReviewFlag } from "./state-badges";
import { Time } from "./time";

/** All attempts to be paid, newest first. One that another took the place of is struck through and says by which. */
export function Attempts({ attempts }: { attempts: readonly PaymentView[] }) {
  const t = useTranslations("order.attempts");
  const kind = useTranslations("states.offlineKind");
  if (attempts.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="attempts-title">
      <h2 id="attempts-title" className="panel-title">
        {t("title")}
      </h2>
      <ol className="attempts">
        {attempts.map((attempt) => {
          const over = attempt.replacedByAttempt !== null || attempt.deletedAt !== null;
          return (
            <li key={attempt.id}>
              <Link href={pages.transaction(attempt.id)}>{t("number", { attempt: attempt.attempt })}</Link>
              <span className="attempt-state">
                <PaymentPill state={attempt.state} wear={over ? "quiet" : "bare"} />
                {attempt.needsReview && <ReviewFlag wear="bare" />}
                {attempt.offline && <span className="quiet">{kind(attempt.offline.kind)}</span>}
              </span>
              {over ? (
                <s>
                  <Money value={attempt.amount} bare />
                </s>
              ) : (
                <Money value={attempt.amount} bare />
              )}
              <span className="attempt-note">
                {attempt.deletedAt ? (
                  t("deleted")
                ) : attempt.replacedByAttempt !== null ? (
                  t("replacedBy", { attempt: attempt.replacedByAttempt })
                ) : (
                  <>
                    <Time at={attempt.createdAt} form="timeOrMoment" /> {attempt.createdByName?.split(" ")[0]}
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
