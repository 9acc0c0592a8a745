"use client";
import { Button } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { OrderView } from "#lib/contracts/orders";
import type { PaymentView } from "#lib/contracts/payments";
import type { Problem } from "#lib/contracts/problem";
import type { MoneyView } from "#lib/domain/money";
import { Money } from "./money";
import { MoneyInput } from "./money-input";
import { DialogButtons, DialogShell } from "./orders/dialog-shell";
import { ProblemLine } from "./problem-line";
import { useMoneyText } from "./use-money-text";

/**
 * Taking held money, with all that follows said before it is done: what goes back, what the bank allows, what the gate will do.
 * One for the order page and the transaction page. `onFinalize` gets the amount on the button and answers whether it went
 * through.
 */
export function FinalizeDialog({
  payment,
  order,
  isPending,
  problem,
  onFinalize,
  onClose,
}: {
  payment: Pick<PaymentView, "held" | "provider" | "capabilities">;
  /** What the order costs, asks for and has; null where no order is at hand. */
  order: Pick<OrderView, "total" | "required" | "covered" | "held" | "gate"> | null;
  isPending: boolean;
  problem: Problem | null;
  onFinalize: (amount: MoneyView) => Promise<boolean>;
  onClose: () => void;
}) {
  const t = useTranslations("finalize");
  const failed = useTranslations("order.failed");
  const { held, provider, capabilities } = payment;
  const { finalizePart } = capabilities;
  const onceOnly = capabilities.finalizeTimes === "once";
  const name = useTranslations("states.provider")(provider);
  const text = useMoneyText();
  const { currency } = held;
  // An order that was edited may cost less than what is held: then that much is proposed, and not the whole.
  const useful = order ? Math.max(0, order.total.amount - (order.covered.amount - held.amount)) : held.amount;
  const proposed = finalizePart && useful > 0 ? Math.min(held.amount, useful) : held.amount;
  const [typed, setMinor] = useState<string | null | undefined>(undefined);
  const minor = typed === undefined ? String(proposed) : typed;
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const of = (amount: number): MoneyView => ({ amount, currency });

  const take = Number(minor ?? 0);
  const rest = held.amount - take;
  const wrong = rest < 0 ? t("tooMuch", { held: text(held) }) : take <= 0 ? t("zero") : null;
  const submit = async () => {
    if (isPending || wrong || unreadable) return;
    // The amount on the button is the amount that is sent, the whole of it included.
    if (await onFinalize(of(take))) onClose();
  };

  const after = order && order.covered.amount - Math.max(0, rest);
  const missing = order && after !== null ? order.required.amount - after : 0;
  // A gate that is shut only because this hold ends soon opens with it; what else shuts it stays.
  const shut = order?.gate.ship ?? [];
  const opens = order?.held.amount === held.amount && shut.every(({ code }) => code === "HOLD_EXPIRING");
  const gateAfter = shut.length === 0 ? t("gateStays") : opens ? t("gateOpens") : null;
  return (
    <DialogShell
      title={t("title")}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <p className="dialog-note">{t("slow")}</p>
          <DialogButtons
            leave={t("keep")}
            onLeave={onClose}
            submit={t("submit", { amount: text(of(Math.max(0, take))) })}
            submitting={t("pending", { provider: name })}
            isPending={isPending}
          />
        </>
      }
    >
      {problem && <ProblemLine what={failed("finalize")} problem={problem} />}
      {order && proposed < held.amount && (
        <p className="note-wait">{t("costsLess", { total: text(order.total), held: text(held) })}</p>
      )}
      {finalizePart && (
        <MoneyInput
          label={t("amount")}
          value={minor}
          onChange={setMinor}
          currency={currency}
          error={wrong}
          onProblem={setUnreadable}
          autoFocus
          className="finalize-amount"
          suffix={
            <Button size="sm" variant="outline" onPress={() => setMinor(String(held.amount))}>
              {t("whole", { amount: text(held) })}
            </Button>
          }
        />
      )}
      <dl className="ledger">
        <div>
          <dt>{t("held")}</dt>
          <dd>
            <Money value={held} bare />
          </dd>
        </div>
        <div className="strong">
          <dt>{t("youTake")}</dt>
          <dd>
            <Money value={of(Math.max(0, take))} bare />
          </dd>
        </div>
        <div>
          <dt>{t("goesBack")}</dt>
          <dd>
            <Money value={of(Math.max(0, rest))} bare />
          </dd>
        </div>
      </dl>
      <p className="quiet">
        {rest > 0 && onceOnly && !wrong && t("once", { provider: name, rest: text(of(rest)) })}
        {rest === 0 && t("wholeOnly")}
      </p>
      {order &&
        !wrong &&
        order.required.amount > 0 &&
        (missing > 0 && rest > 0 ? (
          <p className="note-wait">
            <b>{t("gateWillClose")}</b>{" "}
            {t("gateWillCloseMore", {
              required: text(order.required),
              covered: text(of(after ?? 0)),
              missing: text(of(missing)),
            })}
          </p>
        ) : (
          missing <= 0 && gateAfter && <p className="note-good">{gateAfter}</p>
        ))}
    </DialogShell>
  );
}
