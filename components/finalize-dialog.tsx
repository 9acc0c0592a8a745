"use client";
import { Button } from "@heroui/react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Problem } from "#lib/contracts/problem";
import type { MoneyView } from "#lib/domain/money";
import type { PaymentSource } from "#lib/domain/provider";
import { Money } from "./money";
import { MoneyInput } from "./money-input";
import { DialogShell } from "./orders/dialog-shell";
import { ProblemLine } from "./problem-line";
import { useMoneyText } from "./use-money-text";

/**
 * Taking held money, with all that follows said before it is done: what goes back, what the bank allows, what the gate will do.
 * `finalizePart` comes from the provider's abilities; without it the whole sum is taken. `onFinalize` answers whether it
 * went through; left without an amount it means the whole.
 */
export function FinalizeDialog({
  held,
  provider,
  coverage,
  finalizePart = false,
  onceOnly = true,
  isPending,
  problem,
  onFinalize,
  onClose,
}: {
  held: MoneyView;
  provider: PaymentSource;
  /** What the order asks for and what covers it now; null where no order is at hand. */
  coverage: { required: MoneyView; covered: MoneyView } | null;
  finalizePart?: boolean;
  onceOnly?: boolean;
  isPending: boolean;
  problem: Problem | null;
  onFinalize: (amount?: MoneyView) => Promise<boolean>;
  onClose: () => void;
}) {
  const t = useTranslations("finalize");
  const failed = useTranslations("order.failed");
  const name = useTranslations("states.provider")(provider);
  const text = useMoneyText();
  const { currency } = held;
  const [minor, setMinor] = useState<string | null>(String(held.amount));
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const of = (amount: number): MoneyView => ({ amount, currency });

  const take = Number(minor ?? 0);
  const rest = held.amount - take;
  const wrong = rest < 0 ? t("tooMuch", { held: text(held) }) : take <= 0 ? t("zero") : null;
  const submit = async () => {
    if (isPending || wrong || unreadable) return;
    if (await onFinalize(rest === 0 ? undefined : of(take))) onClose();
  };

  const after = coverage && coverage.covered.amount - Math.max(0, rest);
  const missing = coverage && after !== null ? coverage.required.amount - after : 0;
  return (
    <DialogShell
      title={t("title")}
      onClose={onClose}
      onSubmit={() => void submit()}
      footer={
        <>
          <p className="dialog-note">{t("slow")}</p>
          <Button variant="outline" onPress={onClose}>
            {t("keep")}
          </Button>
          <Button type="submit" variant="primary" isPending={isPending}>
            {isPending ? t("pending", { provider: name }) : t("submit", { amount: text(of(Math.max(0, take))) })}
          </Button>
        </>
      }
    >
      {problem && <ProblemLine what={failed("finalize")} problem={problem} />}
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
        {rest > 0 && onceOnly ? t("once", { provider: name, rest: text(of(rest)) }) : rest <= 0 ? t("wholeOnly") : null}
      </p>
      {coverage &&
        coverage.required.amount > 0 &&
        (missing > 0 && rest > 0 ? (
          <p className="note-wait">
            <b>{t("gateWillClose")}</b>{" "}
            {t("gateWillCloseMore", {
              required: text(coverage.required),
              covered: text(of(after ?? 0)),
              missing: text(of(missing)),
            })}
          </p>
        ) : (
          missing <= 0 && <p className="note-good">{t("gateStays")}</p>
        ))}
    </DialogShell>
  );
}
