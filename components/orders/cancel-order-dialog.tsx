"use client";
import { Button, FieldError, Label, TextArea, TextField } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ProblemLine } from "#components/problem-line";
import { useMoneyText } from "#components/use-money-text";
import type { OrderView } from "#lib/contracts/orders";
import { isLive } from "#lib/domain/payment";
import { DialogShell } from "./dialog-shell";
import type { Failure } from "./use-order-commands";

/** Says what becomes of the link and of the money before the order is cancelled, and asks why. */
export function CancelOrderDialog({
  order,
  isPending,
  failure,
  onSubmit,
  onClose,
}: {
  order: OrderView;
  isPending: boolean;
  failure: Failure | null;
  onSubmit: (reason: string) => Promise<boolean>;
  onClose: () => void;
}) {
  const t = useTranslations("order");
  const amount = useMoneyText();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const submit = async () => {
    if (isPending) return;
    setMissing(reason.trim() === "");
    if (reason.trim() && (await onSubmit(reason.trim()))) onClose();
  };
  const consequences = order.attempts.flatMap((attempt) => {
    if (isLive(attempt.state)) return [t("cancelOrder.live", { amount: amount(attempt.amount) })];
    if (attempt.state === "withholding") return [t("cancelOrder.held", { amount: amount(attempt.held) })];
    const taken = attempt.captured.amount - attempt.refunded.amount;
    return taken > 0 ? [t("cancelOrder.taken", { amount: amount({ ...attempt.captured, amount: taken }) })] : [];
  });
  return (
    <DialogShell
      title={t("cancelOrder.title", { number: order.number })}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <Button variant="outline" onPress={onClose}>
            {t("cancelOrder.keep")}
          </Button>
          <Button type="submit" variant="danger" isPending={isPending}>
            {isPending ? t("action.cancellingOrder") : t("cancelOrder.submit")}
          </Button>
        </>
      }
    >
      {failure?.command === "cancel_order" && <ProblemLine what={t("failed.cancel_order")} problem={failure.problem} />}
      <ul className="consequences">
        {[t("cancelOrder.plain"), ...consequences].map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <TextField
        value={reason}
        onChange={(text) => {
          setReason(text);
          setMissing(false);
        }}
        isRequired
        isInvalid={missing}
        validationBehavior="aria"
        maxLength={500}
        autoFocus
      >
        <Label>{t("cancelOrder.reason")}</Label>
        <TextArea rows={2} />
        <FieldError>{t("cancelOrder.reasonNeeded")}</FieldError>
      </TextField>
    </DialogShell>
  );
}
