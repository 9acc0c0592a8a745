"use client";
import { Button, FieldError, Input, Label, Modal, TextArea, TextField } from "@heroui/react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2, Send, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { ActionButton } from "#components/action-button";
import { announce } from "#components/announcer";
import { CopyButton } from "#components/copy-button";
import { MessageLine } from "#components/message-line";
import type { OrderCommands } from "#components/orders/use-order-commands";
import { ProblemLine } from "#components/problem-line";
import { SegmentField } from "#components/settings/segment-field";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import { asProblem } from "#lib/api/http";
import { sharePayment, timelineQuery } from "#lib/api/orders";
import { sharesQuery } from "#lib/api/shares";
import type { OrderView } from "#lib/contracts/orders";
import type { ShareInput } from "#lib/contracts/payments";
import type { ShareSheet } from "#lib/contracts/shares";
import { type AppChannel, appAddress, type SentByUs, type ShareChannel, withLink } from "#lib/domain/share";
import type { Locale } from "#lib/i18n/locale";
import { QrCode } from "./qr-code";
import { ShareHistory } from "./share-history";

/**
 * Everything about handing an order's link over, in one place: the ready words in the customer's language, e-mail and text
 * message, the person's own applications, the QR code, and what was sent before. A link that has died offers a new one here.
 */
export function ShareDialog({
  order,
  commands,
  onClose,
}: {
  order: OrderView;
  commands: OrderCommands;
  onClose: () => void;
}) {
  const t = useTranslations("share");
  const common = useTranslations("common");
  const amount = useMoneyText();
  const { data: sheet, error } = useQuery(sharesQuery(order.id));
  return (
    <Modal.Backdrop isOpen onOpenChange={(open) => !open && onClose()} isDismissable={false}>
      <Modal.Container size="lg" scroll="inside">
        <Modal.Dialog className="share-dialog">
          <Modal.Header>
            <Modal.Heading>{t("title", { number: order.number })}</Modal.Heading>
            {order.payment && <p className="quiet">{t("forAmount", { amount: amount(order.payment.amount) })}</p>}
          </Modal.Header>
          <Modal.Body>
            {error && <ProblemLine what={t("unread")} problem={asProblem(error)} />}
            {!sheet && !error && <p className="quiet">{t("loading")}</p>}
            {sheet && <ShareBody order={order} sheet={sheet} commands={commands} />}
          </Modal.Body>
          <Modal.Footer>
            <Button variant="outline" onPress={onClose}>
              {common("close")}
            </Button>
          </Modal.Footer>
        </Modal.Dialog>
      </Modal.Container>
    </Modal.Backdrop>
  );
}

function ShareBody({ order, sheet, commands }: { order: OrderView; sheet: ShareSheet; commands: OrderCommands }) {
  const t = useTranslations("share");
  const { send, log, running, problem } = useShares(order);
  const refused = order.actions.send_link;
  const amount = useMoneyText();
  if (refused || !order.payment)
    return (
      <>
        <DeadLink order={order} commands={commands} />
        <ShareHistory shares={sheet.shares} again={() => null} isPending={false} />
      </>
    );
  return (
    <>
      {problem && <ProblemLine what={t("unsent")} problem={problem} />}
      <div className="share">
        <Letter order={order} sheet={sheet} send={send} log={log} running={running} />
        <QrCode
          link={sheet.link}
          name={`${order.number}-qr`}
          sheet={{ title: sheet.seller, lines: [order.number, amount(order.payment.amount)] }}
          onSaved={() => log("qr_picture")}
          onPrinted={() => log("qr_print")}
        />
      </div>
      <ShareHistory
        shares={sheet.shares}
        isPending={running !== null}
        again={(channel) => (sheet.sends[channel] ? (recipient) => void send({ channel, recipient }) : null)}
      />
    </>
  );
}

/** Why it cannot be handed out now, and the new link where one can be made. */
function DeadLink({ order, commands }: { order: OrderView; commands: OrderCommands }) {
  const t = useTranslations("share");
  const words = useTranslations("order");
  const why = useReason();
  const amount = useMoneyText()(order.missing);
  const { send_link: refused, new_link: no } = order.actions;
  const failure = commands.failure?.command === "new_link" ? commands.failure : null;
  return (
    <>
      {failure && <ProblemLine what={words("failed.new_link")} problem={failure.problem} />}
      <MessageLine
        icon={<TriangleAlert className="icon" />}
        title={refused?.code === "CREATING_LINK" ? words("action.creatingLink") : t("deadTitle")}
        live="polite"
        action={
          no === null && (
            <ActionButton
              size="sm"
              variant="primary"
              icon={<Link2 aria-hidden="true" />}
              label={words("action.newLinkAmount", { amount })}
              disabledReason={null}
              isPending={commands.running === "new_link"}
              pendingLabel={words("action.creatingLink")}
              onPress={() => commands.newLink()}
            />
          )
        }
      >
        {why(refused)}
      </MessageLine>
    </>
  );
}

const MESSENGERS: readonly [AppChannel, string][] = [
  ["viber", "Viber"],
  ["telegram", "Telegram"],
  ["whatsapp", "WhatsApp"],
];

type Sharing = ReturnType<typeof useShares>;

/** The words, and the ways on which they travel. */
function Letter({
  order,
  sheet,
  send,
  log,
  running,
}: { order: OrderView; sheet: ShareSheet } & Pick<Sharing, "send" | "log" | "running">) {
  const t = useTranslations("share");
  const common = useTranslations("common");
  const languages = useTranslations("order.language");
  const [language, setLanguage] = useState<Locale>(sheet.language);
  const [typed, setTyped] = useState<string | null>(null);
  const [email, setEmail] = useState(order.customer?.email ?? "");
  const [phone, setPhone] = useState(order.customer?.phone ?? "");
  const { link, sends } = sheet;
  const { subject, text: ready } = sheet.letters[language];
  const words = typed ?? ready;
  const text = withLink(words, link);
  const app = (channel: AppChannel, to: string | null = null) =>
    appAddress(channel, { text, link, subject, to: to || null });
  // Untouched words are the template's affair, which says the same at greater length.
  const own = typed === null ? {} : { text };
  return (
    <div className="share-letter">
      <SegmentField
        label={t("language")}
        value={language}
        options={(["uk", "en"] as const).map((value) => ({ value, label: languages(value) }))}
        onChange={(chosen) => {
          setLanguage(chosen);
          setTyped(null);
        }}
      />
      <TextField value={words} onChange={setTyped} maxLength={900} fullWidth>
        <Label>{t("text")}</Label>
        <TextArea rows={5} lang={language} />
      </TextField>
      {!words.includes(link) && <p className="quiet">{t("addedLink")}</p>}
      <div className="share-buttons">
        <CopyButton text={link} label={t("copyLink")} done={common("copied")} withLabel onCopied={() => log("copy")} />
        <CopyButton text={text} label={t("copyText")} done={common("copied")} withLabel onCopied={() => log("copy")} />
        {typed !== null && (
          <button type="button" className="button button--ghost button--sm" onClick={() => setTyped(null)}>
            {t("ready")}
          </button>
        )}
      </div>
      <Recipient
        label={t("emailTo")}
        kind="email"
        value={email}
        onChange={setEmail}
        wrong={t("badEmail")}
        isRight={(address) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)}
        button={sends.email ? t("sendEmail") : t("openMail")}
        isPending={running === "email"}
        pendingLabel={t("sendingEmail")}
        note={sends.email ? null : t("mailOff")}
        onSend={(recipient) =>
          sends.email ? send({ channel: "email", recipient, language, ...own }) : handOver("mail_app", recipient)
        }
      />
      <Recipient
        label={t("phoneTo")}
        kind="tel"
        value={phone}
        onChange={setPhone}
        wrong={t("badPhone")}
        isRight={(number) => /^\+?\d{7,15}$/.test(number.replace(/[\s()-]/g, ""))}
        button={sends.sms ? t("sendSms") : t("openSms")}
        isPending={running === "sms"}
        pendingLabel={t("sendingSms")}
        note={null}
        onSend={(recipient) =>
          sends.sms ? send({ channel: "sms", recipient, language, text }) : handOver("sms_app", recipient)
        }
      />
      <fieldset className="share-apps">
        <legend>{t("elsewhere")}</legend>
        {MESSENGERS.map(([channel, name]) => (
          <a
            key={channel}
            className="button button--outline button--sm"
            href={app(channel, channel === "whatsapp" ? phone : null)}
            target="_blank"
            rel="noopener noreferrer"
            onClick={() => log(channel, channel === "whatsapp" ? phone : null)}
          >
            {name}
          </a>
        ))}
        {typeof navigator.share === "function" && (
          <button
            type="button"
            className="button button--outline button--sm"
            onClick={() =>
              void navigator.share({ title: subject, text: text.replace(link, "").trim(), url: link }).then(
                () => log("device"),
                () => undefined,
              )
            }
          >
            {t("device")}
          </button>
        )}
      </fieldset>
    </div>
  );

  /** Opens the person's own application, and notes that they were sent there. */
  function handOver(channel: AppChannel, recipient: string) {
    log(channel, recipient);
    window.location.assign(app(channel, recipient));
  }
}

/** Who gets it, and the button that sends it; Enter in the field sends as well. */
function Recipient(props: {
  label: string;
  kind: "email" | "tel";
  value: string;
  onChange: (text: string) => void;
  isRight: (text: string) => boolean;
  wrong: string;
  button: string;
  isPending: boolean;
  pendingLabel: string;
  note: string | null;
  onSend: (recipient: string) => unknown;
}) {
  const [checked, setChecked] = useState(false);
  const value = props.value.trim();
  const wrong = checked && !props.isRight(value);
  const submit = () => {
    setChecked(true);
    if (!props.isPending && props.isRight(value)) props.onSend(value);
  };
  return (
    <form
      className="share-to"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        type={props.kind}
        value={props.value}
        onChange={props.onChange}
        isInvalid={wrong}
        validationBehavior="aria"
        fullWidth
      >
        <Label>{props.label}</Label>
        <Input autoComplete="off" maxLength={254} />
        <FieldError>{props.wrong}</FieldError>
      </TextField>
      <Button type="submit" variant={props.kind === "email" ? "primary" : "outline"} isPending={props.isPending}>
        <Send aria-hidden="true" />
        {props.isPending ? props.pendingLabel : props.button}
      </Button>
      {props.note && <p className="quiet">{props.note}</p>}
    </form>
  );
}

/** Sends, or notes that the person did; either way the dialog and the timeline show it at once. */
function useShares(order: OrderView) {
  const t = useTranslations("share");
  const locale = useLocale();
  const client = useQueryClient();
  const paymentId = order.payment?.id ?? "";
  const readAgain = () => {
    void client.invalidateQueries({ queryKey: sharesQuery(order.id).queryKey });
    void client.invalidateQueries({ queryKey: timelineQuery(order.id).queryKey });
  };
  const { mutateAsync, isPending, variables, error } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: (input: ShareInput) => sharePayment(paymentId).send(input),
    onSuccess: (_answer, { recipient }) => announce(t("queued", { recipient: recipient ?? "" })),
    onSettled: readAgain,
  });
  return {
    running: isPending ? (variables.channel as SentByUs) : null,
    problem: error ? asProblem(error) : null,
    locale,
    send: async (input: ShareInput) => {
      if (!isPending) await mutateAsync(input).catch(() => undefined);
    },
    /** An entry that fails takes nothing away from the person who has shared. */
    log: (channel: Exclude<ShareChannel, SentByUs>, recipient: string | null = null) =>
      void sharePayment(paymentId)
        .send({ channel, recipient: recipient || null })
        .then(readAgain)
        .catch(() => undefined),
  };
}
