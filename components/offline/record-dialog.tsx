"use client";
import { Description, FieldError, Input, Label, TextArea, TextField } from "@heroui/react";
import { useTimeZone, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { MoneyInput } from "#components/money-input";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import type { OrderCommands } from "#components/orders/use-order-commands";
import { ProblemLine } from "#components/problem-line";
import { SegmentField } from "#components/settings/segment-field";
import { useNow } from "#components/time";
import { showToast } from "#components/toaster";
import { useMoneyText } from "#components/use-money-text";
import { sendAttachment } from "#lib/api/approvals";
import { asProblem } from "#lib/api/http";
import type { OrderView } from "#lib/contracts/orders";
import type { Problem } from "#lib/contracts/problem";
import { FILE_TYPES, MAX_FILE_BYTES } from "#lib/domain/file-type";
import { OFFLINE_KINDS, type OfflineKind } from "#lib/domain/offline";
import { isLive } from "#lib/domain/payment";
import { calendarDay } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";
import { type LiveLinkChoice, LiveLinkQuestion } from "./live-link-question";

/**
 * Writing down money that came past the payment services: how, how much, when, under which reference, with its proof. Says
 * what is missing, what would be too much, and asks what becomes of a link that the customer could still pay.
 */
export function RecordDialog({
  order,
  commands,
  onClose,
}: {
  order: OrderView;
  commands: OrderCommands;
  onClose: () => void;
}) {
  const t = useTranslations("offline");
  const kinds = useTranslations("states.offlineKind");
  const text = useMoneyText();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const today = calendarDay(useNow(0), zone);
  const [kind, setKind] = useState<OfflineKind>("bank_transfer");
  const [minor, setMinor] = useState<string | null>(order.missing.amount > 0 ? String(order.missing.amount) : null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [day, setDay] = useState(today);
  const [reference, setReference] = useState("");
  const [note, setNote] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const [link, setLink] = useState<LiveLinkChoice | null>(null);
  const [judged, setJudged] = useState(false);
  const [sending, setSending] = useState(false);
  const [fileProblem, setFileProblem] = useState<Problem | null>(null);

  const amount = { ...order.total, amount: Number(minor ?? 0) };
  const over = amount.amount - Math.max(0, order.total.amount - order.covered.amount);
  const live = order.attempts.find((attempt) => attempt.offline === null && isLive(attempt.state)) ?? null;
  const noAmount = amount.amount <= 0;
  const wrongDay = !/^\d{4}-\d\d-\d\d$/.test(day) || day > today;
  const noReference = reference.trim() === "";
  const wrongFile = file !== null && file.size > MAX_FILE_BYTES;
  const isPending = sending || commands.running === "record_offline";
  const failure = commands.failure?.command === "record_offline" ? commands.failure : null;

  const submit = async () => {
    setJudged(true);
    if (isPending || noAmount || unreadable || wrongDay || noReference || wrongFile || (live && !link)) return;
    setFileProblem(null);
    setSending(true);
    try {
      const attachment = file && (await sendAttachment(order.id, file));
      const recorded = await commands.recordOffline({
        kind,
        amount,
        receivedOn: day,
        reference: reference.trim(),
        note: note.trim() || null,
        attachmentId: (attachment?.id ?? null) as never,
        ...(link ? { liveLink: link } : {}),
      });
      if (!recorded) return;
      const waits = recorded.receipt.state === "waiting";
      const words = [t(waits ? "waitsSaid" : "recordedSaid", { amount: text(amount) })];
      if (recorded.link !== "none") words.push(t(`linkEnd.${recorded.link}`));
      showToast({ text: words.join(" ") });
      onClose();
    } catch (error) {
      setFileProblem(asProblem(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <DialogShell
      title={t("title", { number: order.number })}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={t("leave")}
          onLeave={onClose}
          submit={t("submit", { amount: text(amount) })}
          submitting={t("submitting")}
          isPending={isPending}
        />
      }
    >
      {failure && <ProblemLine what={t("failed")} problem={failure.problem} />}
      {fileProblem && <ProblemLine what={t("fileFailed")} problem={fileProblem} />}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <p>{t("explain")}</p>
        <SegmentField
          label={t("kind")}
          value={kind}
          onChange={setKind}
          options={OFFLINE_KINDS.map((value) => ({ value, label: kinds(value) }))}
        />
        <div className="dialog-fields my-0">
          <MoneyInput
            label={t("amount")}
            value={minor}
            onChange={setMinor}
            currency={order.total.currency}
            description={order.missing.amount > 0 ? t("missing", { amount: text(order.missing) }) : t("nothingMissing")}
            error={judged && noAmount ? t("amountNeeded") : null}
            onProblem={setUnreadable}
            autoFocus
          />
          <TextField
            type="date"
            value={day}
            onChange={setDay}
            isRequired
            isInvalid={judged && wrongDay}
            validationBehavior="aria"
            fullWidth
          >
            <Label>{t("receivedOn")}</Label>
            <Input max={today} />
            <FieldError>{t("dayNeeded")}</FieldError>
          </TextField>
        </div>
        {over > 0 && !noAmount && (
          <p className="note-wait my-0">{t("tooMuch", { amount: text({ ...amount, amount: over }) })}</p>
        )}
        <TextField
          value={reference}
          onChange={setReference}
          isRequired
          isInvalid={judged && noReference}
          validationBehavior="aria"
          maxLength={140}
          fullWidth
        >
          <Label>{t("reference")}</Label>
          <Input autoComplete="off" />
          <Description>{t(`referenceHint.${kind}`)}</Description>
          <FieldError>{t("referenceNeeded")}</FieldError>
        </TextField>
        <FileField file={file} onFile={setFile} error={wrongFile ? t("fileTooLarge") : null} />
        <TextField value={note} onChange={setNote} maxLength={500} fullWidth>
          <Label>{t("note")}</Label>
          <TextArea rows={2} />
        </TextField>
        {live && (
          <LiveLinkQuestion asked={live.amount} choice={link} onChoice={setLink} isMissing={judged && link === null} />
        )}
        <p className="quiet text-xs">{t("aboveLimit")}</p>
      </div>
    </DialogShell>
  );
}

/** The browser's own field: it knows phones' cameras and folders better than we do. */
function FileField({
  file,
  onFile,
  error,
}: {
  file: File | null;
  onFile: (file: File | null) => void;
  error: string | null;
}) {
  const t = useTranslations("offline");
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label className="label" htmlFor={id}>
        {t("file")}
      </label>
      <input
        id={id}
        type="file"
        accept={FILE_TYPES.join(",")}
        className="input file-input"
        aria-invalid={error !== null || undefined}
        aria-describedby={`${id}hint`}
        onChange={(event) => onFile(event.target.files?.[0] ?? null)}
      />
      <p
        id={`${id}hint`}
        className={error ? "text-xs text-danger-soft-foreground" : "text-xs text-muted"}
        role={error ? "alert" : undefined}
      >
        {error ?? t("fileHint")}
        {!error && file && ` ${file.name}`}
      </p>
    </div>
  );
}
