"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { announce } from "#components/announcer";
import { asProblem } from "#lib/api/http";
import * as commands from "#lib/api/orders";
import { paymentQuery, paymentTimelineQuery, sendPaymentNote, sendRefund } from "#lib/api/payments";
import type { PaymentPageView } from "#lib/contracts/payments";
import type { Problem } from "#lib/contracts/problem";
import type { MoneyView } from "#lib/domain/money";

export type TransactionCommand =
  | "sync"
  | "finalize"
  | "release_hold"
  | "refund"
  | "cancel_payment"
  | "delete_payment"
  | "note";
export type Failure = { command: TransactionCommand; problem: Problem };
type Wish = { command: TransactionCommand; send: () => Promise<unknown> };

/**
 * Everything a person can do to the transaction that is on screen, one thing at a time, each sent once. The answer replaces
 * what is shown. After a failure everything is read again: a refusal means that what was on screen is out of date.
 */
export function useTransactionCommands(payment: PaymentPageView) {
  const t = useTranslations("transactions");
  const states = useTranslations("states.payment");
  const client = useQueryClient();
  const [failure, setFailure] = useState<Failure | null>(null);
  const { queryKey } = paymentQuery(payment.id);
  const readAgain = () =>
    Promise.all([
      client.invalidateQueries({ queryKey }),
      client.invalidateQueries({ queryKey: paymentTimelineQuery(payment.id).queryKey }),
    ]);

  const { mutateAsync, isPending, variables } = useMutation({
    networkMode: "always",
    retry: false,
    mutationFn: ({ send }: Wish) => send(),
    onMutate: () => setFailure(null),
    onSuccess: async (answer, { command }) => {
      // A reading that was under way may be older than this answer.
      await client.cancelQueries({ queryKey });
      const now = paymentIn(answer);
      if (now) client.setQueryData(queryKey, now);
      announce(done(command, now ?? payment));
      void client.invalidateQueries({ queryKey: paymentTimelineQuery(payment.id).queryKey });
      if (!now) await client.invalidateQueries({ queryKey });
    },
    onError: (error, { command }) => {
      setFailure({ command, problem: asProblem(error) });
      void readAgain();
    },
  });

  /** What to say: an accepted command is not a done one while the provider has not answered. */
  const done = (command: TransactionCommand, now: PaymentPageView): string => {
    const sent = now.unsettled !== null;
    switch (command) {
      case "sync":
        return t("page.synced", { state: states(now.state) });
      case "finalize":
        return sent ? t("page.finalizeSent") : t("page.finalized");
      case "release_hold":
        return sent ? t("page.releaseSent", { provider: now.serviceName }) : t("page.released");
      case "refund":
        return sent ? t("page.refundSent") : t("page.refundDone");
      case "cancel_payment":
        return sent ? t("page.cancelSent", { provider: now.serviceName }) : t("page.cancelled");
      case "delete_payment":
        return t("page.deleted");
      case "note":
        return t("note.saved");
    }
  };
  /** Answers whether it went through, for dialogs that close when it has. */
  const attempt = (command: TransactionCommand, send: () => Promise<unknown>): Promise<boolean> =>
    isPending
      ? Promise.resolve(false)
      : mutateAsync({ command, send }).then(
          () => true,
          () => false,
        );

  const { id } = payment;
  return {
    running: isPending ? (variables?.command ?? null) : null,
    failure,
    dismiss: () => setFailure(null),
    sync: () => attempt("sync", () => commands.syncPayment(id).send()),
    finalize: (amount?: MoneyView) =>
      attempt("finalize", () => commands.finalizePayment(id).send(amount ? { amount } : {})),
    releaseHold: () => attempt("release_hold", () => commands.releaseHold(id).send()),
    refund: (input: Parameters<typeof sendRefund>[1]) => attempt("refund", () => sendRefund(id, input)),
    cancel: () => attempt("cancel_payment", () => commands.cancelPayment(id).send({})),
    remove: () => attempt("delete_payment", () => commands.deletePayment(id).send()),
    saveNote: (note: Parameters<typeof sendPaymentNote>[1]) => attempt("note", () => sendPaymentNote(id, note)),
  };
}

export type TransactionCommands = ReturnType<typeof useTransactionCommands>;

/** Actions answer with the payment beside its order, a changed note with the payment alone. */
function paymentIn(answer: unknown): PaymentPageView | null {
  if (typeof answer !== "object" || answer === null) return null;
  if ("payment" in answer) return paymentIn(answer.payment);
  return "operations" in answer && "actions" in answer ? (answer as PaymentPageView) : null;
}
