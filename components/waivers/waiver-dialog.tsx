"use client";
import { FieldError, Input, Label, TextField } from "@heroui/react";
import { useTimeZone, useTranslations } from "next-intl";
import { useState } from "react";
import { MoneyInput } from "#components/money-input";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import type { OrderCommands } from "#components/orders/use-order-commands";
import { ProblemLine } from "#components/problem-line";
import { ReasonField } from "#components/reason-field";
import { useNow } from "#components/time";
import { useMoneyText } from "#components/use-money-text";
import type { OrderView } from "#lib/contracts/orders";
import { LONGEST_WAIVER_DAYS } from "#lib/domain/waiver";
import { calendarDay, endOfDay } from "#lib/format";
import { COMPANY_ZONE } from "#lib/i18n/locale";

const SHORTEST_REASON = 3;
const DAY_MS = 86_400_000;
/** Long enough for goods to leave, short enough that somebody looks again. */
const USUAL_DAYS = 3;

/** Asking that an order may ship without its money: how much, until the end of which day, why; said who has to approve it. */
export function WaiverDialog({
  order,
  commands,
  onClose,
}: {
  order: OrderView;
  commands: OrderCommands;
  onClose: () => void;
}) {
  const t = useTranslations("waivers");
  const amount = useMoneyText();
  const zone = useTimeZone() ?? COMPANY_ZONE;
  const now = useNow(0);
  // As it was when the dialog opened: news that come meanwhile are the server's to judge.
  const [most] = useState(order.waivable);
  const [minor, setMinor] = useState<string | null>(String(most.amount));
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [day, setDay] = useState(() => calendarDay(now + USUAL_DAYS * DAY_MS, zone));
  const [reason, setReason] = useState("");
  const [judged, setJudged] = useState(false);

  const cap = { ...most, amount: Number(minor ?? 0) };
  const end = endOfDay(day, zone);
  const wrongAmount =
    cap.amount > most.amount ? t("tooMuch", { most: amount(most) }) : cap.amount <= 0 ? t("zero") : null;
  const wrongEnd =
    end === null || end.getTime() <= now
      ? t("endNeeded")
      : end.getTime() > now + LONGEST_WAIVER_DAYS * DAY_MS
        ? t("endTooFar", { days: LONGEST_WAIVER_DAYS })
        : null;
  const noReason = reason.trim().length < SHORTEST_REASON;
  const isPending = commands.running === "waive";
  const failure = commands.failure?.command === "waive" ? commands.failure : null;
  const submit = async () => {
    setJudged(true);
    if (isPending || wrongAmount || unreadable || wrongEnd || noReason || !end) return;
    if (await commands.waive({ cap, reason: reason.trim(), endsAt: end.toISOString() })) onClose();
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
          submit={t("ask", { amount: amount(cap) })}
          submitting={t("asking")}
          isPending={isPending}
        />
      }
    >
      {failure && <ProblemLine what={t("failed")} problem={failure.problem} />}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <p>{t("explain")}</p>
        <div className="dialog-fields my-0">
          <MoneyInput
            label={t("amount")}
            value={minor}
            onChange={setMinor}
            currency={most.currency}
            description={t("most", { most: amount(most) })}
            error={judged || cap.amount > most.amount ? wrongAmount : null}
            onProblem={setUnreadable}
            autoFocus
          />
          <TextField
            type="date"
            value={day}
            onChange={setDay}
            isRequired
            isInvalid={judged && wrongEnd !== null}
            validationBehavior="aria"
            fullWidth
          >
            <Label>{t("until")}</Label>
            <Input min={calendarDay(now, zone)} />
            <FieldError>{wrongEnd}</FieldError>
          </TextField>
        </div>
        <ReasonField
          label={t("reason")}
          value={reason}
          onChange={setReason}
          isMissing={judged && noReason}
          problem={t("reasonNeeded")}
        />
      </div>
    </DialogShell>
  );
}
