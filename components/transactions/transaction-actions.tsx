"use client";
import { BadgeCheck, LockOpen, RefreshCw, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionButton } from "#components/action-button";
import { CardMask } from "#components/transactions/card-mask";
import { useReason } from "#components/use-blocker-words";
import { useMoneyText } from "#components/use-money-text";
import { isAwaited } from "#lib/api/payments";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { TransactionCommands } from "./use-transaction-commands";

/**
 * The actions of the head, in the same order in every state. The filled one is the next step: taking money that is held, else
 * asking for news that is awaited. In the bar of a phone only the next step and its neighbour stand.
 */
export function TransactionActions({
  payment,
  commands,
  onFinalize,
  onRefund,
  place = "head",
}: {
  payment: PaymentPageView;
  commands: TransactionCommands;
  onFinalize: () => void;
  onRefund: () => void;
  place?: "head" | "bar";
}) {
  const t = useTranslations("transactions");
  const provider = useTranslations("states.provider")(payment.provider);
  const why = useReason();
  const amount = useMoneyText()(payment.held);
  const { actions } = payment;
  const offline = useTranslations("offline");
  if (payment.offline)
    return (
      <ActionButton
        {...(place === "bar" ? ({ size: "lg", fullWidth: true } as const) : ({ className: "max-md:hidden" } as const))}
        label={offline("reverse")}
        icon={place !== "bar" && <Undo2 aria-hidden="true" />}
        disabledReason={why(actions.refund)}
        isPending={commands.running === "refund"}
        pendingLabel={offline("reversing")}
        onPress={onRefund}
      />
    );
  const inBar = place === "bar";
  // The bar of a phone has these two; its head keeps what is done less often.
  const look = inBar
    ? ({ size: "lg", fullWidth: true } as const)
    : ({ size: "md", className: "max-md:hidden" } as const);
  const next = actions.finalize === null ? "finalize" : isAwaited(payment) ? "sync" : null;
  const filled = (action: "finalize" | "sync") => (next === action ? ("primary" as const) : ("outline" as const));
  return (
    <>
      <ActionButton
        {...look}
        label={t("page.finalize")}
        icon={!inBar && <BadgeCheck aria-hidden="true" />}
        variant={filled("finalize")}
        shortcut={inBar ? undefined : "f9"}
        disabledReason={why(actions.finalize)}
        isPending={commands.running === "finalize"}
        onPress={onFinalize}
      />
      {!inBar && (
        <ActionButton
          label={t("page.releaseHold")}
          icon={<LockOpen aria-hidden="true" />}
          disabledReason={why(actions.release_hold)}
          isPending={commands.running === "release_hold"}
          pendingLabel={t("page.releasing")}
          confirm={{
            title: t("confirm.releaseTitle", { amount }),
            body: (
              <>
                <p>
                  {t.rich("confirm.releaseBody", {
                    amount,
                    card: payment.details.maskedCard ? "known" : "none",
                    mask: () => payment.details.maskedCard && <CardMask mask={payment.details.maskedCard} />,
                  })}
                </p>
                <p className="mt-2">{t("confirm.releaseGate")}</p>
              </>
            ),
            confirmLabel: t("confirm.releaseDo", { amount }),
            cancelLabel: t("confirm.releaseKeep"),
            tone: "danger",
          }}
          onPress={commands.releaseHold}
        />
      )}
      {!inBar && (
        <ActionButton
          label={t("page.refund")}
          icon={<Undo2 aria-hidden="true" />}
          disabledReason={why(actions.refund)}
          isPending={commands.running === "refund"}
          pendingLabel={t("page.asking", { provider })}
          onPress={onRefund}
        />
      )}
      <ActionButton
        {...look}
        label={t("page.sync")}
        icon={!inBar && <RefreshCw aria-hidden="true" />}
        variant={filled("sync")}
        shortcut={inBar ? undefined : "u"}
        disabledReason={why(actions.sync)}
        isPending={commands.running === "sync"}
        pendingLabel={t("page.asking", { provider })}
        onPress={commands.sync}
      />
    </>
  );
}
