"use client";
import { RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { Time } from "#components/time";
import type { ShareView } from "#lib/contracts/shares";
import { isSentByUs, type SentByUs } from "#lib/domain/share";

/** When the link was handed out, by whom, how and to whom; what we sent ourselves can be sent again in one press. */
export function ShareHistory({
  shares,
  again,
  isPending,
}: {
  shares: readonly ShareView[];
  /** Sends it once more on this channel; null: the link is dead, or we cannot send there now. */
  again: (channel: SentByUs) => ((recipient: string) => void) | null;
  isPending: boolean;
}) {
  const t = useTranslations("share");
  // One button for each address, beside the last time.
  const newest = (share: ShareView) =>
    shares.find(({ channel, recipient }) => channel === share.channel && recipient === share.recipient) === share;
  return (
    <section className="share-history" aria-labelledby="share-history">
      <h3 id="share-history">{t("history")}</h3>
      {shares.length === 0 && <p className="quiet">{t("nothing")}</p>}
      <ul>
        {shares.map((share) => {
          const { id, at, channel, recipient, byName, state, said } = share;
          const onAgain = isSentByUs(channel) && newest(share) ? again(channel) : null;
          return (
            <li key={id}>
              <Time at={at} className="quiet" />
              <span>
                {t(`channel.${channel}`)}
                {recipient && <b> {recipient}</b>}
                {state && <span className="quiet">, {t(`state.${state}`)}</span>}
                <span className="quiet"> · {byName ?? t("automatic")}</span>
                {said && <span className="share-error">{said}</span>}
              </span>
              {onAgain && recipient && (
                <button
                  type="button"
                  className="button button--ghost button--sm"
                  aria-disabled={isPending || undefined}
                  onClick={() => !isPending && onAgain(recipient)}
                >
                  <RotateCw aria-hidden="true" />
                  {t("again")}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
