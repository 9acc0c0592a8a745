"use client";
import { Button } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Money } from "#components/money";
import { MoneyInput } from "#components/money-input";
import { DialogButtons, DialogShell } from "#components/orders/dialog-shell";
import { ProblemLine } from "#components/problem-line";
import { ReasonField } from "#components/reason-field";
import { useMoneyText } from "#components/use-money-text";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { MoneyView } from "#lib/domain/money";
import type { TransactionCommands } from "./use-transaction-commands";

const SHORTEST_REASON = 3;

/**
 * Giving taken money back, all that is left of it or a part: how much, why, and what is left after it, said before it is done.
 * A provider that gives back only the whole is asked for the whole.
 */
export function RefundDialog({
  payment,
  commands,
  onClose,
}: {
  payment: PaymentPageView;
  commands: TransactionCommands;
  onClose: () => void;
}) {
  const t = useTranslations("transactions");
  const provider = useTranslations("states.provider")(payment.provider);
  const text = useMoneyText();
  const offline = useTranslations("offline");
  // What was recorded by hand is reversed in our books; nobody gives anything back for us.
  const way = payment.offline ? "hand" : "bank";
  const { currency } = payment.captured;
  const of = (amount: number): MoneyView => ({ amount: Math.max(0, amount), currency });
  // As it was when the dialog opened: a report that comes meanwhile is the server's to judge.
  const [left] = useState(payment.captured.amount - payment.refunded.amount);
  const [minor, setMinor] = useState<string | null>(String(left));
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);

  const back = Number(minor ?? 0);
  const wrong = back > left ? t("refund.tooMuch", { way, left: text(of(left)) }) : back <= 0 ? t("refund.zero") : null;
  const isPending = commands.running === "refund";
  const failure = commands.failure?.command === "refund" ? commands.failure : null;
  const submit = async () => {
    const tooShort = reason.trim().length < SHORTEST_REASON;
    setMissing(tooShort);
    if (isPending || wrong || unreadable || tooShort) return;
    // The amount on the button is the amount that is sent, the whole of it included.
    if (await commands.refund({ amount: of(back), reason: reason.trim() })) onClose();
  };

  const pending = payment.offline ? offline("reversing") : t("page.asking", { provider });
  return (
    <DialogShell
      title={t("refund.title", { way })}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <DialogButtons
          leave={t("refund.keep", { way })}
          onLeave={onClose}
          submit={t("refund.submit", { way, amount: text(of(back)) })}
          submitting={pending}
          isPending={isPending}
          tone="danger"
        />
      }
    >
      {failure && <ProblemLine what={t("failed.refund")} problem={failure.problem} />}
      {payment.capabilities.refundPart && (
        <MoneyInput
          label={t("refund.amount", { way })}
          value={minor}
          onChange={setMinor}
          currency={currency}
          error={wrong}
          onProblem={setUnreadable}
          autoFocus
          className="finalize-amount"
          suffix={
            <Button size="sm" variant="outline" onPress={() => setMinor(String(left))}>
              {t("refund.whole", { amount: text(of(left)) })}
            </Button>
          }
        />
      )}
      <dl className="ledger">
        <div>
          <dt>{t("refund.taken", { way })}</dt>
          <dd>
            <Money value={of(left)} bare />
          </dd>
        </div>
        <div className="strong">
          <dt>{t("refund.goesBack", { way })}</dt>
          <dd>
            <Money value={of(back)} bare />
          </dd>
        </div>
        <div>
          <dt>{t("refund.stays", { way })}</dt>
          <dd>
            <Money value={of(left - back)} bare />
          </dd>
        </div>
      </dl>
      <p className="quiet">{payment.capabilities.refundPart ? t("refund.more", { way }) : t("refund.wholeOnly")}</p>
      <ReasonField
        label={t("refund.reason")}
        value={reason}
        onChange={(value) => {
          setReason(value);
          setMissing(false);
        }}
        isMissing={missing}
        problem={t("refund.reasonNeeded")}
        className="mt-4"
      />
    </DialogShell>
  );
}
