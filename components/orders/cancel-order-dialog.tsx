"use client";
import { Button } from "@heroui/react";
import { CircleAlert, CircleCheck, Hourglass } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ProblemLine } from "#components/problem-line";
import { ReasonField } from "#components/reason-field";
import { useMoneyText } from "#components/use-money-text";
import type { AttachmentView, BackStepView, OrderView } from "#lib/contracts/orders";
import type { PaymentView } from "#lib/contracts/payments";
import { isLive } from "#lib/domain/payment";
import { DialogButtons, DialogShell } from "./dialog-shell";
import type { Failure } from "./use-order-commands";

type Standing = "todo" | "asked" | "unknown" | "done" | "refused";

/**
 * What becomes of the link and of the money, said with the amounts before the order is cancelled, and each step with its result
 * after: done only when its provider has said so. Closing the dialog stops nothing; the page follows what is left.
 */
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
  const say = useTranslations("cancelSteps");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  // As it was when the dialog opened: what is done disappears from the order, not from what is shown here.
  const [steps] = useState(order.cancelling?.steps ?? []);
  const [attachments] = useState(order.cancelling?.attachments ?? []);
  const toTell = steps.length + attachments.length;
  const begun = order.cancelling === null || order.cancelling.since !== null;
  const submit = async () => {
    if (isPending) return;
    setMissing(reason.trim() === "");
    if (reason.trim() && (await onSubmit(reason.trim())) && toTell === 0) onClose();
  };
  const problem = failure?.command === "cancel_order" && !begun ? failure.problem : null;
  const waits = begun && order.status !== "cancelled";
  return (
    <DialogShell
      title={
        begun && !waits ? say("title", { number: order.number }) : t("cancelOrder.title", { number: order.number })
      }
      onClose={onClose}
      onSubmit={() => (begun ? onClose() : void submit())}
      footer={
        begun ? (
          <>
            {waits && <p className="dialog-note">{say("waits")}</p>}
            <Button type="submit" variant="primary">
              {say("close")}
            </Button>
          </>
        ) : (
          <DialogButtons
            leave={t("cancelOrder.keep")}
            onLeave={onClose}
            submit={t("cancelOrder.submit")}
            submitting={t("action.cancellingOrder")}
            isPending={isPending}
            tone="danger"
          />
        )
      }
    >
      {problem && <ProblemLine what={t("failed.cancel_order")} problem={problem} />}
      {toTell > 0 && (
        <ol className="cancel-steps" aria-live="polite">
          {steps.map((step) => (
            <Step key={`${step.paymentId}${step.kind}`} step={step} order={order} />
          ))}
          {attachments.map((attachment) => (
            <Attached
              key={`${attachment.paymentId}${attachment.orderNumber}`}
              attachment={attachment}
              isDone={order.status === "cancelled"}
            />
          ))}
        </ol>
      )}
      {!begun && (
        <>
          <p>{t("cancelOrder.plain")}</p>
          <ReasonField
            label={t("cancelOrder.reason")}
            value={reason}
            onChange={(text) => {
              setReason(text);
              setMissing(false);
            }}
            isMissing={missing}
            problem={t("cancelOrder.reasonNeeded")}
            autoFocus
            className="mt-4"
          />
        </>
      )}
    </DialogShell>
  );
}

function Step({ step, order }: { step: BackStepView; order: OrderView }) {
  const t = useTranslations("cancelSteps");
  const providers = useTranslations("states.provider");
  const provider = providers(step.provider as Parameters<typeof providers>[0]);
  const amount = useMoneyText()(step.amount);
  const payment = order.attempts.find(({ id }) => id === step.paymentId);
  const standing = standingOf(step, order, payment);
  const message = payment?.lastFailure?.message || payment?.lastFailure?.code || "none";
  const icon = {
    todo: null,
    asked: <Hourglass className="icon" aria-hidden="true" />,
    unknown: <Hourglass className="icon" aria-hidden="true" />,
    done: <CircleCheck className="icon" aria-hidden="true" />,
    refused: <CircleAlert className="icon" aria-hidden="true" />,
  }[standing];
  return (
    <li data-standing={standing}>
      {t(`what.${step.kind as "cancel_link"}`, { amount, provider, attempt: step.attempt })}
      {standing !== "todo" && (
        <span className="cancel-step-result">
          {icon}
          {t(`standing.${standing}`, { provider, kind: step.kind, message })}
        </span>
      )}
    </li>
  );
}

/** What becomes of money that was paid for one order and counts for another. */
function Attached({ attachment, isDone }: { attachment: AttachmentView; isDone: boolean }) {
  const t = useTranslations("cancelSteps");
  const amount = useMoneyText()(attachment.amount);
  const isProposed = isDone && attachment.kind === "attached_here";
  return (
    <li data-standing={isProposed ? "done" : "todo"}>
      {t(`attached.${attachment.kind}`, { amount, order: attachment.orderNumber })}
      {isProposed && (
        <span className="cancel-step-result">
          <CircleCheck className="icon" aria-hidden="true" />
          {t("standing.done", { provider: "", kind: "propose_refund" })}
        </span>
      )}
    </li>
  );
}

/** How far a step is, by what its provider says. */
function standingOf({ kind }: BackStepView, order: OrderView, payment: PaymentView | undefined): Standing {
  if (!payment) return "todo";
  const begun = order.cancelling === null || order.cancelling.since !== null;
  if (kind === "propose_refund") return order.status === "cancelled" ? "done" : "todo";
  const done = kind === "release_hold" ? payment.holdReleased : !isLive(payment.state) && payment.held.amount === 0;
  if (done && payment.captured.amount === 0) return "done";
  if (payment.unsettled) return payment.unsettled.state === "unknown" ? "unknown" : "asked";
  if (
    payment.lastFailure &&
    (payment.lastFailure.kind === "cancel_link" || payment.lastFailure.kind === "release_hold")
  )
    return "refused";
  return begun ? "asked" : "todo";
}
