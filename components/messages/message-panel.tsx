"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { ProblemLine } from "#components/problem-line";
import { Glyph, type GlyphName } from "#components/status-glyphs";
import { Time } from "#components/time";
import { asProblem } from "#lib/api/http";
import { mayHaveNews, orderMessagesQuery, resendMessage } from "#lib/api/messages";
import { timelineQuery } from "#lib/api/orders";
import type { MessageView, OrderMessages } from "#lib/contracts/messages";
import type { OrderView } from "#lib/contracts/orders";
import type { Problem } from "#lib/contracts/problem";
import type { MessageState } from "#lib/domain/message";

const LOOK: Record<MessageState, { glyph: GlyphName; tone: string }> = {
  queued: { glyph: "pending", tone: " state-wait" },
  sending: { glyph: "processing", tone: " state-wait" },
  sent: { glyph: "successful", tone: " state-good" },
  delayed: { glyph: "pending", tone: " state-wait" },
  bounced: { glyph: "failed", tone: " state-bad" },
  refused: { glyph: "failed", tone: " state-bad" },
  failed: { glyph: "failed", tone: " state-bad" },
  dropped: { glyph: "dash", tone: " state-quiet" },
};

const SHOWN_AT_FIRST = 4;

/** What the customer of the order was sent, with what became of it; what did not arrive can be sent again from here. */
export function MessagePanel({ order, maySend }: { order: OrderView; maySend: boolean }) {
  const t = useTranslations("messages");
  const client = useQueryClient();
  const query = orderMessagesQuery(order.id, order.updatedAt);
  const { data } = useQuery(query);
  const [all, setAll] = useState(false);
  // What becomes of a message is told in the order's history too, which is as old as the page.
  const news = data?.rows.map(({ id, state }) => `${id}:${state}`).join() ?? null;
  const isYoung = data?.rows.some(mayHaveNews) ?? false;
  const known = useRef(news);
  useEffect(() => {
    if (news !== null && known.current !== news && (known.current !== null || isYoung))
      void client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey });
    known.current = news;
  }, [client, news, isYoung, order.id]);
  if (!data || (data.rows.length === 0 && data.sends.email)) return null;
  const rows = all ? data.rows : data.rows.slice(0, SHOWN_AT_FIRST);
  const renew = (fresh: OrderMessages) => client.setQueryData(query.queryKey, fresh);
  return (
    <section className="panel messages" aria-labelledby="messages-title">
      <h2 id="messages-title" className="panel-title">
        {t("title")}
      </h2>
      {!data.sends.email && <p className="panel-note">{t("mailOff")}</p>}
      <ul>
        {rows.map((message) => (
          <Message key={message.id} message={message} maySend={maySend} renew={renew} />
        ))}
      </ul>
      {data.rows.length > rows.length && (
        <button type="button" className="button button--ghost button--sm" onClick={() => setAll(true)}>
          {t("all", { count: data.rows.length })}
        </button>
      )}
    </section>
  );
}

function Message({
  message,
  maySend,
  renew,
}: {
  message: MessageView;
  maySend: boolean;
  renew: (fresh: OrderMessages) => void;
}) {
  const t = useTranslations("messages");
  const [asking, setAsking] = useState(false);
  const { kind, channel, recipient, state, fault, said, createdAt, sentAt, nextAttemptAt } = message;
  const look = LOOK[state];
  const isOver = !["queued", "sending", "dropped"].includes(state);
  const isWrongAddress = state === "refused" || (state === "bounced" && fault === "no_mailbox");
  return (
    <li>
      <p className="message-head">
        <span>{t(`kind.${kind}`)}</span>
        <Time at={sentAt ?? createdAt} form="timeOrMoment" />
      </p>
      <p className="message-to">{channel === "sms" ? t("sms", { recipient }) : recipient}</p>
      <p className="message-state">
        <span className={`state${look.tone}`}>
          <Glyph name={look.glyph} />
          {t(state === "failed" && fault !== "unconfirmed" ? "state.unsent" : `state.${state}`)}
        </span>
        {isOver && maySend && !asking && (
          <button
            type="button"
            className="button button--ghost button--sm"
            aria-label={t(isWrongAddress ? "againElsewhereThan" : "againTo", { recipient })}
            onClick={() => setAsking(true)}
          >
            <RotateCw aria-hidden="true" />
            {t(isWrongAddress ? "againElsewhere" : "again")}
          </button>
        )}
      </p>
      {fault && state !== "sent" && (
        <p className="panel-note">
          {t("why", { fault })}
          {said && ["refused", "queued", "delayed", "bounced"].includes(state) && (
            <q className="message-said">{said}</q>
          )}
        </p>
      )}
      {fault && nextAttemptAt && (
        <p className="panel-note">{t.rich("next", { at: () => <Time at={nextAttemptAt} form="relative" /> })}</p>
      )}
      {asking && <Again message={message} renew={renew} onClose={() => setAsking(false)} />}
    </li>
  );
}

/** Where to this time: the same address stands there, to be sent to or put right. */
function Again({
  message,
  renew,
  onClose,
}: {
  message: MessageView;
  renew: (fresh: OrderMessages) => void;
  onClose: () => void;
}) {
  const t = useTranslations("messages");
  const id = useId();
  const [recipient, setRecipient] = useState(message.recipient);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isSending, setSending] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending || recipient.trim() === "") return;
    setSending(true);
    try {
      renew(
        await resendMessage(message.id, recipient.trim() === message.recipient ? {} : { recipient: recipient.trim() }),
      );
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
      setSending(false);
    }
  };
  const isMail = message.channel === "email";
  return (
    <form className="message-again" onSubmit={(event) => void send(event)} noValidate>
      <label className="label" htmlFor={id}>
        {t(isMail ? "address" : "phone")}
      </label>
      <input
        id={id}
        className="input input--full-width"
        type={isMail ? "email" : "tel"}
        value={recipient}
        onChange={({ target }) => setRecipient(target.value)}
        // biome-ignore lint/a11y/noAutofocus: it opens where the person has just pressed
        autoFocus
        maxLength={254}
        autoComplete="off"
      />
      {message.fault === "unconfirmed" && <p className="panel-note">{t("twice")}</p>}
      {problem && <ProblemLine what={t("notSent")} problem={problem} />}
      <p className="message-buttons">
        <button type="button" className="button button--outline button--sm" onClick={onClose}>
          {t("cancel")}
        </button>
        <button type="submit" className="button button--outline button--sm" aria-disabled={isSending || undefined}>
          {t(isSending ? "sendingNow" : "send")}
        </button>
      </p>
    </form>
  );
}
